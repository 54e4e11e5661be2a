"""Materials of a registration as every page shows and receives them."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from contest import services
from contest.models import Contestant, Material, MaterialRequirement
from contest.views.loading import actor_of
from core.exceptions import DomainError
from core.files import accept_attribute, format_labels, readable_size
from core.files.formats import shortened
from core.files.uploads import skipped_upload


@dataclass(frozen=True)
class MaterialLine:
    """One material that is asked for, with what was handed in."""

    requirement: MaterialRequirement
    material: Material | None
    accept: str
    limits: str
    size: str


def material_lines(contestant: Contestant) -> list[MaterialLine]:
    """What is asked of a registration, with what is there."""
    current = {each.requirement_id: each for each in services.current_materials([contestant])[contestant.pk]}
    lines = []
    for requirement in services.asked_materials(contestant):
        found = current.get(requirement.pk)
        limits = f"{format_labels(requirement.formats)}，最大 {readable_size(requirement.max_bytes)}"
        size = readable_size(found.size) if found else ""
        lines.append(MaterialLine(requirement, found, accept_attribute(requirement.formats), limits, size))
    return lines


def hand_in_upload(request: HttpRequest, contestant: Contestant, asked: MaterialRequirement) -> str:
    """Keep the request's file as what is handed in; what is wrong with it, empty when it is kept."""
    skipped = skipped_upload(request)
    if skipped is not None:
        return f"“{shortened(skipped)}”太大，没有接收；这里最大收 {readable_size(asked.max_bytes)}，请压缩后再上传。"
    file = request.FILES.get("file")
    if file is None:
        return "请先选择文件，再上传。"
    try:
        services.hand_in_material(
            contestant=contestant, requirement=asked, file=file, actor=actor_of(request), now=timezone.now()
        )
    except DomainError as refused:
        return refused.message
    return ""
