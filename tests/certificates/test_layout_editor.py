"""The layout editor: nothing typed is lost, faults stand at their fields, what somebody else saved is shown."""

import re
from html import unescape
from html.parser import HTMLParser
from io import BytesIO

import pytest
from pypdf import PdfReader

from certificates.engine.layout_reading import parse_layout
from certificates.engine.shipped import CODES, shipped_document
from certificates.engine.wording import layout_difference
from certificates.forms.layout import LayoutForm, Pictures
from certificates.models import Certificate, Layout
from certificates.services import save_layout
from ledger.models import Event

LAYOUTS = "/organise/2026/certificates/layouts/"
EDIT = f"{LAYOUTS}classic/edit/"
NONE = Pictures({}, {}, ())
SEAL = {"kind": "seal", "name": "印章", "x": "190", "y": "145", "width": "38", "height": "38"}


class Fields(HTMLParser):
    """What a browser would send of the editor's form."""

    def __init__(self, page):
        super().__init__()
        self.values, self.area, self.select = {}, None, None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "input" and "name" in given and (given.get("type") != "checkbox" or "checked" in given):
            self.values[given["name"]] = given.get("value", "")
        if tag == "textarea":
            self.area = given["name"]
            self.values[self.area] = ""
        if tag == "select":
            self.select = given["name"]
        if tag == "option" and "selected" in given:
            self.values[self.select] = given["value"]

    def handle_endtag(self, tag):
        self.area = None if tag == "textarea" else self.area

    def handle_data(self, text):
        if self.area:
            self.values[self.area] += text


def typed(page):
    values = Fields(page.content.decode()).values
    return {key: value for key, value in values.items() if key != "csrfmiddlewaretoken"}


@pytest.fixture
def editor(edition, organiser, signed_in):
    """Return a function: send the editor's form as it stands with some changes, or GET it."""
    client = signed_in(organiser)

    def send(act="", *, address=EDIT, start=None, **changes):
        if not act:
            return client.get(address)
        values = start or typed(client.get(address))
        return client.post(address, {**values, "act": act, **changes})

    send.client = client
    return send


def box(number, key):
    return f"boxes[{number}].{key}"


