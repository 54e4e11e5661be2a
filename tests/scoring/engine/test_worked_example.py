"""The example that shows how rules work: the engine's own figures for marks that follow from the rules."""

from dataclasses import replace
from decimal import Decimal

from scoring.engine import PRESETS, PenaltyRule, Segment, parse_input, worked_example
from tests.scoring.engine.builders import CONTEST, with_rules

SPEECH = CONTEST.segments[0]


def shown(example):
    (standing,) = example.outcome.standings
    document = standing.as_document()
    return document["segments"][0]["dropped"], document["aggregate"], document["penalties"], document["shown"]


def test_worked_example_of_the_contest_shows_every_rule_at_work():
    assert shown(worked_example(CONTEST)) == (
        {"total": ["J2", "J3"]},
        "254/3",
        [{"source": "over", "points": "4"}],
        "80.67",
    )


def test_worked_example_is_an_input_that_the_engine_accepts():
    for preset in PRESETS.values():
        rulebook = preset.build()
        example = worked_example(rulebook)
        assert example == worked_example(rulebook)
        assert parse_input(example.round_input.as_document(), rulebook) == example.round_input


def test_worked_example_has_as_many_judges_as_the_panel():
    sizes = {panel: worked_example(CONTEST, panel=panel).round_input.judges for panel in (2, 3, 7)}

    assert {panel: len(judges) for panel, judges in sizes.items()} == {2: 5, 3: 3, 7: 7}


def test_worked_example_without_drops_has_three_judges_or_as_many_as_are_needed():
    plain = with_rules(CONTEST, drop_high=0, drop_low=0, min_valid_marks=1)

    assert len(worked_example(plain).round_input.judges) == 3
    assert worked_example(with_rules(CONTEST, min_valid_marks=16)) is None


def test_worked_example_scores_a_quiz_and_a_short_speech():
    quiz = Segment("quiz", "问答", Decimal(20), "quiz", max_points=Decimal(50))
    rulebook = replace(
        CONTEST,
        segments=(replace(SPEECH, weight=Decimal(80)), quiz),
        penalties=(PenaltyRule("under", "self", "under", 3, Decimal(2)),),
    )
    (entry,) = worked_example(rulebook).round_input.entries

    assert (entry.quiz, entry.seconds) == ({"quiz": Decimal("43")}, {"self": 0})
    assert shown(worked_example(rulebook))[2] == [{"source": "under", "points": "2"}]


def test_worked_example_takes_the_gentlest_rule_for_being_late():
    rules = (
        PenaltyRule("far", "self", "over", 300, Decimal(5)),
        PenaltyRule("late", "self", "over", 240, Decimal(2)),
        PenaltyRule("under", "self", "under", 180, Decimal(2)),
    )
    (entry,) = worked_example(replace(CONTEST, penalties=rules)).round_input.entries

    assert entry.seconds == {"self": 245}
