"""Reading and checking an edition's chain."""

from core.canonical import digest, rfc3339
from core.models import Edition
from ledger.models import Event, Head

GENESIS = "0" * 64


def event_hash(event: Event, *, edition_slug: str) -> str:
    """SHA-256 of the event's canonical JSON; the previous hash is part of it, which makes the chain."""
    return digest(
        {
            "edition": edition_slug,
            "number": event.number,
            "kind": event.kind,
            "at": rfc3339(event.at),
            "actor": event.actor_handle,
            "payload": event.payload,
            "previous": event.previous_hash,
        }
    )


def ledger_root(edition: Edition) -> tuple[int, str]:
    """Number and hash of the last event; (0, zeros) of an empty chain."""
    head = Head.objects.filter(edition=edition).first()
    return (head.number, head.hash) if head else (0, GENESIS)


def chain_faults(edition: Edition) -> list[str]:
    """Walk the chain and say in Chinese what does not hold; an intact chain gives an empty list."""
    faults: list[str] = []
    number, previous = 0, GENESIS
    for event in edition.events.order_by("number").iterator(chunk_size=2000):
        if event.number != number + 1:
            faults.append(f"台账第 {number + 1} 条缺失，其后是第 {event.number} 条")
        if event.previous_hash != previous:
            faults.append(f"台账第 {event.number} 条没有接在前一条之后")
        if event.hash != event_hash(event, edition_slug=edition.slug):
            faults.append(f"台账第 {event.number} 条的内容与其摘要不符")
        number, previous = event.number, event.hash
    if (number, previous) != ledger_root(edition):
        faults.append("台账末端与最后一条事项不符")
    return faults


def root_known(edition: Edition, root: str) -> bool:
    """True if `root` is the hash of some event.

    A root that was printed must still be in the chain, or the database was rolled back or rebuilt.
    """
    return edition.events.filter(hash=root.lower()).exists()
