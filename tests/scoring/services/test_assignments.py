"""Who reviews what in an assigned round: nothing is lost, nobody in conflict is asked, every change says why."""

import json

import pytest

from accounts.models import Role
from core.exceptions import DomainError
from ledger.models import Event
from scoring.exceptions import ActBlocked, Locked, SheetClosed
from scoring.models import Recusal, ScoreSheet, SheetRevision
from scoring.selectors import (
    latest_snapshot,
    live_table,
    lock_blockers,
    open_blockers,
    result_book,
    round_input,
    snapshot_faults,
)
from scoring.services import (
    Conflict,
    add_seat,
    assign_one,
    assign_sheets,
    confirm_correction,
    confirm_recusal,
    create_round,
    create_rulebook,
    create_runoff,
    declare_recusal,
    dismiss_recusal,
    lock_entry,
    lock_round,
    mark_absent,
    open_round,
    propose_recusals,
    reassign_sheet,
    record_conflicts,
    remove_seat,
    request_mark_correction,
    return_sheet,
    save_draft,
    submit_sheet,
    unassign_sheet,
)
from tests.scoring.conftest import FULL, marks_of, new_id
from tools.verify_result_book import verify


@pytest.fixture
def make_assigned(make_round, organiser, now):
    """Return a function: a round in which each of n entries is to be assigned to some of the seats."""

    def make(title="图书评审", *, entries=4, seats=5, k=3, opened=True, seed="2026"):
        round = make_round(title, entries=entries, seats=seats)
        round.assigned = True
        round.save(update_fields=["assigned"])
        if k:
            assign_sheets(round=round, k=k, seed=seed, actor=organiser, now=now)
        return open_round(round=round, actor=organiser, now=now) if opened and k else round

    return make


def pairs_of(round, *states):
    """Entry and seat of the round's sheets, by default of those that are on hand."""
    sheets = ScoreSheet.objects.filter(entry__round=round)
    sheets = sheets.filter(state__in=states) if states else sheets.exclude(state__in=ScoreSheet.LEFT_OUT)
    found = sheets.order_by("entry__order", "seat__number").values_list("entry__code", "seat__number")
    return [(code, f"J{number}") for code, number in found]


def payload_of(kind):
    return json.loads(Event.objects.get(kind=kind).payload)


def free_seat(round, code):
    """A seat of the panel that has no sheet of the entry."""
    taken = ScoreSheet.objects.filter(entry__round=round, entry__code=code).values_list("seat_id", flat=True)
    return round.panel.seats.exclude(pk__in=taken).order_by("number").first()


def first_sheet(round, code):
    sheets = ScoreSheet.objects.select_related("entry__round", "seat", "judge", "current")
    return sheets.filter(entry__round=round, entry__code=code).order_by("seat__number").first()


def submit_own(sheet, now, marks=FULL):
    sheet.refresh_from_db()
    return submit_sheet(
        sheet_id=sheet.pk,
        marks=marks,
        submission_id=new_id(),
        base_version=sheet.version,
        actor=sheet.judge,
        now=now,
    )


def submit_everything(round, now):
    for sheet in ScoreSheet.objects.filter(entry__round=round, state="pending").select_related("judge"):
        submit_own(sheet, now)


# --- By the system ------------------------------------------------------------------------------------------------


def test_create_round_assigned_is_on_record(edition, rulebook, panel, organiser, now):
    round = create_round(
        edition=edition,
        title="图书",
        group="all",
        rulebook=rulebook,
        panel=panel,
        assigned=True,
        actor=organiser,
        now=now,
    )

    assert round.assigned
    assert payload_of("round_created")["assigned"] is True


def test_assign_sheets_gives_each_entry_k_and_the_round_opens_with_these_alone(make_assigned):
    round = make_assigned()

    pairs = pairs_of(round)
    assert len(pairs) == 12
    assert {code: sum(own == code for own, _ in pairs) for code in ("01", "02", "03", "04")} == dict.fromkeys(
        ("01", "02", "03", "04"), 3
    )
    assert sorted(sum(own == seat for _, own in pairs) for seat in ("J1", "J2", "J3", "J4", "J5")) == [2, 2, 2, 3, 3]
    assert round_input(round).assigned
    event = payload_of("sheets_assigned")
    assert (event["k"], event["seed"], event["assigned_pairs"], event["short"]) == (3, "2026", 12, [])


