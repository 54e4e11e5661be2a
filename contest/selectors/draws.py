"""Who takes part in a round, what stands in the way of its draw, and who may be too close to whom."""

from django.db.models import Q

from contest.models import Appearance, Contestant, Finalist, GroupRound
from scoring.models import Entry, Recusal, Round, Seat

Pair = tuple[Entry, Seat, str, str]
Status = Contestant.Status


def drawable_contestants(group_round: GroupRound) -> list[Contestant]:
    """Who takes part in a round, by number: all accepted in the first one, later whoever stands as finalist."""
    accepted = Contestant.objects.filter(group=group_round.group, status=Status.ACCEPTED).order_by("pk")
    if group_round.sequence > 1:
        going = Q(kind=Finalist.Kind.FINALIST, state=Finalist.State.STANDING) | Q(state=Finalist.State.MOVED_UP)
        before = Finalist.objects.filter(
            going,
            result__round__group_round__group=group_round.group,
            result__round__group_round__sequence=group_round.sequence - 1,
        )
        accepted = accepted.filter(pk__in=before.values("contestant_id"))
    return list(accepted)


def draw_blockers(group_round: GroupRound) -> list[str]:
    """What stands in the way of drawing a round's order."""
    found: list[str] = []
    if group_round.round.state != Round.State.DRAFT:
        found.append(f"“{group_round.round.title}”已经开放评分，顺序不能再改")
    drafts = Contestant.objects.filter(group=group_round.group, status=Status.DRAFT).count()
    if drafts:
        found.append(f"{group_round.group.title}还有 {drafts} 位选手待补全，登记监护人书面同意或办理退出后再抽签")
    if not drawable_contestants(group_round):
        found.append(f"{group_round.group.title}还没有已受理的选手")
    return found


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
