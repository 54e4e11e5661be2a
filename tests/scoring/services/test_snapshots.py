import json

import pytest
from django.db import IntegrityError, connection, transaction

from core.canonical import digest
from core.exceptions import DomainError
from ledger.models import Event
from scoring.models import LateMark, Round, Rulebook, ScoreSheet, SheetRevision, Snapshot, TieDecision
from scoring.selectors import result_book, snapshot_faults
from scoring.services import add_deduction, lock_round, mark_seat_absent, record_seconds, take_snapshot
from tools.verify_result_book import verify


@pytest.fixture
def snapshot(make_open_round, submit_all, entry_of, seat_of, organiser, now) -> Snapshot:
    """Three entries and four seats, the fourth absent; a time penalty and a deduction."""
    round = make_open_round(entries=3, seats=4)
    submit_all(round, {"01": ["40.5", "41", "42"], "02": ["39", "38", "40"], "03": ["45", "44.5", "46"]})
    mark_seat_absent(round=round, seat=seat_of(round, 4), reason="病假", actor=organiser, now=now)
    record_seconds(entry=entry_of(round, "01"), segment="self", seconds=170, actor=organiser, now=now)
    add_deduction(entry=entry_of(round, "03"), points="0.5", reason="照读", actor=organiser, now=now)
    return lock_round(round=round, actor=organiser, now=now)


def test_snapshot_holds_the_whole_input_and_output(snapshot, rulebook):
    document = snapshot.document
    locked = Event.objects.get(kind="round_locked")

    assert sorted(document) == ["edition", "format", "input", "ledger", "output", "round", "rulebook", "snapshot"]
    assert document["snapshot"] == {"number": 1, "created_at": "2026-11-20T01:00:00.000Z"}
    assert document["round"] == {"title": "决赛", "group": "all"}
    assert document["ledger"] == {"number": locked.number, "root": locked.hash}
    assert digest(document["rulebook"]) == rulebook.sha256
    assert document["input"]["judges"] == ["J1", "J2", "J3", "J4"]
    assert len(document["input"]["sheets"]) == 12
    assert [(s["entry"], s["rank"], s["shown"]) for s in document["output"]["standings"]] == [
        ("03", 1, "84.67"),
        ("01", 2, "79.17"),
        ("02", 3, "79.00"),
    ]


def test_snapshot_is_named_in_the_ledger_by_its_digest(snapshot):
    parts = {part: snapshot.document[part] for part in ("rulebook", "input", "output")}
    payload = json.loads(Event.objects.get(kind="snapshot_taken").payload)

    assert snapshot.sha256 == digest(parts)
    assert payload == {"round": snapshot.round_id, "number": 1, "sha256": snapshot.sha256}


def test_result_book_satisfies_the_independent_verifier(snapshot):
    book = result_book(snapshot)

    assert book["digests"]["snapshot"] == snapshot.sha256
    assert verify(json.loads(json.dumps(book))) == []


def test_no_names_are_in_a_snapshot_or_its_ledger(snapshot):
    names = [sheet.judge.name for sheet in ScoreSheet.objects.select_related("judge")]
    text = json.dumps(snapshot.document, ensure_ascii=False) + "".join(Event.objects.values_list("payload", flat=True))

    assert not [name for name in names if name in text]


def test_take_snapshot_refuses_a_round_that_is_not_locked(open_one, organiser, now):
    with pytest.raises(DomainError, match="“决赛”还没有封存，不能定格成绩"):
        take_snapshot(round=open_one, reason="试", actor=organiser, now=now)


def test_take_snapshot_again_gives_the_same_digest_under_the_next_number(snapshot, organiser, now):
    again = take_snapshot(round=snapshot.round, reason="核对", actor=organiser, now=now)

    assert (again.number, again.sha256, again.reason) == (2, snapshot.sha256, "核对")


def test_take_snapshot_refuses_rows_that_do_not_make_a_whole_round(snapshot, organiser, now):
    missing = ScoreSheet.objects.filter(state="absent").first()
    missing.delete()

    with pytest.raises(DomainError, match=r"评分数据不完整，没有定格：.*缺少"):
        take_snapshot(round=snapshot.round, reason="核对", actor=organiser, now=now)
    assert Snapshot.objects.count() == 1


def test_snapshot_faults_of_an_intact_snapshot_are_none(snapshot):
    assert snapshot_faults(snapshot) == []


def test_snapshot_faults_name_what_does_not_hold(snapshot):
    snapshot.document["output"]["standings"][0]["shown"] = "99.99"
    changed = snapshot_faults(snapshot)
    snapshot.document["input"]["sheets"][0]["marks"]["content"] = "51"
    refused = snapshot_faults(snapshot)
    snapshot.document["rulebook"]["title"] = "另一份"
    renamed = snapshot_faults(snapshot)
    del snapshot.document["output"]

    assert changed == ["定格成绩第 1 号的内容与其摘要不符。", "定格成绩第 1 号的名次表与重算结果不符。"]
    assert refused[-1].startswith("定格成绩第 1 号无法重算：input.sheets[0]") or "sheets[0]" in refused[-1]
    assert "定格成绩第 1 号的评分细则与“讲解细则 v1”不符。" in renamed
    assert snapshot_faults(snapshot) == ["定格成绩第 1 号缺少 output。"]


@pytest.mark.parametrize("model", [SheetRevision, Snapshot, Rulebook])
def test_append_only_rows_of_scoring_are_refused_change_and_deletion(snapshot, model):
    table = model._meta.db_table
    for statement in (f"UPDATE {table} SET id = id + 1000", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError, match=f"append-only: {table}"), transaction.atomic():
            connection.cursor().execute(statement)


def test_append_only_late_marks_and_decisions_are_refused_deletion(snapshot, organiser, now):
    sheet = ScoreSheet.objects.all()[0]
    LateMark.objects.create(sheet=sheet, submission_id="x", marks={}, author=organiser, received_at=now)
    TieDecision.objects.create(round=snapshot.round, order=[], reason="x", decided_by=organiser, decided_at=now)

    for model in (LateMark, TieDecision):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            connection.cursor().execute(f"DELETE FROM {model._meta.db_table}")
    LateMark.objects.update(settlement="不采纳")


def test_taking_a_snapshot_reads_a_constant_number_of_times(
    make_open_round, submit_all, organiser, now, django_assert_max_num_queries
):
    for title, entries in [("小", 2), ("大", 12)]:
        round = make_open_round(title, entries=entries)
        submit_all(round, {f"{n:02}": [str(30 + n)] * 3 for n in range(1, entries + 1)})
        Round.objects.filter(pk=round.pk).update(state="locked", locked_at=now)
        with django_assert_max_num_queries(20):
            take_snapshot(round=round, reason="试", actor=organiser, now=now)
