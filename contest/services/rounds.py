"""A group's rounds, their rooms, and the recusals that follow from who its contestants are."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import Group, GroupRound, MaterialRequirement
from contest.selectors import advancement_gaps, kinship_pairs
from core.files import FORMATS
from ledger.services import record_event
from scoring.models import Panel, Recusal, Round, Rulebook
from scoring.services import create_panel, create_round, create_rulebook, propose_recusals, revise_rulebook

Medium = GroupRound.Medium
VIDEO_FORMATS = frozenset(code for code, each in FORMATS.items() if each.mime.startswith("video/"))


@transaction.atomic
def set_up_round(
    *,
    group: Group,
    panel: Panel,
    title: str,
    actor: User,
    now: datetime,
    medium: str = Medium.STAGE,
    room: str = "",
    advance_count: int | None = None,
    line_policy: str = GroupRound.LinePolicy.BLOCK,
    rulebook: Rulebook | None = None,
    video_requirement: MaterialRequirement | None = None,
    starts_at: datetime | None = None,
    slot_seconds: int | None = None,
) -> Round:
    """Make the group's next scoring round, or with a `room` another room beside one; its entries come with the draw.

    Without a rulebook the contest's. Refuses (ContestRefused) a new sequence while a room of the last one is not
    locked or its list of who goes on is not recorded; a room beside a round that is drawn, shares the panel or the
    room's name, or sends nobody on (awards are placed once, in one room); a panel of another edition; a video round
    without a requirement to watch.
    """
    group = (
        Group.objects.select_for_update(of=("self",), no_key=True).select_related("contest__edition").get(pk=group.pk)
    )
    contest = group.contest
    if panel.edition_id != contest.edition_id:
        raise ContestRefused("评委组不属于本届，请另选。")
    _check_medium(group, medium, video_requirement)
    if advance_count is not None and advance_count < 1:
        raise ContestRefused("晋级下一轮的人数至少为 1；没有下一轮就不填。")
    row = GroupRound(
        group=group,
        room=room.strip(),
        medium=medium,
        video_requirement=video_requirement,
        advance_count=advance_count,
        line_policy=line_policy,
        starts_at=starts_at,
        slot_seconds=slot_seconds,
    )
    row.sequence = _sequence_for(row, panel)
    row.round = create_round(
        edition=contest.edition,
        title=title,
        group=group.code,
        rulebook=rulebook or contest.rulebook,
        panel=panel,
        actor=actor,
        now=now,
    )
    row.save()
    payload = _set_up_payload(row)
    record_event(edition=contest.edition, kind="group_round_set_up", actor=actor, payload=payload, now=now)
    return row.round


def _set_up_payload(row: GroupRound) -> dict[str, Any]:
    return {
        "group": row.group_id,
        "round": row.round_id,
        "sequence": row.sequence,
        "medium": str(row.medium),
        "advance_count": row.advance_count,
        "line_policy": str(row.line_policy),
    }


@transaction.atomic
def prepare_round(
    *,
    group: Group,
    title: str,
    panel: Panel | None,
    panel_title: str,
    rulebook: Rulebook | None,
    with_preliminary_rules: bool,
    advance_count: int | None,
    line_policy: str,
    room: str,
    actor: User,
    now: datetime,
    **medium: Any,
) -> Round:
    """set_up_round with a panel and, if wanted, preliminary rules made on the way: all of it or nothing.

    Refuses what set_up_round, create_panel and create_rulebook refuse, and preliminary rules without a line.
    """
    if with_preliminary_rules:
        if not advance_count:
            raise ContestRefused("预赛细则要写明晋级下一轮的人数。")
        last = _last_rows(group)
        beside = bool(last) and _joins(room, last)
        sequence = last[0].sequence + (0 if beside else 1) if last else 1
        rulebook = preliminary_rulebook(
            group=group, sequence=sequence, advance_count=advance_count, line_policy=line_policy, actor=actor, now=now
        )
    return set_up_round(
        group=group,
        panel=panel or create_panel(edition=group.contest.edition, title=panel_title),
        title=title,
        room=room,
        advance_count=advance_count,
        line_policy=line_policy,
        rulebook=rulebook,
        actor=actor,
        now=now,
        **medium,
    )


def preliminary_rulebook(
    *, group: Group, sequence: int, advance_count: int, line_policy: str, actor: User, now: datetime
) -> Rulebook:
    """The contest's rules for a preliminary of this group: nothing dropped, and its line in place of the awards.

    Criteria, penalties and tie chain stay. Rooms of one sequence with the same line share it; another line is another
    version.
    """
    base = group.contest.rulebook
    document = preliminary_document(
        base.document, group=group.code, title=group.title, advance_count=advance_count, line_policy=line_policy
    )
    code = f"pre-{group.pk}-{sequence}"
    newest = Rulebook.objects.filter(edition=base.edition_id, code=code).order_by("-version").first()
    if newest is None:
        title = str(document["title"])
        edition = group.contest.edition
        return create_rulebook(edition=edition, code=code, title=title, document=document, actor=actor, now=now)
    if newest.document["groups"] == document["groups"] and newest.document["boundary"] == document["boundary"]:
        return newest
    return revise_rulebook(rulebook=newest, document=document, reason="改变晋级人数或并列处理", actor=actor, now=now)


def preliminary_document(
    document: dict[str, Any], *, group: str, title: str, advance_count: int, line_policy: str
) -> dict[str, Any]:
    """The rules of a contest as rules of a preliminary of one of its groups (domain.md A3: three judges, no drop)."""
    aggregation = document["aggregation"]
    tiers = [
        {"code": "advance", "title": "晋级下一轮", "advances": True, "count": advance_count},
        {"code": "stays", "title": "未晋级", "advances": False, "rest": True},
    ]
    kept = {"titles": [], "reserves": 0, "extra_nominees": 0}
    return {
        **document,
        "title": f"{title}预赛评分细则",
        "aggregation": {**aggregation, "drop_high": 0, "drop_low": 0},
        "boundary": str(line_policy),
        "groups": [{"code": group, "title": title, "tiers": tiers, **kept}],
    }


@transaction.atomic
def propose_kinship(*, round: Round, actor: User, now: datetime) -> list[Recusal]:
    """Put judges who seem to be the contestant, the guardian, the tutor or from the same unit on the recusal list.

    Nobody is recused by it: the organiser confirms or dismisses each pair (pitfall 23). Pairs on record stay. The draw
    calls it, and the organiser again when seats were added later.
    """
    pairs = kinship_pairs(round)
    return propose_recusals(round=round, pairs=pairs, actor=actor, now=now) if pairs else []


def _check_medium(group: Group, medium: str, requirement: MaterialRequirement | None) -> None:
    if medium != Medium.VIDEO:
        if requirement is not None:
            raise ContestRefused("只有视频评审的轮次才选用哪一项视频材料。")
        return
    if requirement is None or requirement.contest_id != group.contest_id:
        raise ContestRefused("视频评审须选定评委看哪一项材料；还没有视频材料要求的，请先在大赛设置中添加。")
    if not VIDEO_FORMATS & set(requirement.formats):
        raise ContestRefused(f"“{requirement.title}”不收视频文件，评委无法观看，请另选。")


def _sequence_for(row: GroupRound, panel: Panel) -> int:
    """Which of the group's rounds this one is: a room beside the last, or the next."""
    last = _last_rows(row.group)
    if not last:
        return 1
    if _joins(row.room, last):
        _check_room(row, last, panel)
        return last[0].sequence
    if gaps := advancement_gaps(last):
        raise ContestRefused(gaps[0] + "；要分赛场同时进行，每个赛场都须有名称。")
    return last[0].sequence + 1