def test_pitfall_06_assigning_again_keeps_every_pair_and_every_mark(make_assigned, organiser, now):
    round = make_assigned()
    submit_own(first_sheet(round, "01"), now)
    before = list(ScoreSheet.objects.order_by("pk").values())
    revisions = list(SheetRevision.objects.values())

    again = assign_sheets(round=round, k=3, seed="another", actor=organiser, now=now)
    assert (again.pairs, list(ScoreSheet.objects.order_by("pk").values())) == ((), before)
    assert Event.objects.filter(kind="sheets_assigned").count() == 1
    more = assign_sheets(round=round, k=4, seed="another", actor=organiser, now=now)

    assert len(more.pairs) == 4
    assert list(ScoreSheet.objects.filter(pk__in=[row["id"] for row in before]).order_by("pk").values()) == before
    assert list(SheetRevision.objects.values()) == revisions


def test_pitfall_23_conflicts_are_never_assigned_and_stay_on_record(make_assigned, entry_of, seat_of, organiser, now):
    round = make_assigned(k=0)
    conflicts = [
        Conflict(entry_of(round, "01"), seat_of(round, 1), "same_person", "作品作者"),
        Conflict(entry_of(round, "02"), seat_of(round, 2), "same_unit", "同为市天文馆"),
    ]

    assign_sheets(round=round, k=3, seed="s", conflicts=conflicts, actor=organiser, now=now)
    assign_sheets(round=round, k=3, seed="s", conflicts=conflicts, actor=organiser, now=now)
    open_round(round=round, actor=organiser, now=now)

    assert not {("01", "J1"), ("02", "J2")} & set(pairs_of(round))
    recusals = Recusal.objects.values_list("entry__code", "seat__number", "source", "reason", "state")
    assert list(recusals) == [
        ("01", 1, "same_person", "作品作者", "confirmed"),
        ("02", 2, "same_unit", "同为市天文馆", "confirmed"),
    ]
    assert Event.objects.filter(kind="conflicts_recorded").count() == 1
    with pytest.raises(DomainError, match="J1 对 01 须回避（作品作者），不能分派"):
        assign_one(entry=entry_of(round, "01"), seat=seat_of(round, 1), actor=organiser, now=now)


def test_assign_sheets_names_the_entry_that_cannot_have_enough(make_assigned, entry_of, seat_of, organiser, now):
    round = make_assigned(k=0, entries=2, seats=4)
    conflicts = [Conflict(entry_of(round, "01"), seat_of(round, n), "same_unit", "同单位") for n in (1, 2)]

    found = assign_sheets(round=round, k=3, seed="s", conflicts=conflicts, actor=organiser, now=now)

    assert [(each.work, each.wanted, each.possible, each.excluded) for each in found.short] == [
        ("01", 3, 2, ("J1", "J2"))
    ]
    assert len(pairs_of(round)) == 5
    blocker = next(each for each in open_blockers(round) if each.code == "too_few_reviewers")
    assert (blocker.entries, blocker.blocks) == (("01",), True)
    with pytest.raises(ActBlocked, match="01 分派的评委不足 3 位"):
        open_round(round=round, actor=organiser, now=now)


def test_assign_sheets_refuses_what_makes_no_sense(make_assigned, open_one, organiser, now):
    round = make_assigned(k=0)
    with pytest.raises(DomainError, match="每件至少要分派 3 位"):
        assign_sheets(round=round, k=2, seed="s", actor=organiser, now=now)
    with pytest.raises(DomainError, match="请填写分派用的种子"):
        assign_sheets(round=round, k=3, seed=" ", actor=organiser, now=now)
    with pytest.raises(DomainError, match="全体评分，不分派"):
        assign_sheets(round=open_one, k=3, seed="s", actor=organiser, now=now)


def test_assign_sheets_refuses_a_locked_round(make_assigned, organiser, now):
    round = make_assigned(entries=1)
    submit_everything(round, now)
    lock_round(round=round, actor=organiser, now=now)
    with pytest.raises(Locked, match="已封存，不能再分派"):
        assign_sheets(round=round, k=4, seed="s", actor=organiser, now=now)


