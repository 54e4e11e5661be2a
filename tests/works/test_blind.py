"""Blind kinds (pitfall 15): nothing that a reviewer gets says whose a work is, in page, file, header, API or order."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from core.media import clean_file
from scoring.models import ScoreSheet
from tests.core.canaries import (
    docx_with_canaries,
    everything_in,
    film_with_canaries,
    jpeg_with_canaries,
    pdf_with_canaries,
    png_with_canaries,
)
from tests.works.jury import judge_of
from works.models import Author, FileRequirement, Kind, Work, WorkFile
from works.selectors.exhibits import uncleaned_works

# Whatever of a work may name who made it.
NAMES = {
    "title": "金丝雀标题",
    "workplace": "金丝雀单位",
    "contact_name": "金丝雀联系人",
    "email": "jinsique@example.com",
    "summary": "金丝雀简介",
    "reason": "金丝雀理由",
    "publisher": "金丝雀出版社",
    "platform": "金丝雀平台",
    "url": "https://example.com/jinsique",
    "ai_note": "金丝雀说明",
    "sources": "金丝雀来源",
    "remark": "金丝雀备注",
    "edition_note": "金丝雀版次",
}
MADE: dict[str, Callable[[], bytes]] = {
    "jpg": jpeg_with_canaries,
    "png": png_with_canaries,
    "mp4": film_with_canaries,
    "pdf": pdf_with_canaries,
    "docx": docx_with_canaries,
}


@pytest.fixture
def blind(video) -> Kind:
    """A blind kind that shows reviewers a file of each format that can be cleaned."""
    video.is_blind = True
    video.save()
    video.file_requirements.all().delete()
    for order, format in enumerate(MADE, start=1):
        FileRequirement.objects.create(
            kind=video,
            code=f"file-{format}",
            title=f"材料{order}",
            formats=[format],
            max_bytes=10_000_000,
            shown_to_reviewers=True,
            order=order,
        )
    return video


@pytest.fixture
def canaries(blind, accepted, opened, unit) -> tuple[Any, Any]:
    """An open blind round of three works that say in every column and every file whose they are."""
    works = accepted(blind, 3, unit=unit, authors=("金丝雀作者",), **NAMES)
    Author.objects.update(workplace="金丝雀作者单位")
    for work in works:
        for format, make in MADE.items():
            _hand_in(work, format, make())
    return opened(blind, judges=3), works


def _hand_in(work: Work, format: str, content: bytes) -> WorkFile:
    """A file that was taken and read, and its copy for reviewers, as intake makes it."""
    folder = Path(settings.MEDIA_ROOT) / "works"
    folder.mkdir(parents=True, exist_ok=True)
    path = f"works/{work.pk}-{format}"
    (Path(settings.MEDIA_ROOT) / path).write_bytes(content)
    clean_file(folder / f"{work.pk}-{format}", folder / f"{work.pk}-{format}-clean", format=format, name="材料")
    return WorkFile.objects.create(
        work=work,
        requirement=work.kind.file_requirements.get(code=f"file-{format}"),
        path=path,
        clean_path=f"{path}-clean",
        original_name=f"金丝雀文件名.{format}",
        format=format,
        size=len(content),
        sha256=sha256(content).hexdigest(),
        upload_started_at=work.submitted_at,
        uploaded_at=work.submitted_at,
        uploaded_by=work.registered_by,
        reading=WorkFile.Reading.DONE,
    )


def told(text: str) -> bool:
    lower = text.lower()
    return "金丝雀" in text or "jinsique" in lower or "canary" in lower or "市天文爱好者协会" in text


def test_pitfall_15_pages_and_api_name_nobody(canaries, signed_in):
    round, works = canaries
    client = signed_in(judge_of(round, 1))
    pages = [
        reverse("judge_home"),
        reverse("judge_works", args=[round.pk]),
        reverse("judge_round", args=[round.pk]),
        *(reverse("judge_work", args=[round.pk, f"V0{place}"]) for place in (1, 2, 3)),
        *(
            reverse("judge_recuse", args=[pk])
            for pk in ScoreSheet.objects.filter(seat__number=1).values_list("pk", flat=True)
        ),
        f"/api/v1/judge/sheets/?round={round.pk}",
        *(
            f"/api/v1/judge/sheets/{pk}/"
            for pk in ScoreSheet.objects.filter(seat__number=1).values_list("pk", flat=True)
        ),
    ]
    for address in pages:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert not told(answer.content.decode()), address
        assert not any(told(f"{name}: {value}") for name, value in answer.headers.items()), address
        assert not any(work.number in answer.content.decode() for work in works), address


def test_pitfall_15_files_are_the_copies_without_metadata_under_the_code(canaries, signed_in, blind):
    round, _ = canaries
    client = signed_in(judge_of(round, 1))
    for requirement in blind.file_requirements.all():
        answer = client.get(reverse("judge_work_file", args=[round.pk, "V01", requirement.pk]))
        content = b"".join(answer.streaming_content)
        assert answer.status_code == 200
        assert b"canary" not in everything_in(content)
        assert not told(" ".join(f"{name}: {value}" for name, value in answer.headers.items()))
        assert "V01-" in answer["Content-Disposition"]
        assert not answer.headers.keys() & {"Last-Modified", "ETag"}


def test_pitfall_15_a_file_without_a_clean_copy_is_not_there(canaries, signed_in, blind):
    round, _ = canaries
    WorkFile.objects.filter(requirement__code="file-pdf").update(clean_path="")
    client = signed_in(judge_of(round, 1))
    requirement = blind.file_requirements.get(code="file-pdf")
    address = reverse("judge_work_file", args=[round.pk, "V01", requirement.pk])
    assert client.get(address).status_code == 404
    assert address not in client.get(reverse("judge_work", args=[round.pk, "V01"])).content.decode()
    assert uncleaned_works(blind) == [f"V0{place} 号的“材料4”" for place in (1, 2, 3)]


def test_pitfall_15_searching_says_nothing_about_names(canaries, signed_in):
    round, _works = canaries
    client = signed_in(judge_of(round, 1))
    address = reverse("judge_works", args=[round.pk])
    known = client.get(address, {"q": NAMES["title"]}).content.decode().replace(NAMES["title"], "…")
    unknown = client.get(address, {"q": "没有这样的作品"}).content.decode().replace("没有这样的作品", "…")
    assert known.count('class="code"') == unknown.count('class="code"') == 0
    assert "没有符合条件的作品" in known


def test_pitfall_15_errors_name_nobody_and_ties_are_not_asked(canaries, signed_in):
    round, _works = canaries
    client = signed_in(judge_of(round, 1))
    sheet = ScoreSheet.objects.filter(seat__number=1).first()
    answer = client.post(
        reverse("judge_sheet", args=[sheet.pk]),
        {"act": "confirm", "submission_id": "abcdefgh1", "base_version": 9, "mark-science": "99"},
    )
    assert answer.status_code in {409, 422}
    assert not told(answer.content.decode())
    assert client.get(reverse("judge_work_ties", args=[round.pk])).status_code == 404


def test_pitfall_15_codes_and_keys_do_not_follow_the_order_of_submission(blind, accepted, set_up):
    works = accepted(blind, 12)
    round = set_up(blind)
    by_code = list(round.entries.order_by("order").values_list("pk", "admission__work_id"))
    assert [pk for pk, _ in by_code] == sorted(pk for pk, _ in by_code)
    assert [work for _, work in by_code] != [work.pk for work in works]


def test_names_are_shown_where_a_kind_is_not_blind(video, accepted, opened, signed_in):
    accepted(video, 1, **NAMES)
    round = opened(video, judges=3)
    page = signed_in(judge_of(round, 1)).get(reverse("judge_work", args=[round.pk, "V01"])).content.decode()
    assert all(words in page for words in ("金丝雀标题", "金丝雀单位", "金丝雀平台", "苏作者", "金丝雀简介"))
    assert "金丝雀联系人" not in page
    assert "jinsique@example.com" not in page
