"""What must hold on every page that a browser test sees: no script error, nothing missing, nothing inaccessible."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

from tools.serving import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
_RUN_AXE = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations
    .filter((each) => each.impact === "serious" || each.impact === "critical")
    .map((each) => `${each.id} (${each.impact}): ` + each.nodes.map((node) => node.target.join(" ") + " " +
      [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ")).slice(0, 3).join(" | "));
}"""
_SIDEWAYS = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return Array.from(document.querySelectorAll("body *"))
    .filter((each) => each.getBoundingClientRect().right > width + 1 && !each.closest(".table-wrap"))
    .map((each) => each.tagName + "." + each.className).slice(0, 5);
}"""
# Links inside a sentence are exempt, as in WCAG 2.5.8; of a tick its label is the target.
_SMALL = """() => Array.from(document.querySelectorAll("a, button, input, select, textarea, summary"))
  .filter((each) => each.checkVisibility({visibilityProperty: true}) && each.type !== "hidden")
  .filter((each) => !each.matches(".skip, p > a, p a") && !each.closest(".visually-hidden"))
  .map((each) => [each, (/checkbox|radio/.test(each.type) && each.labels[0] || each).getBoundingClientRect()])
  .filter(([each, box]) => box.width && (box.height < 43.5 || box.width < 43.5))
  .map(([each, box]) => `${each.tagName} ${each.textContent.trim().slice(0, 12)} ` +
    `${Math.round(box.width)}×${Math.round(box.height)}`)"""


class Witness:
    """Watches browser contexts and looks at pages; `complaints` holds what was wrong, with the address."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self._expected: tuple[str, ...] = ()
        self._axe = AXE.read_text(encoding="utf-8")

    def watch(self, context: BrowserContext) -> None:
        """Note console errors (refusals by the Content-Security-Policy are among them), script errors and answers that
        are refusals."""
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.complaints.append(f"{error.page and error.page.url}: {error.error}"))
        context.on("response", self._answered)

    @contextmanager
    def expecting(self, *words: str) -> Iterator[None]:
        """While inside, console errors and answers with one of these words are part of the test."""
        before, self._expected = self._expected, words
        try:
            yield
        finally:
            self._expected = before

    def look(self, page: Page, *, touch: bool = False) -> None:
        """Look at the page as it is: axe-core, sideways scrolling; with `touch`, targets below 44 px."""
        page.wait_for_load_state()  # a click waits until the next page has begun, not until it is there
        page.evaluate(self._axe)
        wrong = list(page.evaluate(_RUN_AXE))
        wrong += [f"sideways scrolling: {each}" for each in page.evaluate(_SIDEWAYS)]
        if touch:
            wrong += [f"below 44 px: {each}" for each in page.evaluate(_SMALL)]
        width = page.viewport_size["width"] if page.viewport_size else 0
        self.complaints += [f"{page.url} at {width} px: {each}" for each in wrong]

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not self._is_expected(message.text):
            self.complaints.append(f"{message.page and message.page.url}: {message.text}")

    def _answered(self, response: Response) -> None:
        words = f"{response.status} {response.url}"
        if response.status >= 400 and not self._is_expected(words):
            self.complaints.append(words)

    def _is_expected(self, text: str) -> bool:
        return any(word in text for word in self._expected)