def test_assign_sheets_leaves_locked_and_withdrawn_entries_alone(make_assigned, entry_of, organiser, now):
    round = make_assigned(entries=2)
    for sheet in ScoreSheet.objects.filter(entry__code="01").select_related("judge"):
        submit_own(sheet, now)
    lock_entry(entry=entry_of(round, "01"), actor=organiser, now=now)

    found = assign_sheets(round=round, k=5, seed="s", actor=organiser, now=now)

    assert ({code for code, _ in found.pairs}, found.short) == ({"02"}, ())


def test_reviewers_who_are_absent_do_not_count_and_are_not_asked_again(make_assigned, organiser, now):
    round = make_assigned(entries=1, seats=4)
    sheet = first_sheet(round, "01")
    mark_absent(sheet=sheet, reason="出差", actor=organiser, now=now)

    found = assign_sheets(round=round, k=3, seed="s", actor=organiser, now=now)

    assert len(found.pairs) == 1
    assert sheet.seat.code not in {seat for _, seat in found.pairs}


def test_rules_that_changed_after_the_assignment_hold_when_the_round_opens(
    make_assigned, edition, organiser, quiz_rules, now
):
    """The pairs stay; their sheets are those of the rules that are frozen now."""
    round = make_assigned(opened=False)
    before = pairs_of(round)
    document = {**quiz_rules.document}
    document["segments"] = [
        {**document["segments"][0], "code": "book", "weight": "60"},
        {**document["segments"][0], "code": "reading", "weight": "40"},
    ]
    document["penalties"], document["tie_chain"] = [], [{"kind": "decision"}]
    round.rulebook = create_rulebook(
        edition=edition, code="two", title="两环节", document=document, actor=organiser, now=now
    )
    round.save(update_fields=["rulebook"])

    open_round(round=round, actor=organiser, now=now)

    sheets = ScoreSheet.objects.filter(entry__round=round)
    assert sorted(set(sheets.values_list("segment", flat=True))) == ["book", "reading"]
    assert sorted(set(pairs_of(round))) == sorted(set(before))
    assert sheets.count() == 24


# --- Marks --------------------------------------------------------------------------------------------------------


def test_no_marks_before_the_round_opens(make_assigned, now):
    round = make_assigned(opened=False)
    with pytest.raises(SheetClosed, match="还没有开放"):
        submit_own(first_sheet(round, "01"), now)


def test_assigned_round_is_locked_and_its_book_verifies(make_assigned, organiser, now):
    round = make_assigned()
    submit_everything(round, now)

    snapshot = lock_round(round=round, actor=organiser, now=now)

    book = result_book(snapshot)
    assert (book["input"]["assigned"], len(book["input"]["sheets"])) == (True, 12)
    assert snapshot_faults(snapshot) == []
    assert verify(book) == []


def test_live_table_of_an_assigned_round_waits_for_assigned_sheets_only(make_assigned, now):
    round = make_assigned(entries=2)
    for sheet in ScoreSheet.objects.filter(entry__round=round, entry__code="01").select_related("judge"):
        submit_own(sheet, now)

    rows = {row.code: row for row in live_table(round).rows}

    assert (rows["01"].rank, rows["01"].shown, rows["01"].owed) == (1, "100.00", 0)
    assert (rows["02"].reason, rows["02"].owed) == ("waiting", 3)
    assert sorted(cell.state for cell in rows["01"].cells if cell.state) == ["submitted"] * 3


def test_pitfall_04_entry_below_the_minimum_is_not_ranked_and_says_so(make_assigned, organiser, now):
    round = make_assigned(entries=2, seats=3)
    absent = first_sheet(round, "01")
    mark_absent(sheet=absent, reason="出差", actor=organiser, now=now)
    submit_everything(round, now)

    [warning] = [each for each in lock_blockers(round) if each.code == "nobody_left"]
    snapshot = lock_round(round=round, actor=organiser, now=now)

    assert (warning.blocks, warning.entries) == (False, ("01",))
    assert [(row["entry"], row["rank"], row["reason"]) for row in snapshot.document["output"]["standings"]] == [
        ("02", 1, None),
        ("01", None, "too_few_marks"),
    ]