def words(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


@pytest.mark.parametrize("code", CODES)
def test_editor_says_of_a_shipped_layout_exactly_what_it_says(code):
    document = shipped_document(code)

    form = LayoutForm.of_document(document, NONE)

    assert form.is_valid()
    assert parse_layout(form.document) == parse_layout(document)


def test_editor_saves_the_next_version_in_the_offices_own_words(editor, organiser):
    changes = {
        "title": "本市荣誉证书",
        "page.width": "２９７",
        "prints": "overprint",
        "offset.x": "1.5",
        "offset.y": "-2",
        box(0, "size"): "48",
        box(2, "text"): "经评审，{姓名}荣获\r\n**{奖项}**",
        box(2, "emphasis.colour"): "#B92B1B",
    }
    answer = editor("save", **changes)

    layout = Layout.objects.get()
    design = parse_layout(layout.document)
    assert answer.url == f"{LAYOUTS}classic/"
    assert (layout.code, layout.version, layout.title, layout.created_by) == ("classic", 1, "本市荣誉证书", organiser)
    assert layout_difference(parse_layout(shipped_document("classic")), design) == [
        "名称：荣誉证书（红金） → 本市荣誉证书",
        "怎样印：整张印 → 套打（只印文字）",
        "整体右移：0 → 1.5",
        "整体下移：0 → -2",
        "“标题”字号：54 → 48",
        "“正文”内容：{事由}**{奖项}**{结语} → 经评审，{姓名}荣获⏎**{奖项}**",
        "“正文”突出的字：宋体特粗 #a9201a 1.12 倍 → 宋体特粗 #b92b1b 1.12 倍",
    ]
    assert Event.objects.order_by("pk").last().kind == "layout_saved"


@pytest.mark.parametrize(
    ("change", "value", "place", "reason"),
    [
        (box(0, "x"), "abc", "f-boxes-0-x", "请填数字，例如 27.5"),
        (box(0, "x"), "250", "f-boxes-0-width", "超出了页面（297 × 210 毫米）"),
        (box(2, "text"), "{__class__}", "f-boxes-2-text", "没有名为“{__class__}”的占位符"),
        (box(2, "text"), "{姓名", "f-boxes-2-text", "花括号不成对"),
        (box(2, "text"), "**{奖项}", "f-boxes-2-text", "** 不成对"),
        (box(2, "text"), "证\u202e书", "f-boxes-2-text", "改变文字方向的不可见字符"),
        (box(2, "text"), "字" * 501, "f-boxes-2-text", "最多 500 个字"),
        (box(1, "name"), "标题", "f-boxes-1-name", "框名“标题”重复了"),
        (box(1, "min_size"), "90", "f-boxes-1-min_size", "最小字号不能大于字号"),
        (box(4, "width"), "9", "f-boxes-4-width", "边长至少 18 毫米"),
        ("title", "", "f-title", "不能为空"),
        ("page.paper", "red", "f-page-paper", "应是颜色"),
        ("background", "asset " + "0" * 64, "f-background", "已停用或不在本届"),
        ("offset.x", "99", "f-offset-x", "应在 -30 至 30 之间"),
    ],
)  # fmt: skip
def test_editor_puts_a_fault_at_its_field_and_keeps_what_was_typed(editor, change, value, place, reason):
    page = editor("save", **{change: value, box(3, "y"): "148"})
    shown = page.content.decode()

    assert not Layout.objects.exists()
    assert page.status_code == 200
    assert f'href="#{place}"' in shown
    assert re.search(rf'id="{place}-error">.*?{re.escape(reason)}', unescape(shown))
    assert typed(page)[change] == value
    assert typed(page)[box(3, "y")] == "148"


def test_pitfall_21_markup_and_code_in_a_layouts_text_are_printed_as_they_are(editor):
    odd = '#eval("1+1") $x$ <b> \\ *粗* ' + "//注"
    editor("save", **{box(2, "text"): odd})

    assert Layout.objects.get().document["boxes"][2]["text"] == odd
    pdf = editor.client.get(f"{LAYOUTS}test-page/?code=classic").content
    [page] = PdfReader(BytesIO(pdf)).pages
    assert "".join(odd.split()) in "".join(page.extract_text().split())


def test_editor_adds_copies_moves_and_deletes_boxes_without_losing_what_was_typed(editor):
    added = typed(editor("add seal", title="半成品"))
    assert (added["title"], added[box(6, "kind")], added[box(6, "name")], added["open"]) == (
        "半成品", "seal", "印章", "6",
    )  # fmt: skip

    copied = typed(editor("copy 2", start=added))
    assert [copied[box(n, "name")] for n in (2, 3)] == ["正文", "正文 2"]
    assert copied[box(3, "text")] == copied[box(2, "text")]

    moved = typed(editor("up 3", start=copied))
    assert [moved[box(n, "name")] for n in (2, 3)] == ["正文 2", "正文"]
    assert moved["open"] == "2"
    down = typed(editor("down 2", start=moved))
    assert [down[box(n, "name")] for n in (2, 3)] == ["正文", "正文 2"]

    gone = typed(editor("remove 3", start=down))
    assert [gone[box(n, "name")] for n in range(7)] == ["标题", "获奖人", "正文", "落款", "二维码", "编号", "印章"]
    assert not Layout.objects.exists()


@pytest.mark.parametrize("act", ["add nonsense", "copy 99", "remove x", "nonsense"])
def test_editor_keeps_everything_at_an_act_that_makes_no_sense(editor, act):
    before = typed(editor())

    assert typed(editor(act, start=before)) == before


def test_editor_takes_at_most_forty_boxes(editor):
    values = typed(editor("add text"))
    many = {key.replace("[6]", f"[{n}]"): value for n in range(6, 40) for key, value in values.items() if "[6]" in key}
    names = {box(n, "name"): f"框{n}" for n in range(6, 40)}

    page = editor("add qr", start={**values, **many, **names})

    assert "最多 40 个框" in words(page)
    assert box(40, "kind") not in typed(page)


def test_editor_binds_a_seal_to_its_unit_and_says_when_there_is_none(editor, edition):
    page = editor("add seal")
    options = page.content.decode()
    saved = editor("save", start=typed(page), **{box(6, "issuer"): edition.organiser_name, box(6, "x"): "200"})

    seal = Layout.objects.get().document["boxes"][6]
    assert f"{edition.organiser_name}（还没有印章）" in options
    assert (seal["kind"], seal["issuer"], seal["asset"]) == ("seal", "示范市科学技术协会", "")
    assert "不能签发： “印章”（左 200、上 40 毫米处）还没有“示范市科学技术协会”的印章图片" in words(
        editor.client.get(saved.url)
    )


def test_preview_draws_what_is_typed_and_names_what_does_not_fit(editor):
    values = typed(editor())

    small = {**values, box(2, "height"): "8", "act": "preview"}
    fragment = editor.client.post(EDIT, small, headers={"HX-Request": "true"}).content.decode()
    page = editor.client.post(EDIT, small).content.decode()

    assert fragment.count("data:image/png;base64,") == 2
    assert "<html" not in fragment
    assert "<html" in page
    for shown in (fragment, page):
        assert "最长样张：“正文”（213 × 8 毫米）在最小字号 12 磅时仍放不下" in shown
        assert 'data-box="2" x="42" y="100" width="213" height="8"' in shown
    assert not Layout.objects.exists()


def test_preview_leaves_out_boxes_with_faults_and_says_so(editor):
    values = typed(editor())
    ask = {"headers": {"HX-Request": "true"}}

    one = editor.client.post(EDIT, {**values, box(2, "x"): "abc", "act": "preview"}, **ask).content.decode()
    none = editor.client.post(EDIT, {**values, "page.width": "abc", "act": "preview"}, **ask).content.decode()

    assert one.count("data:image/png") == 2
    assert "有误的框没有画出来" in one
    assert "data:image/png" not in none
    assert "就能看到预览" in none


def test_editor_shows_both_when_somebody_saved_meanwhile(editor, edition, make_person, now):
    mine = typed(editor())
    other = make_person("钱同事")
    theirs = {**shipped_document("classic"), "title": "同事的版式"}
    save_layout(edition=edition, code="classic", document=theirs, base_version=0, actor=other, now=now)

    page = editor("save", start=mine, title="我的版式")

    text = words(page)
    assert "别人已经存了第 1 版" in text
    assert "钱同事于 2026-11-20 09:00 保存" in text
    assert "名称：同事的版式 → 我的版式" in text
    assert page.content.decode().count("data:image/png") == 4
    assert typed(page)["title"] == "我的版式"
    assert Layout.objects.count() == 1

    editor("overwrite 1", start=typed(page))
    assert list(Layout.objects.values_list("version", "title")) == [(1, "同事的版式"), (2, "我的版式")]


def test_editor_refuses_what_changes_nothing(editor):
    page = editor("save")

    assert "没有需要保存的改动" in words(page)
    assert not Layout.objects.exists()


def test_editor_begins_from_an_older_version_but_saves_after_the_newest(editor, edition, organiser, now):
    for version, title in enumerate(["一", "二"]):
        document = {**shipped_document("classic"), "title": title}
        save_layout(edition=edition, code="classic", document=document, base_version=version, actor=organiser, now=now)

    values = typed(editor.client.get(f"{EDIT}?version=1"))
    editor("save", start=values)

    assert values["title"] == "一"
    assert list(Layout.objects.values_list("version", "title")) == [(1, "一"), (2, "二"), (3, "一")]


def test_new_layout_begins_as_another_under_its_own_name(editor):
    new = f"{LAYOUTS}new/"
    answer = editor.client.post(new, {"title": "本市证书", "start": "official"})
    again = editor.client.post(new, {"title": "本市证书", "start": "official"})
    nothing = editor.client.post(new, {"title": "", "start": "nonsense"})

    layout = Layout.objects.get()
    assert answer.url == f"{LAYOUTS}own-1/edit/"
    assert layout.document == {**shipped_document("official"), "title": "本市证书"}
    assert "已有名为“本市证书”的版式" in words(again)
    assert "没有这个版式，请重新选择" in words(nothing)
    assert editor.client.get(f"{new}?start=official").content.decode().count("checked") == 1


def test_layout_page_shows_versions_with_what_changed_and_what_each_is_used_for(
    editor, edition, organiser, now, django_assert_num_queries
):
    editor("save", **{box(0, "size"): "48"})
    layout = Layout.objects.get()
    series = edition.certificate_series.create(prefix="K")
    for number, state in enumerate(["issued", "superseded"]):
        Certificate.objects.create(
            series=series, number=number, serial=f"K{number}", token=f"t{number}", source="1", award_key=f"a{number}",
            text={}, layout=layout, issued_on=now.date(), state=state, file="x", created_by=organiser, created_at=now,
            voided_at=now if state == "superseded" else None,
        )  # fmt: skip

    with django_assert_num_queries(6):
        page = editor.client.get(f"{LAYOUTS}classic/")
    save_layout(
        edition=edition, code="classic", document=shipped_document("classic"), base_version=1, actor=organiser, now=now
    )
    with django_assert_num_queries(6):
        two = editor.client.get(f"{LAYOUTS}classic/")

    assert "第 1 版 郝组织" in words(page)
    assert "“标题”字号：54 → 48 证书 1 张 失效 1 张" in words(page)
    assert "words=longest" in page.content.decode()
    assert "“标题”字号：48 → 54 还没有用" in words(two)


@pytest.mark.parametrize("query", [{"words": "longest"}, {"version": "0"}])
def test_preview_of_a_version_or_of_the_longest_words(editor, query):
    answer = editor.client.get(f"{LAYOUTS}preview/", {"code": "classic", **query})

    assert answer.content.startswith(b"\x89PNG")


def test_preview_of_a_version_that_there_is_not_says_so(editor):
    assert editor.client.get(f"{LAYOUTS}preview/", {"code": "classic", "version": "7"}).status_code == 409


@pytest.mark.parametrize("address", [f"{LAYOUTS}nonsense/", f"{LAYOUTS}nonsense/edit/"])
def test_layout_that_there_is_not_is_not_found(editor, address):
    assert editor.client.get(address).status_code == 404


@pytest.mark.parametrize("address", [EDIT, f"{LAYOUTS}classic/", f"{LAYOUTS}new/"])
def test_layouts_of_another_are_not_found_nor_changed(edition, supervisor, stranger, signed_in, address):
    for who in (supervisor, stranger):
        client = signed_in(who)
        assert client.get(address).status_code == 404
        assert client.post(address, {"act": "save"}).status_code in (404, 405)
    assert not Layout.objects.exists()


def test_difference_names_boxes_that_came_went_or_changed_places():
    document = shipped_document("classic")
    boxes = document["boxes"]
    old, new = parse_layout(document), parse_layout({**document, "boxes": [boxes[1], boxes[0], *boxes[3:]]})
    sealed = parse_layout({**document, "boxes": [*boxes, {**SEAL, "issuer": "市科协", "asset": "0" * 64}]})

    assert layout_difference(old, old) == []
    assert layout_difference(old, new) == ["去掉了“正文”框", "调整了框的先后"]
    assert layout_difference(old, sealed) == ["增加了“印章”框"]
    changed = parse_layout({**document, "background": {"asset": "1" * 64}})
    assert layout_difference(old, changed) == ["底图：红金回纹 → （无）", "上传的底图：（无） → 11111111"]
