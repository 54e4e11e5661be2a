import pytest

from core.exceptions import DomainError
from ledger.models import Event
from scoring.exceptions import ActBlocked, Locked
from scoring.models import Entry, Round, ScoreSheet, Snapshot
from scoring.services import (
    NewEntry,
    add_entries,
    create_round,
    declare_recusal,
    lock_entry,
    lock_round,
    open_round,
    reorder_entries,
    set_entry_status,
    type_paper_marks,
)
from tests.scoring.conftest import marks_of, new_id


@pytest.fixture
def complete(submit_all):
    """Return a function: every judge submits for every entry of a 3 × 3 round."""

    def act(round):
        submit_all(round, {"01": ["40"] * 3, "02": ["39"] * 3, "03": ["38"] * 3})
        return round

    return act


def test_create_round_refuses_titles_groups_and_editions_that_do_not_fit(edition, make_round, rulebook, organiser, now):
    round = make_round("决赛")
    options = {"edition": edition, "rulebook": rulebook, "panel": round.panel, "actor": organiser, "now": now}

    for title, group, sentence in [
        (" ", "all", "请填写轮次名称"),
        ("决赛", "all", "已有轮次“决赛”"),
        ("复赛", "adult", "没有组别“adult”"),
    ]:
        with pytest.raises(DomainError, match=sentence):
            create_round(title=title, group=group, **options)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (NewEntry("01", "重号", 9), "编号“01”或顺序 9 重复"),
        (NewEntry("09", "重序", 1), "编号“09”或顺序 1 重复"),
        (NewEntry("0 9", "空格", 9), "不含空格"),
        (NewEntry("", "无号", 9), "1 至 12 个字符"),
        (NewEntry("x" * 13, "太长", 9), "1 至 12 个字符"),
    ],
)
def test_add_entries_takes_all_or_none(make_round, entry, sentence):
    round = make_round()

    with pytest.raises(DomainError, match=sentence):
        add_entries(round=round, entries=[NewEntry("08", "好的", 8), entry])

    assert round.entries.count() == 3


def test_reorder_entries_sets_the_running_order(make_round, organiser, now):
    round = make_round()
    reorder_entries(round=round, codes=["03", "01", "02"], actor=organiser, now=now)

    assert list(round.entries.order_by("order").values_list("code", "order")) == [("03", 1), ("01", 2), ("02", 3)]
    with pytest.raises(DomainError, match="把每个编号都列出一次"):
        reorder_entries(round=round, codes=["01", "02"], actor=organiser, now=now)


def test_entries_are_fixed_once_the_round_is_open(open_one, organiser, now):
    with pytest.raises(DomainError, match="已开放，不能再增减"):
        add_entries(round=open_one, entries=[NewEntry("09", "迟来", 9)])
    with pytest.raises(DomainError, match="已开放，不能再增减"):
        reorder_entries(round=open_one, codes=["03", "02", "01"], actor=organiser, now=now)


def test_open_round_makes_one_sheet_per_judge_and_entry(make_round, organiser, now):
    round = open_round(round=make_round(entries=4, seats=3), actor=organiser, now=now)

    assert (round.state, round.opened_at) == (Round.State.OPEN, now)
    assert ScoreSheet.objects.filter(entry__round=round, state="pending").count() == 12
    assert Event.objects.filter(kind="round_opened").count() == 1


def test_open_round_lists_everything_that_is_missing(make_round, seat_of, entry_of, organiser, now):
    empty = make_round("空的", entries=0, seats=2)
    undecided = make_round("未定")
    seat = seat_of(undecided, 2)
    declare_recusal(entry=entry_of(undecided, "03"), seat=seat, reason="师生", actor=seat.judge, now=now)

    with pytest.raises(ActBlocked) as refused:
        open_round(round=empty, actor=organiser, now=now)
    with pytest.raises(ActBlocked) as waiting:
        open_round(round=undecided, actor=organiser, now=now)

    assert [blocker.text for blocker in refused.value.blockers] == [
        "本轮还没有参评条目，请先加入。",
        "评委组“空的评委组”只有 2 个席位，评分细则要求至少 3 份有效评分，请增加席位。",
    ]
    assert [(b.code, b.seat, b.entries) for b in waiting.value.blockers] == [("open_recusals", "J2", ("03",))]
    assert "J2 对 03 的回避还没有决定" in waiting.value.message
    assert not ScoreSheet.objects.exists()