def test_lock_is_blocked_while_somebody_could_still_review_what_has_too_few(make_assigned, organiser, now):
    round = make_assigned(entries=1, seats=4)
    mark_absent(sheet=first_sheet(round, "01"), reason="出差", actor=organiser, now=now)
    submit_everything(round, now)

    with pytest.raises(ActBlocked, match="01 的有效评审不足 3 份，请补派评委"):
        lock_round(round=round, actor=organiser, now=now)


def test_owed_sheets_name_only_those_who_were_asked(make_assigned):
    round = make_assigned(entries=1, seats=5)
    owing = {seat for _, seat in pairs_of(round)}
    assert {each.seat for each in lock_blockers(round) if each.code == "owed_sheets"} == owing


def test_correction_of_a_locked_assigned_round_makes_a_new_snapshot_that_verifies(
    make_assigned, make_person, organiser, now
):
    round = make_assigned(entries=2)
    submit_everything(round, now)
    lock_round(round=round, actor=organiser, now=now)
    sheet, supervisor = first_sheet(round, "01"), make_person("监督", Role.SUPERVISOR, email="super@example.com")
    correction = request_mark_correction(sheet=sheet, marks=marks_of("40"), reason="录入有误", actor=organiser, now=now)

    confirm_correction(correction=correction, actor=supervisor, now=now)

    snapshot = latest_snapshot(round)
    assert (snapshot.number, verify(result_book(snapshot))) == (2, [])
    assert [row["entry"] for row in snapshot.document["output"]["standings"]] == ["02", "01"]


def test_correction_of_a_reassigned_sheet_is_refused(make_assigned, organiser, now):
    round = make_assigned(entries=1)
    sheet = first_sheet(round, "01")
    submit_own(sheet, now)
    reassign_sheet(sheet=sheet, seat=free_seat(round, "01"), reason="病假", actor=organiser, now=now)
    submit_everything(round, now)
    lock_round(round=round, actor=organiser, now=now)

    with pytest.raises(DomainError, match="已改由他人评审，这份评分表不计入"):
        request_mark_correction(sheet=sheet, marks=marks_of("40"), reason="x", actor=organiser, now=now)


def test_runoff_of_an_assigned_round_is_scored_by_the_whole_panel_but_never_by_the_recused(
    make_assigned, organiser, now
):
    round = make_assigned(entries=2)
    sheet = first_sheet(round, "01")
    conflict = Conflict(sheet.entry, sheet.seat, "same_person", "作者")
    record_conflicts(round=round, conflicts=[conflict], actor=organiser, now=now)
    submit_everything(round, now)
    lock_round(round=round, actor=organiser, now=now)

    runoff = create_runoff(round=round, entries=["01", "02"], title="加赛", actor=organiser, now=now)
    open_round(round=runoff, actor=organiser, now=now)

    assert not runoff.assigned
    assert len(pairs_of(runoff)) == 9
    assert pairs_of(runoff, "recused") == [("01", sheet.seat.code)]


# --- By hand ------------------------------------------------------------------------------------------------------


def test_assign_one_adds_a_reviewer(make_assigned, entry_of, organiser, now):
    round = make_assigned()
    seat = free_seat(round, "01")

    [sheet] = assign_one(entry=entry_of(round, "01"), seat=seat, actor=organiser, now=now)

    assert (sheet.state, sheet.judge_id) == ("pending", seat.judge_id)
    assert payload_of("sheet_assigned") == {
        "round": round.pk,
        "entry": "01",
        "judge": seat.code,
    }
    with pytest.raises(DomainError, match=f"01 已经分派给评委 {seat.code}"):
        assign_one(entry=entry_of(round, "01"), seat=seat, actor=organiser, now=now)


