"""The organiser's page of what two versions of a roster say otherwise."""

import pytest

from contest.models import Contestant
from contest.services import propose_group_result
from results.models import Roster


@pytest.fixture
def address(published):
    return f"/organise/2026/results/{published.pk}/difference/"


@pytest.fixture
def corrected(published, organiser, now) -> Roster:
    """Version 2: a name and a title are other ones."""
    Contestant.objects.filter(name="选手1").update(name="选手一")
    return propose_group_result(round=published.round, actor=organiser, now=now, reason="姓名有误")


def test_newest_is_compared_with_the_public_one(signed_in, organiser, address, corrected):
    answer = signed_in(organiser).get(address)

    page = answer.content.decode()
    assert "有改动的 1 行" in page
    assert "<td>选手1</td><td>选手一</td>" in page
    assert (answer.context["old"].version, answer.context["new"].version) == (1, 2)


def test_chosen_versions_are_compared(signed_in, organiser, address, corrected):
    client = signed_in(organiser)

    back = client.get(address, {"old": "2", "new": "1"}).content.decode()
    same = client.get(address, {"old": "2", "new": "2"}).content.decode()

    assert "<td>选手一</td><td>选手1</td>" in back
    assert "完全相同" in same


def test_rows_that_came_and_went_stand_whole(signed_in, organiser, address, published, now):
    first = published.published
    Roster.objects.create(
        result=published,
        snapshot=first.snapshot,
        version=2,
        rows=[*first.rows[1:], {**first.rows[0], "entry": "99", "people": ["<b>新人</b>"]}],
        salt="s",
        sha256="0" * 64,
        reason="试",
        proposed_by=organiser,
        proposed_at=now,
    )

    page = signed_in(organiser).get(address).content.decode()

    assert "v2 新增的 1 行" in page
    assert "&lt;b&gt;新人&lt;/b&gt;" in page
    assert "v2 没有了的 1 行" in page


@pytest.mark.parametrize("asked", [{"old": "x", "new": ""}, {"new": "999"}, {"old": "1' or", "new": "٢"}])
def test_version_that_is_not_there_counts_as_not_chosen(signed_in, organiser, address, corrected, asked):
    answer = signed_in(organiser).get(address, asked)

    assert answer.status_code == 200
    assert (answer.context["old"].version, answer.context["new"].version) == (1, 2)


def test_single_version_says_so(signed_in, organiser, address):
    assert "还没有可以比较的另一版" in signed_in(organiser).get(address).content.decode()


def test_nobody_else_sees_it(signed_in, stranger, supervisor, address):
    for user in (stranger, supervisor):
        assert signed_in(user).get(address).status_code == 404
    assert signed_in(supervisor).post(address).status_code in (404, 405)


def test_queries_do_not_grow_with_rows(signed_in, organiser, address, corrected, now, django_assert_num_queries):
    client = signed_in(organiser)
    client.get(address)
    with django_assert_num_queries(7):
        client.get(address)
    row = corrected.rows[0]
    Roster.objects.create(
        result=corrected.result,
        snapshot=corrected.snapshot,
        version=3,
        rows=[{**row, "entry": f"{number:03d}"} for number in range(300)],
        salt="s",
        sha256="0" * 64,
        reason="试",
        proposed_by=organiser,
        proposed_at=now,
    )

    with django_assert_num_queries(7):
        client.get(address)
