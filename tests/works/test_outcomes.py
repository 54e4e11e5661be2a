"""From the meeting to the certificates by results' own services, and feedback to authors."""

from fractions import Fraction

import pytest
from django.urls import reverse

from accounts.services import create_user
from certificates.models import Certificate
from results.models import Result
from results.services import Recipients, confirm_result, publish_result, set_publication
from scoring.models import Round, ScoreSheet
from scoring.services import lock_round, save_comments
from tests.certificates.proofed import certify
from tests.pages import without_tokens
from tests.works.desk import works_address
from tests.works.jury import entry_of, judge_all, judge_of
from works.engine.quartiles import quartiles
from works.exceptions import WorkRefused
from works.models import Author, Work
from works.selectors.feedback import author_comments, published_admission
from works.services.feedback import release_comments
from works.services.outcomes import propose_kind_result


@pytest.fixture
def published(organiser, supervisor, now):
    """Return a function: the result of a locked round, confirmed by another account and public."""

    def make(round: Round, reason: str = "") -> Result:
        roster = propose_kind_result(round=round, actor=organiser, now=now, reason=reason)
        confirm_result(roster=roster, actor=supervisor, now=now)
        publish_result(result=roster.result, actor=organiser, now=now)
        return Result.objects.get(pk=roster.result_id)

    return make


def test_the_roster_names_titles_and_all_authors_in_order(book, accepted, locked, organiser, now):
    accepted(book, 9)
    (work,) = accepted(book, 1, title="十二星座", workplace="市天文馆", authors=("丙", "甲", "乙"))
    second = create_user(name="甲", email="jia@example.com")
    Author.objects.filter(work=work, place=2).update(user=second)
    round = locked(book, judges=3)
    roster = propose_kind_result(round=round, actor=organiser, now=now)
    row = next(row for row in roster.rows if row["entry"] == entry_of(work).code)
    assert (row["title"], row["people"], row["unit"]) == ("十二星座", ["丙", "甲", "乙"], "市天文馆")
    assert row["recipients"] == [
        {"name": "丙", "salutation": "", "user": None},
        {"name": "甲", "salutation": "", "user": second.pk},
        {"name": "乙", "salutation": "", "user": None},
    ]
    assert [row["tier_title"] for row in roster.rows] == ["一等奖", *["二等奖"] * 2, *["三等奖"] * 3, *[""] * 4]


def test_a_published_list_without_ranks_and_a_certificate_for_each_author(
    book, accepted, locked, published, organiser, supervisor, now, client
):
    works = accepted(book, 10, authors=("丙", "甲", "乙"))
    round = locked(book, judges=3)
    result = published(round)
    set_publication(
        result=result, book_access="supervisor", shows_everybody=False, list_order="title", actor=organiser, now=now
    )
    page = client.get(reverse("public_result", args=[result.pk])).content.decode()
    assert "排名不分先后" in page
    assert page.count('class="name"') == 6
    certify(result, organiser=organiser, supervisor=supervisor, now=now, recipients=Recipients(each_author=True))
    winner = next(row for row in result.published.rows if row["tier"] == "first")
    first = Certificate.objects.filter(award_key__contains=f":{winner['entry']}:").order_by("award_key")
    assert [certificate.text["recipient"] for certificate in first] == ["丙", "甲", "乙"]
    assert all(winner["title"] in certificate.text["before"] for certificate in first)
    assert Certificate.objects.count() == 18
    assert len(works) == 10


def test_pitfall_18_a_later_change_of_a_work_moves_nothing_that_is_published(
    book, accepted, locked, published, organiser, now
):
    accepted(book, 9)
    (work,) = accepted(book, 1, title="原来的名称")
    round = locked(book, judges=3)
    result = published(round)
    before = list(result.published.rows)
    Work.objects.filter(pk=work.pk).update(title="改过的名称")
    assert Result.objects.get().published.rows == before
    later = propose_kind_result(round=round, actor=organiser, now=now, reason="名称更正")
    assert "改过的名称" in {row["title"] for row in later.rows}
    assert Result.objects.get().published.rows == before


def test_pitfall_3_a_work_that_left_after_the_lock_stops_the_roster(book, accepted, locked, organiser, now):
    works = accepted(book, 4)
    round = locked(book, judges=3)
    Work.objects.filter(pk=works[0].pk).update(status=Work.Status.WITHDRAWN)
    with pytest.raises(WorkRefused, match=f"{entry_of(works[0]).code} 号作品已不在受理状态"):
        propose_kind_result(round=round, actor=organiser, now=now)


def test_a_roster_needs_a_kinds_locked_round(book, accepted, opened, organiser, now, edition, selection):
    accepted(book, 1)
    round = opened(book, judges=3)
    with pytest.raises(WorkRefused, match="还没有封存"):
        propose_kind_result(round=round, actor=organiser, now=now)
    other = Round.objects.create(
        edition=edition, title="别的", group="book", rulebook=selection.rulebook, panel=round.panel
    )
    with pytest.raises(WorkRefused, match="不评作品"):
        propose_kind_result(round=other, actor=organiser, now=now)