def test_assign_one_refuses_removed_foreign_undecided_absent_and_withdrawn(
    make_assigned, make_round, entry_of, organiser, now
):
    round, other = make_assigned(seats=5), make_round("他轮")
    entry, seat = entry_of(round, "01"), free_seat(round, "01")
    with pytest.raises(DomainError, match="不在同一轮次"):
        assign_one(entry=entry, seat=other.panel.seats.first(), actor=organiser, now=now)
    declare_recusal(entry=entry, seat=seat, reason="师生", actor=organiser, now=now)
    with pytest.raises(DomainError, match="回避还没有决定"):
        assign_one(entry=entry, seat=seat, actor=organiser, now=now)
    absent = first_sheet(round, "01")
    mark_absent(sheet=absent, reason="出差", actor=organiser, now=now)
    with pytest.raises(DomainError, match="记为缺席"):
        assign_one(entry=entry, seat=absent.seat, actor=organiser, now=now)
    remove_seat(seat=seat, reason="病假", actor=organiser, now=now)
    with pytest.raises(DomainError, match="已撤，不能分派"):
        assign_one(entry=entry, seat=seat, actor=organiser, now=now)
    withdrawn = entry_of(round, "02")
    withdrawn.status = "withdrawn"
    withdrawn.save()
    with pytest.raises(DomainError, match="02 退出，不再分派"):
        assign_one(entry=withdrawn, seat=first_sheet(round, "01").seat, actor=organiser, now=now)


def test_pitfall_07_reassigned_marks_stay_visible_and_say_why_they_do_not_count(
    make_assigned, entry_of, organiser, now
):
    round = make_assigned()
    sheet = first_sheet(round, "01")
    submit_own(sheet, now)
    to = free_seat(round, "01")

    [given] = reassign_sheet(sheet=sheet, seat=to, reason="专业不对口", actor=organiser, now=now)

    sheet.refresh_from_db()
    assert (sheet.state, sheet.state_reason) == ("unassigned", f"改派给 {to.code}：专业不对口")
    assert sheet.current.marks == FULL
    assert (given.state, given.seat_id) == ("pending", to.pk)
    assert ("01", sheet.seat.code, "self") not in {(s.entry, s.judge, s.segment) for s in round_input(round).sheets}
    cells = next(row for row in live_table(round).rows if row.code == "01").cells
    assert ("unassigned", f"改派给 {to.code}：专业不对口") in {(cell.state, cell.reason) for cell in cells}
    with pytest.raises(SheetClosed, match="已改由他人评审"):
        submit_own(sheet, now)
    assert payload_of("sheet_reassigned") == {
        "round": round.pk,
        "entry": "01",
        "judge": sheet.seat.code,
        "to": to.code,
        "counted": False,
    }


def test_pitfall_07_reassigned_marks_may_go_on_counting(make_assigned, organiser, now):
    round = make_assigned()
    sheet = first_sheet(round, "01")
    with pytest.raises(DomainError, match="还没有提交"):
        reassign_sheet(
            sheet=sheet, seat=free_seat(round, "01"), reason="病假", actor=organiser, now=now, count_marks=True
        )
    submit_own(sheet, now)
    to = free_seat(round, "01")

    reassign_sheet(sheet=sheet, seat=to, reason="增加一位专家", actor=organiser, now=now, count_marks=True)

    sheet.refresh_from_db()
    assert (sheet.state, sheet.state_reason) == ("submitted", f"另派 {to.code}，仍计入：增加一位专家")
    assert sum(code == "01" for code, _ in pairs_of(round)) == 4


def test_reassign_sheet_refuses_no_reason_twice_and_a_conflict(make_assigned, entry_of, organiser, now):
    round = make_assigned(seats=6)
    sheet, to = first_sheet(round, "01"), free_seat(round, "01")
    with pytest.raises(DomainError, match="请写明改派的原因"):
        reassign_sheet(sheet=sheet, seat=to, reason=" ", actor=organiser, now=now)
    reassign_sheet(sheet=sheet, seat=to, reason="病假", actor=organiser, now=now)
    with pytest.raises(DomainError, match="已改派"):
        reassign_sheet(sheet=sheet, seat=free_seat(round, "01"), reason="病假", actor=organiser, now=now)
    other = free_seat(round, "02")
    conflict = Conflict(entry_of(round, "02"), other, "same_unit", "同为市天文馆")
    record_conflicts(round=round, conflicts=[conflict], actor=organiser, now=now)
    with pytest.raises(DomainError, match=r"须回避（同为市天文馆）"):
        reassign_sheet(sheet=first_sheet(round, "02"), seat=other, reason="病假", actor=organiser, now=now)


