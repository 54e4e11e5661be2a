"""Setting up the review of a kind: its scoring round, in which each work is assigned to some of the panel."""

import secrets
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from core.draw import commitment
from ledger.services import record_event
from scoring.models import Panel, Round
from scoring.services import ReviewTerms, create_round, set_review_terms
from works.exceptions import WorkRefused
from works.models import Kind, KindRound, Work
from works.services.admission import place_works

_LONGEST_TITLE = 80


@transaction.atomic
def set_up_review(
    *,
    kind: Kind,
    panel: Panel,
    due_at: datetime | None = None,
    comment_below: Decimal | None = None,
    comment_above: Decimal | None = None,
    seed: str = "",
    actor: User,
    now: datetime,
) -> Round:
    """Make the kind's review round with an entry for each accepted work, coded in an order that reveals nothing.

    The order comes from `seed` (hexadecimal), drawn here unless it is given; its digest is in the ledger. `due_at` is
    shown to reviewers and locks nothing; a total outside the two bounds needs a comment to the office. Refuses
    (WorkRefused) a kind that has its round, a panel of another edition, and a kind of which nothing is accepted yet;
    and the terms that set_review_terms refuses.
    """
    kind = (
        Kind.objects.select_for_update(of=("self",), no_key=True).select_related("selection__edition").get(pk=kind.pk)
    )
    selection = kind.selection
    if KindRound.objects.filter(kind=kind).exists():
        raise WorkRefused(f"“{kind.title}”的评审已经设置，请刷新页面。")
    if panel.edition_id != selection.edition_id:
        raise WorkRefused("评委组不属于本届，请另选。")
    if not Work.objects.filter(kind=kind, status=Work.Status.ACCEPTED).exists():
        raise WorkRefused(f"“{kind.title}”还没有已受理的作品，受理之后再设置评审。")
    round = create_round(
        edition=selection.edition,
        title=_free_title(kind),
        group=kind.code,
        rulebook=selection.rulebook,
        panel=panel,
        assigned=True,
        actor=actor,
        now=now,
    )
    terms = ReviewTerms(due_at, comment_below, comment_above)
    if terms != ReviewTerms():
        round = set_review_terms(round=round, terms=terms, actor=actor, now=now)
    row = KindRound.objects.create(kind=kind, round=round, seed=seed or secrets.token_hex(32))
    placed = place_works(row)
    payload = {
        "kind": kind.pk,
        "round": round.pk,
        "works": len(placed),
        "seed_sha256": commitment(bytes.fromhex(row.seed)),
        "blind": kind.is_blind,
    }
    record_event(edition=selection.edition, kind="review_set_up", actor=actor, payload=payload, now=now)
    return round


def _free_title(kind: Kind) -> str:
    """A title that no round of the edition has: two selections of an edition may have kinds of one name."""
    wanted = f"{kind.title}评审"
    whole = f"{kind.selection.title[: _LONGEST_TITLE - len(wanted) - 1]} {wanted}"
    taken = set(Round.objects.filter(edition=kind.selection.edition_id).values_list("title", flat=True))
    choices = (wanted, whole, *(f"{wanted}（{number}）" for number in range(2, 100)))
    return next(title for title in choices if title not in taken)