def test_open_round_twice_is_refused(open_one, organiser, now):
    with pytest.raises(DomainError, match="评分中，不能再次开放"):
        open_round(round=open_one, actor=organiser, now=now)


def test_lock_entry_waits_for_every_judge(open_one, entry_of, submit, organiser, now):
    submit(open_one, "01", 1)

    with pytest.raises(ActBlocked) as refused:
        lock_entry(entry=entry_of(open_one, "01"), actor=organiser, now=now)

    assert [(b.code, b.seat, b.entries) for b in refused.value.blockers] == [
        ("owed_sheets", "J2", ("01",)),
        ("owed_sheets", "J3", ("01",)),
    ]


def test_lock_entry_waits_for_paper_marks(open_one, entry_of, sheet_of, submit, clerk, organiser, now):
    submit(open_one, "01", 1)
    submit(open_one, "01", 2)
    type_paper_marks(
        sheet=sheet_of(open_one, "01", 3), marks=marks_of("40"), submission_id=new_id(), actor=clerk, now=now
    )

    with pytest.raises(ActBlocked) as refused:
        lock_entry(entry=entry_of(open_one, "01"), actor=organiser, now=now)

    assert [b.code for b in refused.value.blockers] == ["owed_sheets", "open_paper"]


def test_lock_entry_once(open_one, entry_of, submit_all, organiser, now):
    submit_all(open_one, {"01": ["40"] * 3})
    locked = lock_entry(entry=entry_of(open_one, "01"), actor=organiser, now=now)

    assert locked.locked_at == now
    with pytest.raises(Locked, match="01 已经锁定"):
        lock_entry(entry=locked, actor=organiser, now=now)


def test_lock_round_lists_who_owes_what_and_stays_open(open_one, submit, organiser, now):
    for code in ("01", "02", "03"):
        submit(open_one, code, 1)
    submit(open_one, "01", 2)

    with pytest.raises(ActBlocked) as refused:
        lock_round(round=open_one, actor=organiser, now=now)

    assert [blocker.text for blocker in refused.value.blockers] == [
        "评委 J2 还有未提交的评分：02、03。",
        "评委 J3 还有未提交的评分：01、02、03。",
    ]
    open_one.refresh_from_db()
    assert (open_one.state, Snapshot.objects.count()) == ("open", 0)


def test_lock_round_locks_every_entry_and_takes_snapshot_one(open_one, complete, organiser, now):
    snapshot = lock_round(round=complete(open_one), actor=organiser, now=now)

    open_one.refresh_from_db()
    assert (open_one.state, open_one.locked_at) == ("locked", now)
    assert set(Entry.objects.values_list("locked_at", flat=True)) == {now}
    assert (snapshot.number, snapshot.reason, snapshot.created_by) == (1, "封存", organiser)
    with pytest.raises(Locked, match="已封存，不能封存"):
        lock_round(round=open_one, actor=organiser, now=now)


def test_lock_round_does_not_wait_for_who_withdrew(open_one, entry_of, submit_all, organiser, now):
    submit_all(open_one, {"01": ["40"] * 3, "02": ["39"] * 3})
    set_entry_status(entry=entry_of(open_one, "03"), status="withdrawn", reason="急病", actor=organiser, now=now)

    output = lock_round(round=open_one, actor=organiser, now=now).document["output"]

    assert [(s["entry"], s["rank"], s["reason"]) for s in output["standings"]] == [
        ("01", 1, None),
        ("02", 2, None),
        ("03", None, "withdrawn"),
    ]


def test_unresolved_tie_at_a_line_does_not_prevent_the_lock(make_open_round, submit_all, organiser, now):
    round = make_open_round(entries=3)
    submit_all(round, {"01": ["40"] * 3, "02": ["39"] * 3, "03": ["39"] * 3})

    output = lock_round(round=round, actor=organiser, now=now).document["output"]

    assert output["boundaries"] == [{"line": "gold", "entries": ["02", "03"]}]
    assert output["finalists"] == []


def test_official_acts_stand_in_the_ledger_in_order(open_one, complete, organiser, now):
    lock_round(round=complete(open_one), actor=organiser, now=now)

    kinds = list(Event.objects.filter(number__gt=0).order_by("number").values_list("kind", flat=True))
    assert [kind for kind in kinds if kind not in ("role_granted", "seat_added")] == [
        "rulebook_created",
        "round_created",
        "round_opened",
        *["sheet_submitted"] * 9,
        "round_locked",
        "snapshot_taken",
    ]
