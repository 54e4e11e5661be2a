"""A group's rounds and the recusals that follow from who its contestants are."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import Appearance, Contestant, Group, GroupRound
from ledger.services import record_event
from scoring.models import Entry, Panel, Recusal, Round, Seat
from scoring.services import create_round, propose_recusals

Pair = tuple[Entry, Seat, str, str]


@transaction.atomic
def set_up_round(*, group: Group, panel: Panel, title: str, actor: User, now: datetime) -> Round:
    """Make the group's next scoring round; its entries come with the draw.

    Refuses (ContestRefused) while the group's last round is not locked, and a panel of another edition.
    """
    group = Group.objects.select_for_update(of=("self",)).select_related("contest__edition").get(pk=group.pk)
    contest = group.contest
    if panel.edition_id != contest.edition_id:
        raise ContestRefused("评委组不属于本届，请另选。")
    last = GroupRound.objects.filter(group=group).select_related("round").order_by("-sequence").first()
    if last is not None and last.round.state != Round.State.LOCKED:
        raise ContestRefused(f"“{last.round.title}”还没有封存，封存后才能建立下一轮。")
    round = create_round(
        edition=contest.edition,
        title=title,
        group=group.code,
        rulebook=contest.rulebook,
        panel=panel,
        actor=actor,
        now=now,
    )
    sequence = last.sequence + 1 if last else 1
    GroupRound.objects.create(group=group, round=round, sequence=sequence)
    payload = {"group": group.pk, "round": round.pk, "sequence": sequence}
    record_event(edition=contest.edition, kind="group round set up", actor=actor, payload=payload, now=now)
    return round


@transaction.atomic
def propose_kinship(*, round: Round, actor: User, now: datetime) -> list[Recusal]:
    """Put judges who seem to be the contestant, the guardian, the tutor or from the same unit on the recusal list.

    Nobody is recused by it: the organiser confirms or dismisses each pair (pitfall 23). Pairs on record stay.
    """
    seats = list(Seat.objects.filter(panel_id=round.panel_id, removed_at__isnull=True).select_related("judge", "unit"))
    appearances = Appearance.objects.filter(entry__round=round).select_related("entry", "contestant")
    pairs = [pair for appearance in appearances for pair in _pairs(appearance.entry, appearance.contestant, seats)]
    return propose_recusals(round=round, pairs=pairs, actor=actor, now=now) if pairs else []


def _pairs(entry: Entry, contestant: Contestant, seats: Iterable[Seat]) -> Iterable[Pair]:
    for seat in seats:
        if seat.judge_id == contestant.user_id or _same_phone(seat.judge, contestant):
            yield entry, seat, Recusal.Source.SAME_PERSON, "评委与选手（或其监护人）是同一账号或同一手机号"
        elif seat.judge.name in {contestant.name, contestant.guardian_name}:
            yield entry, seat, Recusal.Source.SAME_PERSON, "评委与选手（或其监护人）同名，请核对是否同一人"
        elif seat.unit_id is not None and seat.unit_id == contestant.unit_id:
            yield entry, seat, Recusal.Source.SAME_UNIT, "评委与选手同属一个单位"
        elif seat.judge.name in contestant.tutors:
            yield entry, seat, Recusal.Source.ORGANISER, "评委与选手的指导教师同名，请核对是否同一人"


def _same_phone(judge: User, contestant: Contestant) -> bool:
    return bool(contestant.phone_index) and judge.phone_index == contestant.phone_index