def test_what_was_taken_away_can_be_given_back_with_its_marks(make_assigned, entry_of, organiser, now):
    round = make_assigned()
    sheet = first_sheet(round, "01")
    save_draft(
        sheet_id=sheet.pk,
        marks={"content": "40"},
        submission_id=new_id(),
        base_version=0,
        actor=sheet.judge,
        now=now,
    )
    unassign_sheet(sheet=sheet, reason="分多了", actor=organiser, now=now)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.state_reason) == ("unassigned", "撤回分派：分多了")
    assert sheet.seat.code not in {
        seat for code, seat in assign_sheets(round=round, k=3, seed="s", actor=organiser, now=now).pairs
    }

    assign_one(entry=entry_of(round, "01"), seat=sheet.seat, actor=organiser, now=now)

    sheet.refresh_from_db()
    assert (sheet.state, sheet.state_reason, sheet.current.marks) == ("draft", "", {"content": "40"})


def test_assignments_of_a_locked_entry_stay_as_they_are(make_assigned, entry_of, organiser, now):
    round = make_assigned(entries=2)
    submit_everything(round, now)
    lock_entry(entry=entry_of(round, "01"), actor=organiser, now=now)
    sheet, to = first_sheet(round, "01"), free_seat(round, "01")
    for act in (
        lambda: reassign_sheet(sheet=sheet, seat=to, reason="x", actor=organiser, now=now),
        lambda: unassign_sheet(sheet=sheet, reason="x", actor=organiser, now=now),
        lambda: assign_one(entry=entry_of(round, "01"), seat=to, actor=organiser, now=now),
        lambda: record_conflicts(
            round=round,
            conflicts=[Conflict(sheet.entry, sheet.seat, "same_person", "作者")],
            actor=organiser,
            now=now,
        ),
    ):
        with pytest.raises(Locked, match="已锁定"):
            act()


# --- Recusals -----------------------------------------------------------------------------------------------------


def test_confirmed_recusal_in_an_assigned_round_is_refilled(make_assigned, organiser, now):
    round = make_assigned()
    sheet = first_sheet(round, "01")
    submit_own(sheet, now)
    expected = set(pairs_of(round)) - {("01", sheet.seat.code)}
    recusal = declare_recusal(entry=sheet.entry, seat=sheet.seat, reason="合作作者", actor=sheet.judge, now=now)

    confirm_recusal(recusal=recusal, actor=organiser, now=now)

    after = set(pairs_of(round))
    [(code, seat)] = after - expected
    assert (code, expected <= after) == ("01", True)
    assert pairs_of(round, "recused") == [("01", sheet.seat.code)]
    event = payload_of("sheet_refilled")
    assert (event["entry"], event["judge"], event["seed"]) == ("01", seat, f"recusal-{recusal.pk}")


def test_pitfall_08_a_recused_pair_is_never_assigned_again(make_assigned, entry_of, organiser, now):
    round = make_assigned(entries=3, seats=4)
    sheet = first_sheet(round, "01")
    recusal = declare_recusal(entry=sheet.entry, seat=sheet.seat, reason="师生", actor=sheet.judge, now=now)
    confirm_recusal(recusal=recusal, actor=organiser, now=now)

    assign_sheets(round=round, k=4, seed="s", actor=organiser, now=now)
    with pytest.raises(DomainError, match=r"须回避（师生），不能分派"):
        assign_one(entry=entry_of(round, "01"), seat=sheet.seat, actor=organiser, now=now)
    remove_seat(seat=sheet.seat, reason="病假", actor=organiser, now=now)
    add_seat(panel=round.panel, judge=sheet.judge, actor=organiser, now=now)
    with pytest.raises(DomainError, match=r"须回避（师生），不能分派"):
        assign_one(entry=entry_of(round, "01"), seat=sheet.seat, actor=organiser, now=now)

    assert ("01", sheet.seat.code) not in pairs_of(round)


def test_recusal_with_nobody_left_is_a_blocker(make_assigned, organiser, now):
    round = make_assigned(entries=1, seats=3)
    sheet = first_sheet(round, "01")
    recusal = declare_recusal(entry=sheet.entry, seat=sheet.seat, reason="师生", actor=sheet.judge, now=now)

    confirm_recusal(recusal=recusal, actor=organiser, now=now)

    assert [each.entries for each in lock_blockers(round) if each.code == "nobody_left"] == [("01",)]
    assert not Event.objects.filter(kind="sheet_refilled").exists()


