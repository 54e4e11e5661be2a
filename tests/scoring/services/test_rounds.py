from scoring.models import Round, ScoreSheet
from scoring.selectors import live_table


def test_open_round_makes_every_sheet_once(open_one):
    assert open_one.state == Round.State.OPEN
    assert ScoreSheet.objects.filter(entry__round=open_one, state="pending").count() == 9


def test_live(open_one, submit):
    submit(open_one, "01", 1)
    table = live_table(open_one)
    assert table.submitted == 1
