"""Layouts kept by an edition, certificates made in them, and what is refused before issuing (pitfalls 21, 22)."""

from datetime import date

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from certificates.engine.shipped import CODES, shipped_document
from certificates.exceptions import IssuingBlocked, LayoutRefused
from certificates.models import Certificate, Layout, Series
from certificates.selectors import LayoutChoice, layout_choices
from certificates.services import Award, issue_certificates, save_layout
from certificates.tasks import make_certificate
from core.canonical import digest
from core.exceptions import ConflictError, DomainError
from ledger.models import Event

TWELVE = "王䶮、㛃小溪、赵𬭎、𫖯仰之、买买提·吐尔逊、欧阳一鸣、上官思远、贺泽怡、爱新觉罗·启功、李四、王二、诸葛明"


@pytest.fixture
def issue(edition, organiser, now):
    def issue_one(recipient="上官思远", *, layout="plain", before="在科普讲解大赛中荣获", key="a", **words):
        award = Award(key, recipient, "同志", before, "金奖", ("示范市科学技术协会",), "结果 1", **words)
        [row] = issue_certificates(
            edition=edition,
            prefix="科普〔2026〕",
            awards=[award],
            issued_on=date(2026, 11, 20),
            actor=organiser,
            now=now,
            layout=layout,
        )
        return row

    return issue_one


def printed(row):
    make_certificate(certificate_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.last_error) == (Certificate.State.ISSUED, "")
    reader = PdfReader(settings.MEDIA_ROOT / row.file)
    assert len(reader.pages) == 1
    return "".join(reader.pages[0].extract_text().split())


def changed(code="classic", **words):
    document = shipped_document(code)
    return {**document, "title": "本市版式", **words}


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("recipient", ["王", "王䶮㛃𬭎𫖯·", "一" * 30, TWELVE])
def test_pitfall_22_rare_long_and_many_names_print_exactly_in_every_layout(issue, code, recipient):
    text = printed(issue(recipient, layout=code, fields={"指导教师": "李老师、王老师"}))

    assert f"{recipient}同志：" in text
    assert "二〇二六年十一月二十日" in text
    assert "金奖。特发此证，以资鼓励。" in text


@pytest.mark.parametrize("code", CODES)
def test_certificate_with_vector_art_is_small(issue, code):
    row = issue(TWELVE, layout=code)
    printed(row)

    assert (settings.MEDIA_ROOT / row.file).stat().st_size <= 120_000


@pytest.mark.parametrize(
    "name", ['#eval("1+1")', "$x^2$", "{__class__}", "{奖项}", "**王**", "\\u{41}\\", "*王*_二_", "//王", "<b>@王"]
)
@pytest.mark.parametrize("code", CODES)
def test_pitfall_21_signs_of_every_markup_print_as_they_are(issue, code, name):
    assert f"{name}同志：" in printed(issue(name, layout=code))


def test_pitfall_22_a_character_that_no_font_has_blocks_issuing_by_name(issue):
    with pytest.raises(IssuingBlocked) as refused:
        issue("王\U0003fffc")

    assert refused.value.message.startswith("还不能签发，一张也没有登记：有 1 处印不出来或放不下。\n· 王")
    assert "U+3FFFC" in refused.value.message
    assert not Certificate.objects.exists()
    assert not Series.objects.exists()


def test_pitfall_22_a_title_of_300_characters_is_refused_with_its_box(issue):
    with pytest.raises(
        IssuingBlocked, match=r"“正文”.*在最小字号 12 磅时仍放不下：最长的是“事由”，307 个字"
    ) as refused:
        issue(before=f"作品《{'长' * 301}》荣获")

    assert refused.value.faults[0][0] == "上官思远"


def test_a_title_of_30_characters_fits(issue):
    title = "字" * 30

    assert f"《{title}》" in printed(issue(before=f"在2026年示范市科普讲解大赛（成年组）中，作品《{title}》荣获"))


def test_issuing_names_at_most_ten_faults(edition, organiser, now):
    awards = [Award(f"k{n}", "王\ue863", "同志", "荣获", "金奖", ("市科协",), "1") for n in range(12)]

    with pytest.raises(IssuingBlocked) as refused:
        issue_certificates(edition=edition, prefix="K", awards=awards, issued_on=now.date(), actor=organiser, now=now)

    assert refused.value.message.count("\n· 王□：") == 10
    assert "标准字是“䶮”（U+4DAE）" in refused.value.message
    assert refused.value.message.endswith("……另有 2 处。")


