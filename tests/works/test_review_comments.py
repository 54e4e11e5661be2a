"""Comments beside the marks on the work's page: kept, never overwritten, required outside the band."""

from decimal import Decimal

import pytest
from django.urls import reverse

from scoring.models import ScoreSheet, SheetComment
from tests.works.jury import LOWER


@pytest.fixture
def sheet(book, accepted, opened) -> ScoreSheet:
    accepted(book, 1)
    opened(book, judges=3, comment_below=Decimal(65), comment_above=Decimal(95))
    return ScoreSheet.objects.select_related("judge", "entry").get(seat__number=1)


@pytest.fixture
def address(sheet) -> str:
    return f"{reverse('judge_work', args=[sheet.entry.round_id, sheet.entry.code])}?sheet={sheet.pk}"


def standing(sheet) -> dict[str, str]:
    return dict(SheetComment.objects.filter(sheet=sheet).order_by("number").values_list("kind", "text"))


def test_comments_are_kept_and_shown_again(sheet, address, signed_in):
    client = signed_in(sheet.judge)
    assert "低于 65 分或高于 95 分" in client.get(address).content.decode()
    page = client.post(address, {"seen": 0, "to_office": "存疑", "to_author": "很好"}, follow=True).content.decode()
    assert "意见已保存" in page
    assert standing(sheet) == {"office": "存疑", "author": "很好"}
    assert "存疑" in client.get(address).content.decode()


def test_the_script_gets_json_with_the_next_version(sheet, address, signed_in):
    client = signed_in(sheet.judge)
    told = {"seen": 0, "to_office": "存疑", "to_author": ""}
    answer = client.post(address, told, headers={"Accept": "application/json"})
    assert answer.json() == {"outcome": "saved", "version": 1, "message": "意见已保存"}
    answer = client.post(address, {**told, "to_office": "长" * 2001, "seen": 1}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["outcome"]) == (422, "refused")


def test_pitfall_20_an_older_page_sees_both_texts_and_overwrites_nothing(sheet, address, signed_in):
    client = signed_in(sheet.judge)
    client.post(address, {"seen": 0, "to_office": "先写的", "to_author": ""})
    answer = client.post(address, {"seen": 0, "to_office": "后写的", "to_author": ""})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "先写的" in page
    assert "后写的" in page
    assert standing(sheet)["office"] == "先写的"
    client.post(address, {"seen": 1, "to_office": "后写的", "to_author": ""})
    assert standing(sheet)["office"] == "后写的"


def test_outside_the_band_a_comment_is_required_and_then_the_marks_go_in(sheet, address, signed_in):
    client = signed_in(sheet.judge)
    marks = {f"mark-{code}": mark for code, mark in LOWER.items()}
    form = {**marks, "act": "confirm", "submission_id": "abcdefgh1", "base_version": 0}
    page = client.post(reverse("judge_sheet", args=[sheet.pk]), form)
    assert page.status_code == 409
    assert "须写给组委会的评审意见" in page.content.decode()
    client.post(address, {"seen": 0, "to_office": "错误较多", "to_author": ""})
    client.post(reverse("judge_sheet", args=[sheet.pk]), form)
    assert ScoreSheet.objects.get(pk=sheet.pk).state == "submitted"
