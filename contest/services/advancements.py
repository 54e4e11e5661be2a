"""晋级下一轮: who goes on from a preliminary, by its standings or by a reasoned decision (pitfalls 1, 2, 3)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from contest.exceptions import AdvancementRefused
from contest.models import Advancement, Contestant, GroupRound
from contest.selectors import AdvancementState, Line, advancement_state
from ledger.services import record_event
from scoring.models import Round

Ground = Advancement.Ground
LONGEST_REASON = 300
MOVED_UP_REASON = "有人退出，按名次递补"


@transaction.atomic
def advance_contestants(
    *, group_round: GroupRound, actor: User, now: datetime, chosen: Sequence[int] | None = None, reason: str = ""
) -> list[Advancement]:
    """Record who goes on from one room of a preliminary, from its newest snapshot.

    By the standings, ties at the line by the round's policy; or with `chosen` (contestants' ids) by a decision, which
    takes a reason where it differs from the standings or settles a tie. Only who is ranked and still takes part can go
    on. Recorded again after a correction, the new list replaces the old one. Refuses (AdvancementRefused) a round that
    is no preliminary or not locked, a tie at the line that nobody has settled, a list that is on record already, and
    another list once the next round is drawn, but for those who have left.
    """
    locked = _locked(group_round)
    state = advancement_state(locked)
    line = _line(locked, state)
    if chosen is None and line.is_undecided:
        codes = "、".join(line.tied_codes)
        raise AdvancementRefused(
            f"晋级线上并列：{codes} 号。请先加赛或登记并列裁定，或由评审组决定晋级名单并写明理由。"
        )
    going = list(line.going) if chosen is None else _checked_choice(line, chosen, reason)
    before = {row.contestant_id for row in state.rows}
    if before == set(going) and not state.is_outdated:
        raise AdvancementRefused("晋级名单已经确认，与最新定格成绩一致，不必重复。")
    staying = {row.contestant_id for row in state.rows if row.contestant.status not in Contestant.LEFT}
    if state.next_is_drawn and staying != set(going):
        raise AdvancementRefused("下一轮已经抽签，晋级名单不能再改（已退出的除外）；确需更改的，先申请重新抽签。")
    return _replace(locked, state, line, set(going), reason.strip(), actor, now)


@transaction.atomic
def move_up_next(
    *, group_round: GroupRound, actor: User, now: datetime, contestant: Contestant | None = None, reason: str = ""
) -> Advancement:
    """The next in the standings takes the place of somebody who advanced and has left; the recorded act of pitfall 3.

    Where several are equal, `contestant` says which, with a reason. Refuses (AdvancementRefused) where no place is
    open or nobody is left to move up, a list that is out of date, and once the next round is drawn.
    """
    locked = _locked(group_round)
    state = advancement_state(locked)
    _line(locked, state)
    if state.next_is_drawn:
        raise AdvancementRefused("下一轮已经抽签，不能再递补；确需递补的，先申请重新抽签。")
    if state.is_outdated:
        raise AdvancementRefused("成绩有更正，请先按最新定格成绩重新确认晋级名单。")
    if state.open_places < 1:
        raise AdvancementRefused("晋级名单没有空缺，不能递补。")
    if not state.next_up:
        raise AdvancementRefused("本轮没有可以递补的选手了。")
    waiting = {each.contestant.pk: each for each in state.next_up}
    codes = "、".join(each.code for each in state.next_up)
    if contestant is None and len(waiting) > 1:
        raise AdvancementRefused(f"{codes} 号并列，请由评审组决定谁递补，并写明理由。")
    chosen = waiting.get(contestant.pk) if contestant is not None else state.next_up[0]
    if chosen is None:
        raise AdvancementRefused(f"须按名次递补，接下来是 {codes} 号。")
    if len(waiting) > 1 and not reason.strip():
        raise AdvancementRefused(f"{codes} 号并列，请写明由谁递补的理由。")
    assert state.snapshot is not None  # _line
    row = Advancement.objects.create(
        group_round=locked,
        contestant=chosen.contestant,
        snapshot=state.snapshot,
        ground=Ground.MOVED_UP,
        reason=reason.strip()[:LONGEST_REASON] or MOVED_UP_REASON,
    )
    payload = {"round": locked.round_id, "snapshot": state.snapshot.number, "contestant": chosen.contestant.pk}
    edition = locked.round.edition
    record_event(edition=edition, kind="advancement_moved_up", actor=actor, payload=payload, now=now)
    return row


def _replace(
    group_round: GroupRound,
    state: AdvancementState,
    line: Line,
    going: set[int],
    reason: str,
    actor: User,
    now: datetime,
) -> list[Advancement]:
    """The list in the order of the standings, in place of an earlier one; the event names whom a decision moved."""
    assert state.snapshot is not None  # there is a line
    by_rank = set(line.going)
    Advancement.objects.filter(group_round=group_round).delete()
    made = Advancement.objects.bulk_create(
        Advancement(
            group_round=group_round,
            contestant_id=pk,
            snapshot=state.snapshot,
            ground=Ground.RANK if pk in by_rank else Ground.DECISION,
            reason="" if pk in by_rank else reason,
        )
        for pk in line.eligible
        if pk in going
    )
    payload = {
        "round": group_round.round_id,
        "snapshot": state.snapshot.number,
        "contestants": [row.contestant_id for row in made],
        "decided_in": sorted(going - by_rank),
        "decided_out": sorted(by_rank - going),
    }
    edition = group_round.round.edition
    record_event(edition=edition, kind="advancement_recorded", actor=actor, payload=payload, now=now)
    return made


def _locked(group_round: GroupRound) -> GroupRound:
    """The row, its round locked first: a correction takes its snapshot before or after, never between."""
    Round.objects.select_for_update(no_key=True).get(pk=group_round.round_id)
    found = GroupRound.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("round__edition", "group").get(pk=group_round.pk)


def _line(group_round: GroupRound, state: AdvancementState) -> Line:
    if group_round.advance_count is None:
        raise AdvancementRefused("这是最后一轮，没有晋级下一轮的名单。")
    if group_round.round.state != Round.State.LOCKED or state.line is None:
        raise AdvancementRefused(f"“{group_round.round.title}”还没有封存，封存后才能确认晋级名单。")
    return state.line


def _checked_choice(line: Line, chosen: Sequence[int], reason: str) -> list[int]:
    if not chosen:
        raise AdvancementRefused("请至少选一位晋级的选手。")
    codes = {each.contestant.pk: each.code for each in line.standings}
    unfit = [codes.get(pk, str(pk)) for pk in chosen if pk not in line.eligible]
    if unfit:
        raise AdvancementRefused(f"{'、'.join(unfit)} 号没有名次或已退出，不能晋级（不占名额）。")
    differs = line.is_undecided or set(chosen) != set(line.going)
    if differs and not reason.strip():
        raise AdvancementRefused("名单与名次不同，请写明评审组决定的理由。")
    if len(reason.strip()) > LONGEST_REASON:
        raise AdvancementRefused(f"理由最多 {LONGEST_REASON} 个字。")
    return list(dict.fromkeys(chosen))
