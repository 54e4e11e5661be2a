"""Each visitor's browser, with the witness beside it."""

from tools.demo_pages import sign_in

PHONE, DESKTOP = (390, 844), (1280, 900)


class Visitors:
    """Opens browsers on a server that runs; `enter` signs in with a demo account where one is named."""

    def __init__(self, browser, origin, witness):
        self.browser, self.origin, self.witness = browser, origin, witness

    def enter(self, size=DESKTOP, who=""):
        context = self.browser.new_context(
            base_url=self.origin,
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        context.set_default_timeout(15_000)
        self.witness.watch(context)
        page = context.new_page()
        if who:
            page.goto("/sign-in/")
            self.witness.look(page)
            sign_in(page, who)
            self.witness.look(page)
        return page
