"""A contest's coming rounds follow another rulebook: on purpose, with its groups, for what is in preparation."""

import copy
import json

import pytest
from django.urls import reverse

from contest.exceptions import ContestRefused
from contest.models import Contest
from contest.services import adopt_rulebook, set_up_round
from core.models import Edition
from ledger.models import Event
from scoring.models import Round, Rulebook
from scoring.services import create_panel, create_rulebook, revise_rulebook


@pytest.fixture
def newer(contest, organiser, now) -> Rulebook:
    """Version 2 of the contest's rules: another name for the adults, two gold, and a group of teachers."""
    document = copy.deepcopy(contest.rulebook.document)
    document["groups"][0]["title"] = "成人组"
    document["groups"][0]["tiers"][0]["count"] = 2
    document["groups"].append({**copy.deepcopy(document["groups"][1]), "code": "teacher", "title": "教师组"})
    return revise_rulebook(rulebook=contest.rulebook, document=document, reason="加一组", actor=organiser, now=now)


@pytest.fixture
def one_group(edition, organiser, now) -> Rulebook:
    """Rules without 少年组."""
    document = copy.deepcopy(Contest.objects.get().rulebook.document)
    document["groups"] = document["groups"][:1]
    return create_rulebook(edition=edition, code="one", title="一组", document=document, actor=organiser, now=now)


def groups_of(contest):
    return [(group.code, group.title) for group in contest.groups.order_by("pk")]


def test_adopt_rulebook_brings_its_groups_and_rounds_in_preparation(contest, adult, newer, edition, organiser, now):
    panel = create_panel(edition=edition, title="评委组")
    draft = set_up_round(group=adult, panel=panel, title="成年组决赛", actor=organiser, now=now)

    adopted = adopt_rulebook(contest=contest, rulebook=newer, actor=organiser, now=now)

    assert adopted.rulebook == newer
    assert groups_of(contest) == [("adult", "成人组"), ("junior", "少年组"), ("teacher", "教师组")]
    assert Round.objects.get(pk=draft.pk).rulebook == newer
    assert json.loads(Event.objects.get(kind="contest_rulebook_adopted").payload) == {
        "contest": contest.pk,
        "rulebook": newer.code,
        "version": 2,
        "sha256": newer.sha256,
    }


def test_adopt_rulebook_leaves_rounds_that_have_opened(locked, newer, contest, organiser, now):
    before = contest.rulebook
    round = locked()

    adopt_rulebook(contest=contest, rulebook=newer, actor=organiser, now=now)

    assert Round.objects.get(pk=round.pk).rulebook == before


def test_adopt_rulebook_takes_an_empty_group_away(contest, one_group, organiser, now):
    adopt_rulebook(contest=contest, rulebook=one_group, actor=organiser, now=now)

    assert groups_of(contest) == [("adult", "成年组")]


def test_adopt_rulebook_refuses_to_lose_a_group_that_is_in_use(contest, junior, one_group, edition, organiser, now):
    panel = create_panel(edition=edition, title="评委组")
    set_up_round(group=junior, panel=panel, title="少年组决赛", actor=organiser, now=now)

    with pytest.raises(ContestRefused, match="没有“少年组”，可是这一组已有选手或轮次"):
        adopt_rulebook(contest=contest, rulebook=one_group, actor=organiser, now=now)
    assert Contest.objects.get().rulebook == contest.rulebook


def test_adopt_rulebook_refuses_another_editions_and_its_own(contest, organiser, now):
    elsewhere = Edition.objects.create(slug="2025", title="去年", year=2025, organiser_name="x", created_at=now)
    foreign = create_rulebook(
        edition=elsewhere, code="x", title="x", document=contest.rulebook.document, actor=organiser, now=now
    )

    with pytest.raises(ContestRefused, match="不属于本届"):
        adopt_rulebook(contest=contest, rulebook=foreign, actor=organiser, now=now)
    with pytest.raises(ContestRefused, match="用的已经是"):
        adopt_rulebook(contest=contest, rulebook=contest.rulebook, actor=organiser, now=now)


def test_page_offers_the_newest_of_each_rulebook_and_adopts_it(contest, newer, one_group, organiser, signed_in):
    page = reverse("organise_contest_rulebook", args=[contest.edition.slug, contest.pk])
    client = signed_in(organiser)

    assert client.get(page).context["offered"] == [newer, one_group]
    answer = client.post(page, {"rulebook": newer.pk}, follow=True)
    assert [str(message) for message in answer.context["messages"]] == [
        f"“{contest.title}”已采用《{newer.title}》第 2 版。"
    ]
    assert Contest.objects.get().rulebook == newer
    listed = client.get(reverse("organise_rulebooks", args=[contest.edition.slug])).content.decode()
    assert page in listed


def test_page_says_why_a_rulebook_cannot_be_adopted(contest, junior, one_group, edition, organiser, signed_in, now):
    panel = create_panel(edition=edition, title="评委组")
    set_up_round(group=junior, panel=panel, title="少年组决赛", actor=organiser, now=now)
    page = reverse("organise_contest_rulebook", args=[contest.edition.slug, contest.pk])

    assert "请先在细则里加上这一组" in signed_in(organiser).post(page, {"rulebook": one_group.pk}).content.decode()


def test_another_one_may_not_adopt_a_rulebook(contest, newer, supervisor, stranger, signed_in):
    page = reverse("organise_contest_rulebook", args=[contest.edition.slug, contest.pk])
    for user in (supervisor, stranger):
        assert signed_in(user).get(page).status_code == 404
        assert signed_in(user).post(page, {"rulebook": newer.pk}).status_code == 404
    assert Contest.objects.get().rulebook == contest.rulebook
