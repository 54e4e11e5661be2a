"""The result book of a snapshot (docs/result-book.md)."""

from collections.abc import Mapping
from typing import Any

from core.canonical import digest
from scoring import engine
from scoring.models import Round, Snapshot

COMPUTED_FROM = ("rulebook", "input", "output")
_PART_TITLES = {
    "standings": "名次表",
    "ties": "并列",
    "boundaries": "名额线",
    "placements": "奖项",
    "titles": "称号",
    "finalists": "晋级",
    "reserves": "递补",
    "unused_decisions": "未用的裁定",
    "counts": "计数",
}


def latest_snapshot(round: Round) -> Snapshot | None:
    """The round's newest 定格成绩, None before it is locked."""
    return Snapshot.objects.filter(round_id=round.pk).order_by("-number").first()


def snapshot_digest(document: Mapping[str, Any]) -> str:
    """The digest that names a snapshot: of its rules, input and output together."""
    return digest({part: document[part] for part in COMPUTED_FROM})


def result_book(snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot's document with its digests."""
    document: dict[str, Any] = snapshot.document
    digests = {part: digest(document[part]) for part in COMPUTED_FROM}
    return {**document, "digests": {**digests, "snapshot": snapshot.sha256}}


def tied_sets(snapshot: Snapshot) -> list[tuple[str, ...]]:
    """The sets of entry codes that are still equal after the whole tie chain, by descending value."""
    return [tuple(group) for tie in snapshot.document["output"]["ties"] for group in tie["order"] if len(group) > 1]


def decided_sets(snapshot: Snapshot) -> list[frozenset[str]]:
    """The sets whose order stands by a recorded decision; a later decision on the same set replaces it."""
    return [
        frozenset(step["values"])
        for tie in snapshot.document["output"]["ties"]
        for step in tie["steps"]
        if step["kind"] == "decision"
    ]


def snapshot_faults(snapshot: Snapshot) -> list[str]:
    """What is wrong with a stored snapshot, in Chinese; empty if its digest holds and the engine computes the same."""
    where = f"定格成绩第 {snapshot.number} 号"
    document = snapshot.document
    missing = [part for part in (*COMPUTED_FROM, "round") if part not in document]
    if missing:
        return [f"{where}缺少 {'、'.join(missing)}。"]
    faults = []
    if snapshot_digest(document) != snapshot.sha256:
        faults.append(f"{where}的内容与其摘要不符。")
    if digest(document["rulebook"]) != snapshot.rulebook.sha256:
        faults.append(f"{where}的评分细则与“{snapshot.rulebook}”不符。")
    try:
        computed = engine.recompute_book(document).as_document()
    except engine.DocumentInvalid as error:
        return [*faults, *(f"{where}无法重算：{fault.path}：{fault.message}" for fault in error.faults)]
    stored = document["output"]
    faults += [
        f"{where}的{_PART_TITLES[part]}与重算结果不符。" for part in computed if stored.get(part) != computed[part]
    ]
    return faults
