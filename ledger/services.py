"""Writing official acts into an edition's chain (design §5)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from core.canonical import canonical_json
from core.models import Edition
from ledger.models import Event, Head
from ledger.selectors import event_hash

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def record_event(
    *, edition: Edition, kind: str, actor: "AbstractBaseUser | None", payload: Mapping[str, Any], now: datetime
) -> Event:
    """Append one act to the edition's chain, inside the caller's transaction; call it last, for it locks the head.

    `payload` holds ids, numbers, codes and salted digests, never personal data, so that people can be forgotten and
    the chain still holds. Raises TypeError for floats and dates, which have no canonical form.
    """
    (event,) = record_events(edition=edition, kind=kind, actor=actor, payloads=[payload], now=now)
    return event


def record_events(
    *,
    edition: Edition,
    kind: str,
    actor: "AbstractBaseUser | None",
    payloads: Iterable[Mapping[str, Any]],
    now: datetime,
) -> list[Event]:
    """Append several acts of one kind, one after the other, as `record_event` does; the head is locked once."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record_event belongs in the transaction of its act")
    head = _locked_head(edition)
    events = []
    for payload in payloads:
        event = Event(
            edition=edition,
            number=head.number + 1,
            kind=kind,
            at=now,
            actor_id=actor.pk if actor else None,
            actor_handle=getattr(actor, "handle", ""),
            payload=canonical_json(dict(payload)),
            previous_hash=head.hash,
        )
        event.hash = event_hash(event, edition_slug=edition.slug)
        head.number, head.hash = event.number, event.hash
        events.append(event)
    Event.objects.bulk_create(events)
    head.save(update_fields=["number", "hash"])
    return events


def _locked_head(edition: Edition) -> Head:
    head = Head.objects.select_for_update(no_key=True).filter(edition=edition).first()
    if head is not None:
        return head
    Head.objects.get_or_create(edition=edition)
    return Head.objects.select_for_update(no_key=True).get(edition=edition)
