"""A group's rounds and the recusals that follow from who its contestants are."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import Group, GroupRound
from contest.selectors import kinship_pairs
from ledger.services import record_event
from scoring.models import Panel, Recusal, Round
from scoring.services import create_round, propose_recusals


@transaction.atomic
def set_up_round(*, group: Group, panel: Panel, title: str, actor: User, now: datetime) -> Round:
    """Make the group's next scoring round; its entries come with the draw.

    Refuses (ContestRefused) while the group's last round is not locked, and a panel of another edition.
    """
    group = (
        Group.objects.select_for_update(of=("self",), no_key=True).select_related("contest__edition").get(pk=group.pk)
    )
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
    record_event(edition=contest.edition, kind="group_round_set_up", actor=actor, payload=payload, now=now)
    return round


@transaction.atomic
def propose_kinship(*, round: Round, actor: User, now: datetime) -> list[Recusal]:
    """Put judges who seem to be the contestant, the guardian, the tutor or from the same unit on the recusal list.

    Nobody is recused by it: the organiser confirms or dismisses each pair (pitfall 23). Pairs on record stay. The draw
    calls it, and the organiser again when seats were added later.
    """
    pairs = kinship_pairs(round)
    return propose_recusals(round=round, pairs=pairs, actor=actor, now=now) if pairs else []