def test_issued_certificates_are_not_checked_again(issue):
    first = issue()
    Certificate.objects.filter(pk=first.pk).update(text={**first.text, "recipient": "\U0003fffc"})

    with pytest.raises(IssuingBlocked):
        issue("\U0003fffc二")
    assert issue("\U0003fffc").pk == first.pk


def test_a_certificate_keeps_its_layout_and_a_reissue_its_bytes(issue, edition, organiser, now):
    row = issue(layout="classic")
    printed(row)
    save_layout(edition=edition, code="classic", document=changed(), base_version=1, actor=organiser, now=now)

    Certificate.objects.filter(pk=row.pk).update(state=Certificate.State.OWED)
    before = row.file_sha256
    printed(row)

    assert row.file_sha256 == before
    assert (row.layout.version, issue("另一人", layout="classic", key="b").layout.version) == (1, 2)


def test_a_certificate_from_before_layouts_is_made_in_the_plain_one(issue):
    row = issue()
    Certificate.objects.filter(pk=row.pk).update(layout=None)

    assert "上官思远同志：" in printed(row)
    assert issue(fields={"作品": "光"}).pk == row.pk


def test_another_tutor_supersedes_only_where_the_tutor_is_printed(issue):
    plain, modern = (issue(key=code, layout=code, fields={"指导教师": "李四"}) for code in ("plain", "modern"))

    again = [issue(key=code, layout=code, fields={"指导教师": "王五"}) for code in ("plain", "modern")]

    assert (again[0].pk == plain.pk, again[1].pk == modern.pk) == (True, False)


def test_layout_versions_cannot_be_changed(issue):
    issue()

    with pytest.raises(IntegrityError), transaction.atomic():
        Layout.objects.update(title="改")


def test_save_layout_makes_the_next_version_and_says_so_in_the_ledger(edition, organiser, now):
    document = changed()

    layout = save_layout(edition=edition, code="classic", document=document, base_version=0, actor=organiser, now=now)

    assert (layout.version, layout.title, layout.document) == (1, "本市版式", document)
    payload = f'{{"layout":"classic","sha256":"{digest(document)}","version":1}}'
    assert Event.objects.get(kind="layout_saved").payload == payload
    assert layout_choices(edition)[:2] == [
        LayoutChoice("plain", "简洁版", 0),
        LayoutChoice("classic", "本市版式", 1),
    ]


def test_save_layout_over_a_newer_version_is_a_conflict(edition, organiser, now):
    save_layout(edition=edition, code="own", document=changed(), base_version=0, actor=organiser, now=now)

    with pytest.raises(ConflictError, match="已有第 1 版"):
        save_layout(edition=edition, code="own", document=changed(title="又"), base_version=0, actor=organiser, now=now)


def test_save_layout_without_a_change_is_refused(edition, organiser, now):
    with pytest.raises(DomainError, match="没有需要保存的改动"):
        save_layout(
            edition=edition,
            code="plain",
            document=shipped_document("plain"),
            base_version=0,
            actor=organiser,
            now=now,
        )


def test_save_layout_that_makes_no_sense_is_refused_by_place(edition, organiser, now):
    document = changed()
    document["boxes"][0]["text"] = "{__class__}"

    with pytest.raises(LayoutRefused) as refused:
        save_layout(edition=edition, code="own", document=document, base_version=0, actor=organiser, now=now)

    assert list(refused.value.faults) == ["boxes[0].text"]
    assert not Layout.objects.exists()


def test_issue_in_a_layout_that_is_unknown_is_refused(issue):
    with pytest.raises(DomainError, match="没有代号为“nonsense”的证书版式"):
        issue(layout="nonsense")


def test_overprint_leaves_out_paper_and_art_but_prints_every_word(issue, edition, organiser, now):
    document = changed(prints="overprint", offset={"x": "1.5", "y": "-2"})
    save_layout(edition=edition, code="overprint", document=document, base_version=0, actor=organiser, now=now)
    full, bare = issue(layout="classic"), issue(layout="overprint", key="b")

    assert printed(full).replace(full.serial, bare.serial) == printed(bare)
    sizes = [(settings.MEDIA_ROOT / row.file).stat().st_size for row in (full, bare)]
    assert sizes[1] < sizes[0] - 10_000