def _last_rows(group: Group) -> list[GroupRound]:
    """The rooms of the group's last sequence so far."""
    rows = list(GroupRound.objects.filter(group=group).select_related("round").order_by("sequence", "pk"))
    return [each for each in rows if each.sequence == rows[-1].sequence]


def _joins(room: str, last: list[GroupRound]) -> bool:
    """Whether a round with this room stands beside the last ones: all of them rooms, in preparation."""
    return bool(room.strip()) and all(each.room and each.round.state == Round.State.DRAFT for each in last)


def _check_room(row: GroupRound, beside: list[GroupRound], panel: Panel) -> None:
    first = beside[0]
    if first.drawn_at is not None or first.draw_commitment:
        raise ContestRefused(f"“{first.round.title}”已经抽签或公布承诺值，不能再增加赛场。")
    if row.room in {each.room for each in beside}:
        raise ContestRefused(f"本轮已有赛场“{row.room}”，请换一个名称。")
    if panel.pk in {each.round.panel_id for each in beside}:
        raise ContestRefused(f"评委组“{panel.title}”已在本轮另一个赛场，同时进行的赛场须各有评委组。")
    if row.advance_count is None or any(each.advance_count is None for each in beside):
        raise ContestRefused("奖项在最后一轮统一评出，最后一轮只有一个赛场；分赛场的轮次须写明每个赛场晋级几人。")
    if any((each.medium, each.video_requirement_id) != (row.medium, row.video_requirement_id) for each in beside):
        raise ContestRefused("同一轮各赛场的评审方式须相同（都看现场，或都看同一项视频）。")
