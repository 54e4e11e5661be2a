import io
from collections import Counter
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from results.models import Result
from scoring.models import Round, ScoreSheet
from works.models import Work


@pytest.fixture
def demo(db):
    out = io.StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def test_demo_has_one_group_finished_and_public_and_one_in_the_middle(demo):
    rounds = dict(Round.objects.order_by("pk").values_list("title", "state"))

    assert rounds == {"成年组决赛": "locked", "少年组决赛": "open", "微视频评审": "open"}
    assert Result.objects.get().state == Result.State.PUBLISHED

    accounts = io.StringIO()
    call_command("demo", accounts=True, stdout=accounts)
    assert len(accounts.getvalue().splitlines()) == 8

    with pytest.raises(CommandError, match="空数据库"):
        call_command("demo")
    people = User.objects.count()
    call_command("demo", if_empty=True)
    assert User.objects.count() == people
    assert date(2026, 1, 1) < Round.objects.first().opened_at.date()


def test_demo_has_works_in_every_state_of_their_way(demo):
    states = Counter(Work.objects.values_list("kind__title", "status"))

    assert states == {
        ("微视频", "accepted"): 6,
        ("微视频", "submitted"): 1,
        ("图书", "accepted"): 1,
        ("图书", "returned"): 1,
        ("图书", "submitted"): 2,
        ("图书", "draft"): 3,
    }
    sheets = ScoreSheet.objects.filter(entry__round__title="微视频评审")
    assert set(sheets.values_list("state", flat=True)) >= {"pending", "submitted", "recused"}


def test_demo_is_refused_in_production(db, settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="正式环境"):
        call_command("demo")


def test_demo_accounts_of_another_database_are_none(db):
    accounts = io.StringIO()

    call_command("demo", accounts=True, stdout=accounts)

    assert accounts.getvalue() == ""
