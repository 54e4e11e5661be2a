"""What anybody may know of a draw, as the ledger has it: commitments, draws, and draws that were given up."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contest.models import GroupRound
from contest.selectors.advancements import rooms_of
from core.canonical import rfc3339
from ledger.models import Event

FORMAT = "mingping-draw/1"
_KINDS = ("draw_committed", "order_drawn", "redraw_agreed")


@dataclass
class DrawRecord:
    """One draw from its commitment on; `given_up_at` where two accounts agreed to draw again."""

    commitment: str = ""
    committed_at: datetime | None = None
    committed_list: list[int] = field(default_factory=list)
    method: str = ""
    drawn_at: datetime | None = None
    secret: str = ""
    public: str = ""
    contestants: list[int] = field(default_factory=list)
    orders: list[list[int]] = field(default_factory=list)
    given_up_at: datetime | None = None
    event_numbers: list[int] = field(default_factory=list)

    @property
    def is_system(self) -> bool:
        return self.method == GroupRound.DrawMethod.SYSTEM

    @property
    def list_shown(self) -> list[int]:
        """The registration numbers that were, or will be, shuffled."""
        return self.contestants or self.committed_list

    @property
    def gone_since(self) -> list[int]:
        """Who was on the list of the commitment and not on that of the draw."""
        return [pk for pk in self.committed_list if self.contestants and pk not in self.contestants]

    @property
    def come_since(self) -> list[int]:
        return [pk for pk in self.contestants if self.committed_list and pk not in self.committed_list]


@dataclass(frozen=True)
class DrawHistory:
    """All draws of one sequence, with its rooms; the last one stands unless it was given up."""

    rooms: list[GroupRound]
    records: list[DrawRecord]

    @property
    def current(self) -> DrawRecord | None:
        last = self.records[-1] if self.records else None
        return None if last is None or last.given_up_at else last

    @property
    def given_up(self) -> list[DrawRecord]:
        return [record for record in self.records if record.given_up_at]


def draw_history(group_round: GroupRound) -> DrawHistory:
    """The draws of a round and the rooms beside it, oldest first, read from the ledger."""
    rooms = rooms_of(group_round)
    rounds = {room.round_id for room in rooms}
    records: list[DrawRecord] = []
    events = Event.objects.filter(edition=rooms[0].round.edition_id, kind__in=_KINDS).order_by("number")
    for event in events:
        payload = json.loads(event.payload)
        if payload.get("round") in rounds:
            _note(records, event, payload)
    return DrawHistory(rooms, records)


def draw_document(history: DrawHistory, record: DrawRecord) -> dict[str, Any]:
    """A draw as a file from which anyone can recompute it (docs/draw.md); registration numbers, no names."""
    first = history.rooms[0]
    return {
        "format": FORMAT,
        "edition": first.round.edition.slug,
        "contest": first.group.contest.title,
        "group": first.group.title,
        "sequence": first.sequence,
        "rooms": [room.room or room.round.title for room in history.rooms],
        "method": record.method or "committed",
        "commitment": record.commitment,
        "committed_at": rfc3339(record.committed_at) if record.committed_at else None,
        "committed_contestants": record.committed_list,
        "drawn_at": rfc3339(record.drawn_at) if record.drawn_at else None,
        "secret": record.secret,
        "public": record.public,
        "contestants": record.contestants,
        "orders": record.orders,
        "ledger_events": record.event_numbers,
    }


def _note(records: list[DrawRecord], event: Event, payload: dict[str, Any]) -> None:
    if event.kind == "draw_committed":
        records.append(DrawRecord(payload["commitment"], event.at, payload["contestants"]))
    elif event.kind == "order_drawn":
        if not records or records[-1].given_up_at or records[-1].drawn_at:
            records.append(DrawRecord())
        _note_draw(records[-1], event, payload)
    elif records:
        records[-1].given_up_at = event.at
        records[-1].secret = records[-1].secret or payload.get("secret", "")
    if records:
        records[-1].event_numbers.append(event.number)


def _note_draw(record: DrawRecord, event: Event, payload: dict[str, Any]) -> None:
    record.method, record.drawn_at = payload["method"], event.at
    record.secret, record.public = payload.get("secret", ""), payload.get("public", "")
    order: Sequence[int] = payload.get("order", [])
    count = len(payload.get("rounds", [0]))
    record.orders = payload.get("orders") or [list(order[room::count]) for room in range(count)]
    record.contestants = payload.get("contestants") or sorted(pk for each in record.orders for pk in each)