def test_the_page_shows_what_would_be_frozen_and_proposes_it(book, accepted, locked, signed_in, organiser):
    accepted(book, 4, authors=("丙", "甲"))
    round = locked(book, judges=3)
    address = works_address("organise_kind_propose", book.selection, round.pk)
    client = signed_in(organiser)
    assert "丙、甲" in client.get(address).content.decode()
    page = client.post(address, follow=True).content.decode()
    assert "等待监督员确认" in page
    assert "必填" in client.post(address).content.decode() or "缘由" in client.post(address).content.decode()


# --- Feedback


def test_quartiles_are_those_of_quartile_inc():
    values = [Fraction(value) for value in (7, 1, 3, 10)]
    assert quartiles(values) == (Fraction(5, 2), Fraction(5), Fraction(31, 4))
    assert quartiles([Fraction(4)]) == (Fraction(4),) * 3
    with pytest.raises(ValueError, match="no values"):
        quartiles([])


@pytest.fixture
def commented(book, accepted, opened, organiser, now):
    """A locked round of four works; every reviewer wrote to the author and the office."""
    works = accepted(book, 4)
    round = opened(book, judges=3)
    for sheet in ScoreSheet.objects.filter(entry__round=round).select_related("judge", "seat", "entry"):
        words = f"给作者的话{sheet.seat.number}号桌写"
        save_comments(
            sheet_id=sheet.pk, to_office="只给组委会", to_author=words, base_version=0, actor=sheet.judge, now=now
        )
    judge_all(round, now)
    lock_round(round=round, actor=organiser, now=now)
    return Round.objects.get(pk=round.pk), works


def test_authors_read_their_profile_and_released_comments_and_no_reviewer(
    commented, published, signed_in, author, organiser, now, stranger
):
    round, works = commented
    address = reverse("my_feedback", args=[works[0].pk])
    client = signed_in(author)
    assert "结果公布以后" in client.get(address).content.decode()
    with pytest.raises(WorkRefused, match="公布以后"):
        release_comments(round=round, codes=[], actor=organiser, now=now)
    published(round)
    page = client.get(address).content.decode()
    assert all(words in page for words in ("科学性", "下四分位", "QUARTILE.INC", "还没有放行", "定格成绩 No. 1"))
    assert "给作者的话" not in page
    own = entry_of(works[0]).code
    assert release_comments(round=round, codes=[own], actor=organiser, now=now) == 1
    assert release_comments(round=round, codes=[], actor=organiser, now=now) == 3
    with pytest.raises(WorkRefused, match="已经反馈"):
        release_comments(round=round, codes=[], actor=organiser, now=now)
    with pytest.raises(WorkRefused, match="没有编号 X1"):
        release_comments(round=round, codes=["X1"], actor=organiser, now=now)
    page = client.get(address).content.decode()
    assert page.count("给作者的话") == 3
    places = [client.get(address).content.decode().find(f"给作者的话{number}号") for number in (1, 2, 3)]
    assert places == [page.find(f"给作者的话{number}号") for number in (1, 2, 3)]  # always in the same order
    assert "只给组委会" not in page
    said = without_tokens(page)
    for number in (1, 2, 3):
        assert judge_of(round, number).name not in said
        assert f"J{number}" not in said
    assert signed_in(stranger).get(address).status_code == 404


def test_comments_come_in_nobodys_order(commented, published, organiser, now):
    round, works = commented
    published(round)
    orders = set()
    for work in works:
        admission = published_admission(work)
        texts = author_comments(admission)
        orders.add(tuple(text[5] for text in texts))
    assert len(orders) > 1


def test_quartiles_need_four_works(book, accepted, locked, published, signed_in, author):
    works = accepted(book, 3)
    round = locked(book, judges=3)
    published(round)
    page = signed_in(author).get(reverse("my_feedback", args=[works[0].pk])).content.decode()
    assert "不足 4 件" in page
    assert "下四分位" not in page


def test_a_coauthor_with_an_account_reads_it_too(book, accepted, locked, published, signed_in, unit):
    works = accepted(book, 4, unit=unit)
    mate = create_user(name="合作者", email="mate@example.com")
    Author.objects.create(work=works[0], place=2, name="合作者", user=mate)
    round = locked(book, judges=3)
    published(round)
    client = signed_in(mate)
    assert client.get(reverse("my_feedback", args=[works[0].pk])).status_code == 200
    assert client.get(reverse("my_feedback", args=[works[1].pk])).status_code == 404


def test_the_office_releases_on_its_page(commented, published, signed_in, organiser, book):
    round, _ = commented
    client = signed_in(organiser)
    address = works_address("organise_comments_release", book.selection, round.pk)
    assert "公布以后" in client.post(address, follow=True).content.decode()
    published(round)
    assert "4 件作品的作者" in client.post(address, follow=True).content.decode()