def test_recusal_of_somebody_who_was_not_asked_needs_no_refill(make_assigned, entry_of, organiser, now):
    round = make_assigned()
    seat, before = free_seat(round, "01"), pairs_of(round)
    recusal = declare_recusal(entry=entry_of(round, "01"), seat=seat, reason="师生", actor=organiser, now=now)

    confirm_recusal(recusal=recusal, actor=organiser, now=now)

    assert pairs_of(round) == before


def test_conflict_found_while_reviewing_takes_the_marks_out_and_is_refilled(make_assigned, organiser, now):
    round = make_assigned()
    sheet = first_sheet(round, "01")
    submit_own(sheet, now)
    conflict = Conflict(sheet.entry, sheet.seat, "same_person", "作品作者")

    made = record_conflicts(round=round, conflicts=[conflict], actor=organiser, now=now)

    assert [(each.entry.code, each.state) for each in made] == [("01", "confirmed")]
    sheet.refresh_from_db()
    assert (sheet.state, sheet.state_reason, sheet.current.marks) == ("recused", "作品作者", FULL)
    assert sum(code == "01" for code, _ in pairs_of(round)) == 3
    assert record_conflicts(round=round, conflicts=[conflict], actor=organiser, now=now) == []


def test_conflict_overrules_what_was_dismissed_before(make_assigned, entry_of, seat_of, organiser, now):
    round = make_assigned(k=0)
    pair = (entry_of(round, "01"), seat_of(round, 1), "same_unit", "同单位")
    [recusal] = propose_recusals(round=round, pairs=[pair], actor=organiser, now=now)
    dismiss_recusal(recusal=recusal, actor=organiser, now=now)

    conflict = Conflict(pair[0], pair[1], "same_person", "作品作者")
    record_conflicts(round=round, conflicts=[conflict], actor=organiser, now=now)

    recusal.refresh_from_db()
    assert (recusal.state, recusal.source, recusal.reason) == ("confirmed", "same_person", "作品作者")


# --- Seats --------------------------------------------------------------------------------------------------------


def test_seat_added_to_an_assigned_round_gets_no_sheets_by_itself(make_assigned, make_person, organiser, now):
    round = make_assigned()
    seat = add_seat(
        panel=round.panel,
        judge=make_person("新评委", Role.JUDGE, email="new@example.com"),
        actor=organiser,
        now=now,
    )

    assert not ScoreSheet.objects.filter(seat=seat).exists()
    found = assign_sheets(round=round, k=4, seed="s", actor=organiser, now=now)
    assert sum(code == seat.code for _, code in found.pairs) >= 2


@pytest.mark.parametrize("opened", [True, False])
def test_pitfall_07_removed_seat_keeps_its_marks_and_what_it_owed_is_assigned_anew(
    make_assigned, opened, organiser, now
):
    round = make_assigned(entries=3, seats=4, opened=opened)
    seat = first_sheet(round, "01").seat
    if opened:
        submit_own(first_sheet(round, "01"), now)
    owed = [code for code, own in pairs_of(round) if own == seat.code][1 if opened else 0 :]

    remove_seat(seat=seat, reason="病假", actor=organiser, now=now)
    found = assign_sheets(round=round, k=3, seed="s", actor=organiser, now=now)

    assert sorted(code for code, _ in found.pairs) == owed
    assert seat.code not in {own for _, own in found.pairs}
    assert pairs_of(round, "absent") == [(code, seat.code) for code in owed]
    assert pairs_of(round, "submitted") == ([("01", seat.code)] if opened else [])


def test_returned_sheet_of_an_assigned_round_is_owed_and_can_be_reassigned(make_assigned, organiser, now):
    round = make_assigned()
    sheet = first_sheet(round, "01")
    submit_own(sheet, now)
    return_sheet(sheet=sheet, reason="请核对", actor=organiser, now=now)

    reassign_sheet(sheet=sheet, seat=free_seat(round, "01"), reason="联系不上", actor=organiser, now=now)

    sheet.refresh_from_db()
    assert sheet.state == "unassigned"
