"""首页: the edition that runs, what one can take part in, what is announced, what came out."""
# ruff: noqa: F811 (fixtures)

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import Edition
from notices.services import create_notice, publish_notice, withdraw_notice
from results.services import confirm_result, hide_entry, set_publicity_days, start_publicity, withdraw_result
from tests.portal.showcase import (  # noqa: F401 (fixtures)
    accepted,
    author,
    book,
    books,
    bring_cover,
    entries_of,
    locked,
    make_panel,
    make_work,
    opened,
    publish,
    selection,
    set_up,
    unit,
    video,
    work_of,
)
from works.services.outcomes import propose_kind_result

State = Edition.State


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def make_edition(db, now):
    def make(year: int, state: str, **changes) -> Edition:
        fields = {"slug": f"{year}", "title": f"{year} 科普周", "theme": f"主题{year}", "organiser_name": "市科协"}
        return Edition.objects.create(year=year, state=state, created_at=now, **(fields | changes))

    return make


@pytest.fixture
def announce(edition, organiser, now):
    """Return a function: a published announcement."""

    def do(title: str, *, when=now, of=edition, **more):
        notice = create_notice(
            edition=of,
            kind="announcement",
            title=title,
            body="正文。",
            dated=when.date(),
            actor=organiser,
            now=when,
            **more,
        )
        publish_notice(notice=notice, actor=organiser, now=when)
        notice.refresh_from_db()
        return notice

    return do


@pytest.fixture
def before_the_public(book, accepted, locked, organiser, supervisor, now):
    """The 公示 of ten books, begun now by the server's clock, for five working days."""
    accepted(book, 10)
    roster = propose_kind_result(round=locked(book, judges=3), actor=organiser, now=now)
    confirm_result(roster=roster, actor=supervisor, now=now)
    set_publicity_days(result=roster.result, days=5, actor=organiser, now=now)
    return start_publicity(
        result=roster.result, title="关于苏作者等获奖作品的公示", actor=organiser, now=timezone.now()
    )


def home(client) -> str:
    response = client.get("/")
    assert response.status_code == 200
    return response.content.decode()


def heading(page: str) -> str:
    return re.search(r"<h1[^>]*>(.*?)</h1>", page)[1]


@pytest.mark.parametrize(
    ("editions", "shown", "past"),
    [
        ([(2026, State.PREPARING)], "2026", []),
        ([(2027, State.PREPARING), (2026, State.RUNNING)], "2026", []),
        ([(2027, State.PREPARING), (2026, State.CLOSED)], "2026", []),
        ([(2027, State.CLOSED), (2026, State.RUNNING), (2025, State.CLOSED)], "2026", ["2027", "2025"]),
        ([(2026, State.CLOSED), (2025, State.CLOSED)], "2026", ["2025"]),
    ],
)
def test_home_shows_the_edition_that_runs_and_those_before(make_edition, client, editions, shown, past):
    for year, state in editions:
        make_edition(year, state)

    page = home(client)

    assert heading(page) == f"{shown} 科普周"
    assert re.findall(r'href="/editions/(\d+)/"', page) == past
    for year, state in editions:
        if state == State.PREPARING and str(year) != shown:
            assert str(year) not in page


def test_a_rehearsal_is_never_shown(make_edition, client):
    make_edition(2026, State.RUNNING)
    make_edition(2027, State.RUNNING, is_rehearsal=True)

    assert "2027" not in home(client)


def test_home_without_anything_yet_says_what_will_come(edition, client):
    page = home(client)

    assert "还没有公布的结果" in page
    for heading_of in ("公告", "获奖作品", "往届", "报名"):
        assert f'<h2 class="tier">{heading_of}</h2>' not in page
    assert "为什么可以相信这些结果" in page


def test_home_shows_an_open_call_with_its_deadline(selection, client):
    page = home(client)

    assert "看通知，去申报" in page
    assert re.search(r"申报 \d+ 月 \d+ 日 \d\d:\d\d 截止，还有", page)


def test_a_running_publicity_stands_first_with_its_last_day(before_the_public, announce, organiser, client):
    for number in range(8):
        announce(f"后来的通知{number}", when=timezone.now() + timedelta(minutes=number + 1))

    page = home(client)

    titles = re.findall(r'href="/notices/\d+/">(.*?)</a>', page)
    last = before_the_public.ends_on
    assert (len(titles), titles[1]) == (6, "后来的通知7")
    assert "公示" in titles[0]
    assert f"公示至 {last.year} 年 {last.month} 月 {last.day} 日" in page
    assert page.count("公示中") == 1


def test_drafts_and_withdrawn_notices_are_not_on_the_page(edition, announce, organiser, now, client):
    create_notice(edition=edition, kind="announcement", title="草稿标题", dated=now.date(), actor=organiser, now=now)
    gone = announce("撤回的标题")
    withdraw_notice(notice=gone, reason="有误", actor=organiser, now=now)
    page = home(client)

    for hidden in ("草稿标题", "撤回的标题"):
        assert hidden not in page
    assert '<h2 class="tier">公告</h2>' not in page


def test_a_name_that_is_hidden_is_in_no_headline(before_the_public, organiser, now, client):
    result = before_the_public.result
    assert "关于苏作者等获奖作品的公示" in home(client)

    for row in before_the_public.roster.rows:
        hide_entry(result=result, entry=row["entry"], reason="本人要求", actor=organiser, now=now)

    assert "关于某某等获奖作品的公示" in home(client)


def test_results_and_works_are_there_until_the_list_is_withdrawn(books, organiser, now, client):
    entry = entries_of(books)[0]
    bring_cover(work_of(books, entry))

    page = home(client)

    assert "图书获奖名单" in page
    assert f'src="/gallery/{books.pk}/{entry}/cover/"' in page
    assert page.count('<article class="winner') == 4
    withdraw_result(result=books, reason="名单有误", actor=organiser, now=now)
    after = home(client)
    assert "图书获奖名单" not in after
    assert f"/gallery/{books.pk}/" not in after


def test_home_is_small_works_without_script_and_takes_few_queries(
    books, announce, client, django_assert_max_num_queries, django_assert_num_queries
):
    for number in range(30):
        announce(f"通知{number}")
    home(client)

    with django_assert_num_queries(13):
        page = home(client)

    assert len(page.encode()) < 40_000
    assert "hx-" not in page
    assert "<script>" not in page


def test_navigation_names_every_public_place(edition, client):
    page = home(client)
    links = re.search(r'<nav aria-label="主导航">(.*?)</nav>', page, re.DOTALL)[1]

    assert re.findall(r">([^<>]+)</a>", links) == ["首页", "公告", "结果", "作品展示", "证书查验", "帮助", "登录"]
