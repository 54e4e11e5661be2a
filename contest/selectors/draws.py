"""Who takes part in a round, what stands in the way of its draw, and who may be too close to whom."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from contest.models import Advancement, Appearance, Contestant, Finalist, GroupRound, Material
from contest.selectors.advancements import advancement_gaps, rooms_of
from scoring.models import Entry, Recusal, Round, Seat

Pair = tuple[Entry, Seat, str, str]
Status = Contestant.Status
_UNSETTLED = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED)


def drawable_contestants(group_round: GroupRound) -> list[Contestant]:
    """Who takes part in a round's sequence, by registration number: all accepted in the first one.

    Later whoever goes on by the earlier sequence's list, all its rooms together; where that was no preliminary,
    whoever stands as finalist.
    """
    accepted = Contestant.objects.filter(group=group_round.group_id, status=Status.ACCEPTED).order_by("pk")
    if group_round.sequence > 1:
        accepted = accepted.filter(pk__in=_going_on(group_round))
    return list(accepted)


def draw_blockers(group_round: GroupRound) -> list[str]:
    """What stands in the way of drawing the order of a round and of the rooms beside it."""
    rooms = rooms_of(group_round)
    group = group_round.group
    found = [
        f"“{room.round.title}”已经开放评分，顺序不能再改" for room in rooms if room.round.state != Round.State.DRAFT
    ]
    if group_round.sequence > 1:
        found += advancement_gaps(_earlier(group_round))
    if pending := _pending(group_round):
        found.append(f"{group.title}还有{pending}，受理、登记监护人同意或办理退出后再抽签")
    contestants = drawable_contestants(group_round)
    if not contestants:
        found.append(f"{group.title}还没有已受理的选手")
    elif len(contestants) < len(rooms):
        found.append(f"{group.title}只有 {len(contestants)} 位选手，不够分给 {len(rooms)} 个赛场")
    elif group_round.medium == GroupRound.Medium.VIDEO and len(without_video(group_round)) == len(contestants):
        found.append("本轮看视频评审，还没有一位选手提交视频")
    return found


def drawn_groups(groups: Iterable[int]) -> set[int]:
    """Which of these groups have drawn their first round: who comes into one now stands in no round."""
    drawn = GroupRound.objects.filter(group__in=groups, sequence=1, drawn_at__isnull=False)
    return set(drawn.order_by().values_list("group_id", flat=True))


def left_out_of_draw(contestants: Sequence[Contestant]) -> list[Contestant]:
    """Those whose group is drawn already without them."""
    drawn = drawn_groups({one.group_id for one in contestants})
    if not drawn:
        return []
    found = Appearance.objects.filter(contestant__in=[one.pk for one in contestants]).order_by()
    placed = set(found.values_list("contestant_id", flat=True))
    return [one for one in contestants if one.group_id in drawn and one.pk not in placed]


def without_video(group_round: GroupRound) -> list[Contestant]:
    """Who takes part in a video round and has not handed the video in; empty for a round on stage."""
    if group_round.medium != GroupRound.Medium.VIDEO:
        return []
    videos = Material.objects.filter(requirement=group_round.video_requirement_id, superseded_at__isnull=True)
    given = set(videos.values_list("contestant_id", flat=True))
    return [contestant for contestant in drawable_contestants(group_round) if contestant.pk not in given]


def _earlier(group_round: GroupRound) -> list[GroupRound]:
    rooms = GroupRound.objects.filter(group=group_round.group_id, sequence=group_round.sequence - 1)
    return list(rooms.select_related("round").order_by("pk"))


def _going_on(group_round: GroupRound) -> "QuerySet[Any, Any]":
    """Keys of the contestants who go on from the sequence before."""
    earlier = _earlier(group_round)
    if any(room.advance_count is not None for room in earlier):
        return Advancement.objects.filter(group_round__in=earlier).values("contestant_id")
    going = Q(kind=Finalist.Kind.FINALIST, state=Finalist.State.STANDING) | Q(state=Finalist.State.MOVED_UP)
    return Finalist.objects.filter(going, result__round__group_round__in=earlier).values("contestant_id")


def _pending(group_round: GroupRound) -> str:
    """How many registrations of those who may take part are not settled: " 1 位选手待补全、2 位选手待审核"."""
    undecided = Contestant.objects.filter(group=group_round.group_id, status__in=_UNSETTLED)
    if group_round.sequence > 1:
        undecided = undecided.filter(pk__in=_going_on(group_round))
    counts = Counter(undecided.values_list("status", flat=True))
    return "、".join(f" {counts[each]} 位选手{each.label}" for each in _UNSETTLED if counts[each])


def kinship_pairs(round: Round) -> list[Pair]:
    """Judges and contestants of a round who may be too close to each other and are not on the recusal list yet."""
    seats = list(Seat.objects.filter(panel_id=round.panel_id, removed_at__isnull=True).select_related("judge"))
    if not seats:
        return []
    on_record = set(Recusal.objects.filter(entry__round=round).values_list("entry_id", "seat_id"))
    appearances = Appearance.objects.filter(entry__round=round).select_related("entry", "contestant")
    found = (
        (appearance.entry, seat, *kinship)
        for appearance in appearances
        for seat in seats
        if (kinship := _kinship(seat, appearance.contestant)) is not None
    )
    return [pair for pair in found if (pair[0].pk, pair[1].pk) not in on_record]


def _kinship(seat: Seat, contestant: Contestant) -> tuple[str, str] | None:
    """Source and reason of a recusal to propose (pitfall 23); the nearest relation first."""
    judge = seat.judge
    same_phone = bool(contestant.phone_index) and judge.phone_index == contestant.phone_index
    if same_phone or (contestant.user_id is not None and seat.judge_id == contestant.user_id):
        return Recusal.Source.SAME_PERSON, "评委与选手（或其监护人）是同一账号或同一手机号"
    if judge.name in {contestant.name, contestant.guardian_name}:
        return Recusal.Source.SAME_PERSON, "评委与选手（或其监护人）同名，请核对是否同一人"
    if seat.unit_id is not None and seat.unit_id == contestant.unit_id:
        return Recusal.Source.SAME_UNIT, "评委与选手同属一个单位"
    if judge.name in contestant.tutors:
        return Recusal.Source.ORGANISER, "评委与选手的指导教师同名，请核对是否同一人"
    return None
