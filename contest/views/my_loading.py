"""Rows of one's own, or 404: another's registration does not exist here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from contest.exceptions import ContestRefused
from contest.models import Contestant
from contest.services import Missing
from contest.services.window import refuse_late
from contest.views.loading import actor_of

Status = Contestant.Status


def load_own(request: HttpRequest, pk: int) -> Contestant:
    """A registration of the account: its own, or of a child whose guardian it is."""
    found = Contestant.objects.select_related("contest__edition", "group__contest", "unit", "user")
    return get_object_or_404(found, pk=pk, user=actor_of(request))


def late_message(contestant: Contestant, now: datetime) -> str:
    """Why a registration cannot be handed in at this moment; empty while it can."""
    try:
        refuse_late(contestant, now)
    except ContestRefused as refused:
        return refused.message
    return ""


def due_at(contestant: Contestant) -> datetime | None:
    """Until when whoever registers may still act."""
    if contestant.status == Status.RETURNED and contestant.completion_due_at:
        return contestant.completion_due_at
    return contestant.contest.registration_closes_at if contestant.status in Contestant.EDITABLE else None


@dataclass(frozen=True)
class Step:
    """What to do next with a registration: words, the page's name, and whether there is anything to do at all."""

    words: str
    url_name: str
    action: str
    is_urgent: bool = False


def next_step(contestant: Contestant, missing: Sequence[Missing], now: datetime) -> Step:
    """The one next step; what the office sent back comes before everything else."""
    codes = {item.code for item in missing}
    materials = any(code.startswith("material.") for code in codes)
    if contestant.status == Status.RETURNED:
        return Step(f"请改好后重新提交：{contestant.status_reason}", "my_registration", "去补正", is_urgent=True)
    if contestant.status == Status.DRAFT:
        if late := late_message(contestant, now):
            return Step(late, "my_registration", "查看草稿")
        if materials and not codes - {"unsubmitted", "guardian_consent"} - _materials(codes):
            return Step("报名表填好了，接着上传材料，再提交。", "my_materials", "上传材料", is_urgent=True)
        return Step("还没有提交。", "my_registration", "继续填写", is_urgent=True)
    if contestant.status in Contestant.LEFT:
        return Step("", "my_registration", "查看报名")
    if "guardian_consent" in codes:
        return Step("还差监护人同意，同意之后才能受理。", "my_consent", "监护人阅读并同意", is_urgent=True)
    if contestant.status == Status.SUBMITTED:
        return Step("已提交，等待组委会审核；结果会发到“我的消息”。", "my_registration", "查看报名")
    return Step("已受理，请留意抽签和比赛的通知。", "my_registration", "查看报名")


def _materials(codes: set[str]) -> set[str]:
    return {code for code in codes if code.startswith("material.")}
