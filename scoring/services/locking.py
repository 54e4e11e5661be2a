"""The order in which rows are locked, and the one way to touch a round.

Everybody locks in this order, so that nobody waits for each other: panel, recusal, correction or late mark; sheets by
key; paper entries; rounds (a runoff before its parent); entries; the ledger's head last. On SQLite each `atomic` has
the write lock anyway. Every row lock of the product says no_key: inserting a row that points to a locked one (an event
to its edition, a sheet to its entry) takes a lock on it out of this order, which only FOR UPDATE would refuse.
"""

from django.db.models import Exists, F

from scoring.exceptions import Locked
from scoring.models import Entry, Round, ScoreSheet

_CLOSED = {
    Round.State.DRAFT: "轮次“{}”还没有开放，请先开放评分。",
    Round.State.LOCKED: "轮次“{}”已封存，只能通过更正改动。",
    Round.State.OPEN: "参评条目已锁定，只能通过更正改动。",
}

_SHEET_COLUMNS = (
    *(field.attname for field in ScoreSheet._meta.concrete_fields),
    *(f"seat__{name}" for name in ("number", "judge_id", "removed_at")),
    *(f"entry__{name}" for name in ("code", "title", "status", "locked_at", "round_id")),
    *(
        f"entry__round__{name}"
        for name in ("title", "state", "edition_id", "rulebook_id", "comment_below", "comment_above")
    ),
    "entry__round__edition__slug",
    "entry__round__rulebook__sha256",
)


def touch_open_round(round_id: int, *, entry_id: int | None = None) -> bool:
    """Bump the change number of an open round whose entry, if given, is not locked; False if that is not so.

    The UPDATE locks the round's row and looks at what is committed at that moment. An entry lock holds all of the
    entry's sheets first, so a save that holds its sheet cannot slip past it.
    """
    rounds = Round.objects.filter(pk=round_id, state=Round.State.OPEN)
    if entry_id is not None:
        rounds = rounds.filter(Exists(Entry.objects.filter(pk=entry_id, locked_at__isnull=True)))
    return rounds.update(change_number=F("change_number") + 1) == 1


def demand_open_round(round_id: int, *, entry_id: int | None = None) -> None:
    """`touch_open_round`, or Locked with a sentence that says which lock it is."""
    if not touch_open_round(round_id, entry_id=entry_id):
        round = Round.objects.only("state", "title").get(pk=round_id)
        raise Locked(_CLOSED[Round.State(round.state)].format(round.title))


def touch_round(round_id: int) -> Round:
    """Lock a round whatever its state, and the rounds above a runoff, whose snapshots follow its own; bump them all.

    The round as it is then, with edition and rulebook.
    """
    next_id: int | None = round_id
    while next_id is not None:
        Round.objects.filter(pk=next_id).update(change_number=F("change_number") + 1)
        next_id = Round.objects.filter(pk=next_id).values_list("parent_id", flat=True).get()
    return Round.objects.select_related("edition", "rulebook", "parent").get(pk=round_id)


def locked_entry(entry_id: int) -> Entry:
    """The entry, its row locked, with round and edition."""
    entries = Entry.objects.select_for_update(of=("self",), no_key=True).select_related(
        "round__edition", "round__rulebook"
    )
    return entries.get(pk=entry_id)


def locked_sheet(sheet_id: int) -> ScoreSheet:
    """The sheet, its row locked, with what an act on it needs to know and no more: every save begins here."""
    sheets = ScoreSheet.objects.select_for_update(of=("self",), no_key=True).select_related(
        "seat", "entry__round__edition", "entry__round__rulebook"
    )
    return sheets.only(*_SHEET_COLUMNS).get(pk=sheet_id)
