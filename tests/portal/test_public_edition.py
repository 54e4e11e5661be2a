"""An edition as it went, for anybody: theme, results with their rules, notices, works."""
# ruff: noqa: F811 (fixtures)

import pytest
from django.urls import reverse

from core.models import Edition
from notices.services import create_notice, publish_notice
from tests.portal.showcase import (  # noqa: F401 (fixtures)
    accepted,
    author,
    book,
    books,
    locked,
    make_panel,
    make_work,
    opened,
    publish,
    selection,
    set_up,
    unit,
    video,
)

State = Edition.State


@pytest.fixture
def closed(books, edition, organiser, now) -> Edition:
    """The edition of ten books, over, with a notice of its own."""
    notice = create_notice(
        edition=edition,
        kind="announcement",
        title="获奖结果的通知",
        body="正文。",
        dated=now.date(),
        actor=organiser,
        now=now,
    )
    publish_notice(notice=notice, actor=organiser, now=now)
    Edition.objects.filter(pk=edition.pk).update(state=State.CLOSED, theme="科技改变生活")
    return Edition.objects.get(pk=edition.pk)


def test_a_past_edition_keeps_theme_results_rules_notices_and_works(closed, books, client):
    page = client.get(reverse("public_edition", args=[closed.slug])).content.decode()

    for words in ("2026 科技活动周", "科技改变生活", "已结束", "示范市科学技术协会", "获奖结果的通知", "图书获奖名单"):
        assert words in page
    for name in ("public_result", "public_rules"):
        assert f'href="{reverse(name, args=[books.pk])}"' in page
    assert 'href="/gallery/?edition=2026"' in page
    assert page.count('<article class="winner') == 4


def test_another_editions_things_are_not_there(closed, now, client):
    other = Edition.objects.create(
        slug="2025", title="2025 科普周", year=2025, organiser_name="市科协", state=State.CLOSED, created_at=now
    )

    page = client.get(reverse("public_edition", args=[other.slug])).content.decode()

    assert "这一届还没有公布结果" in page
    assert "这一届没有公告" in page
    assert "图书获奖名单" not in page


@pytest.mark.parametrize(
    "changes", [{"state": State.PREPARING}, {"state": State.CLOSED, "is_rehearsal": True}, {"slug": "elsewhere"}]
)
def test_one_in_preparation_a_rehearsal_and_none_at_all_do_not_exist(edition, organiser, signed_in, client, changes):
    Edition.objects.filter(pk=edition.pk).update(state=State.RUNNING)
    assert client.get("/editions/2026/").status_code == 200

    Edition.objects.filter(pk=edition.pk).update(**changes)

    assert client.get("/editions/2026/").status_code == 404
    assert signed_in(organiser).get("/editions/2026/").status_code == 404


def test_its_page_takes_the_same_queries_for_any_number_of_notices(
    closed, organiser, now, client, django_assert_num_queries
):
    address = reverse("public_edition", args=[closed.slug])
    client.get(address)
    with django_assert_num_queries(11):
        client.get(address)
    for number in range(30):
        notice = create_notice(
            edition=closed, kind="announcement", title=f"通知{number}", body="正文。", dated=now.date(),
            actor=organiser, now=now,
        )  # fmt: skip
        publish_notice(notice=notice, actor=organiser, now=now)

    with django_assert_num_queries(11):
        client.get(address)
