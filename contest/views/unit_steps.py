"""What a unit's coordinator does next in a contest."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from contest.models import Contest, Contestant
from contest.selectors.units import Window
from contest.services import UnitGroup, UnitLine
from contest.views.unit_loading import Desk

Status = Contestant.Status


@dataclass(frozen=True)
class UnitStep:
    """The next step: what it is, a remark, and the page where it is done; `is_waiting` where others have the move."""

    title: str
    note: str = ""
    link: str = ""
    action: str = ""
    is_waiting: bool = False


def next_step(desk: Desk, contest: Contest, groups: Sequence[UnitGroup], window: Window) -> UnitStep:
    """What was returned comes first, for it has a date of its own; then what can be submitted, then what lacks
    something."""
    lines = [line for group in groups for line in group.lines]
    returned = [line for line in lines if line.contestant.status == Status.RETURNED]
    drafts = [line for line in lines if line.contestant.status == Status.DRAFT]
    if returned:
        return _returned(returned)
    if window.state == "early":
        return UnitStep("报名还没有开始", _opens(window), is_waiting=True)
    if window.state == "closed":
        return _after_closing(lines, drafts)
    if not lines:
        page = reverse("unit_entry_new", args=[desk.edition.slug, desk.unit.pk, contest.pk])
        return UnitStep("报送第一位选手", "可以逐个填写，也可以下载模板填好后一次导入。", page, "填写一位选手")
    if drafts:
        return _drafts(drafts)
    return _submitted(lines)


def _returned(lines: Sequence[UnitLine]) -> UnitStep:
    first = min(lines, key=lambda line: (str(line.contestant.completion_due_at), line.contestant.pk)).contestant
    due = first.completion_due_at
    until = f"，最迟 {timezone.localtime(due):%Y-%m-%d %H:%M}" if due else ""
    return UnitStep(
        f"{len(lines)} 人被退回补正{until}",
        f"{first.name}：{first.status_reason}",
        reverse("unit_entry", args=[first.pk]),
        "去补正",
    )


def _drafts(drafts: Sequence[UnitLine]) -> UnitStep:
    ready = [line for line in drafts if is_ready(line)]
    lacking = [line for line in drafts if line not in ready and not line.is_beyond]
    if ready:
        note = f"另有 {len(lacking)} 人还缺资料。" if lacking else "在下面勾选，一次提交。"
        return UnitStep(f"{len(ready)} 人资料已齐，可以提交", note, is_waiting=False)
    if lacking:
        first = lacking[0].contestant
        page = reverse("unit_entry", args=[first.pk])
        return UnitStep(f"{len(lacking)} 人还缺资料，补齐后提交", "缺什么见下面各人的名下。", page, "补第一位的资料")
    return UnitStep("名额已满", "其余草稿排在名额之后，不能提交。可以调整：撤回一位，再提交另一位。", is_waiting=True)


def _after_closing(lines: Sequence[UnitLine], drafts: Sequence[UnitLine]) -> UnitStep:
    if drafts:
        note = "草稿还在，但不再接收。如有特殊情况，请联系组委会。"
        return UnitStep(f"报名已截止，{len(drafts)} 份草稿没有提交", note, is_waiting=True)
    if not lines:
        return UnitStep("报名已截止", "本单位没有报送选手。", is_waiting=True)
    return _submitted(lines)


def _submitted(lines: Sequence[UnitLine]) -> UnitStep:
    waiting = sum(line.contestant.status == Status.SUBMITTED for line in lines)
    if waiting:
        return UnitStep(f"{waiting} 人等待组委会审核", "审核结果会发到您的消息里。", is_waiting=True)
    return UnitStep("本单位报送的选手都已受理", "请留意抽签和比赛的通知。", is_waiting=True)


def is_ready(line: UnitLine) -> bool:
    """Whether a draft lacks nothing but being submitted and has a place."""
    return not line.is_beyond and all(item.code in ("unsubmitted", "guardian_consent") for item in line.missing)


def _opens(window: Window) -> str:
    return f"{timezone.localtime(window.opens_at):%Y-%m-%d %H:%M} 开始。" if window.opens_at else ""
