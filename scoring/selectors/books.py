"""The result book of a snapshot (docs/result-book.md)."""

from typing import Any

from scoring.models import Round, Snapshot


def latest_snapshot(round: Round) -> Snapshot | None:
    """The round's newest 定格成绩, None before it is locked."""
    raise NotImplementedError


def result_book(snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot's document with its digests."""
    raise NotImplementedError


def unresolved_ties(snapshot: Snapshot) -> list[tuple[str, ...]]:
    """The sets of entry codes that share a rank after the whole tie chain, in standing order."""
    raise NotImplementedError


def snapshot_faults(snapshot: Snapshot) -> list[str]:
    """What is wrong with a stored snapshot, in Chinese: digest, engine's refusal, or output that differs. Empty if right."""
    raise NotImplementedError
