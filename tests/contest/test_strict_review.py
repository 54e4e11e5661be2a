"""What a strict reader found: each test names what went wrong before."""

import io
import struct
import zipfile
from datetime import date

import pytest
from django.urls import reverse

from contest.documents.word import registration_docx
from contest.exceptions import RegistrationRefused
from contest.models import Contestant, Finalist, Material
from contest.services import (
    accept_registrations,
    change_contestant,
    import_contestants,
    propose_group_result,
    record_finalists,
    record_guardian_consent,
    save_draft,
    submit_registration,
    submit_unit_entries,
    typed_values,
    withdraw_contestant,
)
from contest.services.word_templates import keep_template, shipped_path
from core.files import FileRefused, check_file
from core.word import TemplateRefused
from results.services import confirm_result


def test_who_left_before_the_list_was_recorded_is_no_finalist_of_the_province(locked, organiser, supervisor, now):
    round = locked()
    roster = propose_group_result(round=round, actor=organiser, now=now)
    confirm_result(roster=roster, actor=supervisor, now=now)
    first = Contestant.objects.order_by("pk")[0]
    withdraw_contestant(contestant=first, reason="出国", actor=organiser, now=now)

    record_finalists(result=roster.result, actor=organiser, now=now)

    assert Finalist.objects.get(contestant=first).state == Finalist.State.WITHDRAWN


def ole(shift: int) -> bytes:
    header = bytearray(512)
    header[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    struct.pack_into("<H", header, 30, shift)
    struct.pack_into("<L", header, 48, 0)
    struct.pack_into("<L", header, 68, 0)
    return bytes(header) + bytes(4096)


@pytest.mark.parametrize("shift", [0, 1, 2, 65535])
def test_a_compound_file_with_sectors_of_no_size_is_refused(shift):
    with pytest.raises(FileRefused):
        check_file(io.BytesIO(ole(shift)), name="讲稿.doc", accepted=["doc", "pdf"], max_bytes=10**6)


def png_without_header() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">L4s", 0, b"IEND") + bytes(4)


def jpeg_without_frame() -> bytes:
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\1\0\0\0\0\0\0" + b"\xff\xda\x00\x02" + b"\xff\xd9"


def jpeg_of_no_density() -> bytes:
    frame = b"\xff\xc0\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00"
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\1\0\0\0\0\0\0" + frame + b"\xff\xda\x00\x02" + b"\xff\xd9"


@pytest.mark.parametrize(
    ("picture", "kind"), [(png_without_header(), "png"), (jpeg_without_frame(), "jpg"), (jpeg_of_no_density(), "jpg")]
)
def test_a_photo_that_word_cannot_read_spoils_no_form(picture, kind, handed_in, organiser, now, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    made = handed_in()
    requirement = made.contest.material_requirements.get(code="photo")
    check_file(io.BytesIO(picture), name=f"a.{kind}", accepted=["jpg", "png"], max_bytes=10**6)
    (tmp_path / "p").write_bytes(picture)
    Material.objects.create(
        contestant=made,
        requirement=requirement,
        path="p",
        original_name="p",
        format=kind,
        size=1,
        sha256="",
        uploaded_by=organiser,
        uploaded_at=now,
    )
    assert registration_docx(made, on=now.date())


def restyled(old: bytes, new: bytes) -> bytes:
    source, out = zipfile.ZipFile(shipped_path("registration_form")), io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == "word/document.xml":
                assert old in content
                content = content.replace(old, new)
            target.writestr(info.filename, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "words",
    [
        "{{ 姓名.__class__.__mro__ }}",
        "{{ 姓名 / 0 }}",
        "{{ 姓名() }}",
        "{% include '/etc/passwd' %}",
        "{{ 加问[9].项目.x }}",
        "{{ '<w:p>'|safe }}",
        "{{ range(9**9)|list }}",
    ],
)
def test_a_template_that_fails_when_filled_in_is_not_taken(words, contest, organiser, now, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    content = restyled("{{ 姓名 }}".encode(), words.encode())
    with pytest.raises(TemplateRefused):
        keep_template(
            contest=contest, kind="registration_form", file=io.BytesIO(content), name="x.docx", actor=organiser, now=now
        )


def encrypted() -> bytes:
    raw = bytearray(restyled(b"w:body", b"w:body"))
    at = 0
    while (at := raw.find(b"PK\1\2", at)) >= 0:
        raw[at + 8] |= 1
        at += 4
    at = 0
    while (at := raw.find(b"PK\3\4", at)) >= 0:
        raw[at + 6] |= 1
        at += 4
    return bytes(raw)


def broken_crc() -> bytes:
    raw = bytearray(restyled(b"w:body", b"w:body"))
    at = 0
    while (at := raw.find(b"PK\1\2", at)) >= 0:
        raw[at + 16] ^= 0xFF
        at += 4
    return bytes(raw)


def garbage() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("word/document.xml", "x")
    return out.getvalue()


@pytest.mark.parametrize("content", [encrypted(), broken_crc(), garbage(), b"PK\5\6" + bytes(18)])
def test_a_template_that_is_damaged_is_refused_with_a_sentence(content, contest, organiser, now, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(TemplateRefused):
        keep_template(
            contest=contest, kind="registration_form", file=io.BytesIO(content), name="x.docx", actor=organiser, now=now
        )


def test_nobody_is_accepted_into_a_group_that_is_drawn_already(contest, adult, drawn, registration, organiser, now):
    """He was told to wait for the draw, and stood in no round (pitfall 24: nobody falls out silently)."""
    drawn(3)
    import_contestants(contest=contest, rows=[registration(9)], actor=organiser, now=now)
    late = Contestant.objects.get(name="选手9")

    outcome = accept_registrations(contest=contest, contestants=[late.pk], actor=organiser, now=now)

    assert [one.pk for one in outcome.done] == []
    assert outcome.refused[0][1] == "成年组已经抽签，此人不在其中。须先申请重新抽签，再受理。"


def test_nobody_is_moved_into_a_group_that_is_drawn_already(contest, junior, drawn, registration, organiser, now):
    drawn(3)
    born = date(2010, 1, 1)
    row = registration(9, group=junior, birth_date=born, guardian_name="周母", guardian_phone="19900008888")
    import_contestants(contest=contest, rows=[row], actor=organiser, now=now)
    young = Contestant.objects.get(name="选手9")
    record_guardian_consent(contest=contest, contestants=[young.pk], actor=organiser, now=now)
    accept_registrations(contest=contest, contestants=[young.pk], actor=organiser, now=now)
    young.refresh_from_db()
    assert young.status == Contestant.Status.ACCEPTED
    older = registration(9, birth_date=date(1990, 5, 1))

    with pytest.raises(RegistrationRefused) as refused:
        change_contestant(contestant=young, registration=older, actor=organiser, now=now)

    assert refused.value.faults == [("group", "成年组已经抽签，不能再换进来；须先申请重新抽签。")]


def test_who_is_drawn_keeps_the_group_also_by_a_form_of_ones_own(
    contest, adult, junior, drawn, registration, organiser, now
):
    """An accepted registration that a correction made a draft again was drawn all the same."""
    drawn(3)
    one = Contestant.objects.order_by("pk")[0]
    Contestant.objects.filter(pk=one.pk).update(status=Contestant.Status.DRAFT)
    born = date(2010, 1, 1)
    row = registration(1, group=junior, birth_date=born, guardian_name="周母", guardian_phone="19900008888")

    with pytest.raises(RegistrationRefused) as refused:
        submit_registration(contestant=one, registration=row, base_version=one.version, actor=organiser, now=now)

    assert refused.value.faults == [("group", "已经抽签，不能再换组别。")]


def test_what_a_colleague_typed_between_reading_and_submitting_is_not_thrown_away(
    contest, unit, coordinator, open_call, bring, now
):
    """The unit's many-at-once act read the drafts before its lock and took whatever version stood behind it."""
    [one], rows = bring(1)
    typed = typed_values(one) | {"title": "同事刚刚改的题目"}
    save_draft(contestant=one, typed=typed, base_version=one.version, actor=coordinator, now=now)

    outcome = submit_unit_entries(
        unit=unit,
        contest=open_call,
        registrations=rows,
        seen={one.pk: one.version},
        actor=coordinator,
        now=now,
    )

    assert outcome.done == []
    assert "已被改动" in outcome.refused[0][1]
    assert typed_values(Contestant.objects.get(pk=one.pk))["title"] == "同事刚刚改的题目"


def test_a_number_of_thousands_of_digits_names_nothing(call, junior, draft, guardian, organiser, signed_in):
    """Python refuses to read more than 4,300 digits: the page answered 500."""
    own, long = draft(junior), "9" * 5000
    page = signed_in(guardian)
    saved = page.post(reverse("my_autosave", args=[own.pk]), {"group": long, "base_version": own.version})
    consented = page.post(reverse("my_consent", args=[own.pk]), {"agreed": "1", "text": long})
    office = signed_in(organiser)
    shown = office.get(reverse("organise_settings_consent", args=["2026", call.pk]), {"version": long})
    compared = office.get(reverse("organise_rulebook_diff", args=["2026", call.rulebook_id]), {"old": long})

    answers = (saved, consented, shown, compared)
    assert [each.status_code for each in answers] == [200, 200, 404, 200]
