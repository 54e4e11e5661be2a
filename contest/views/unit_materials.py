"""The materials of a unit's registration: handed in, looked at, taken back."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from contest import services
from contest.models import Contestant, Material, MaterialRequirement
from contest.views.loading import actor_of
from contest.views.unit_loading import load_unit_entry
from core.exceptions import DomainError
from core.files import accept_attribute, file_response, format_labels, readable_size


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


@require_POST
def hand_in(request: HttpRequest, pk: int, requirement: int) -> HttpResponse:
    """Upload a file for a requirement; the one before is superseded."""
    _, entry = load_unit_entry(request, pk)
    asked = get_object_or_404(MaterialRequirement, pk=requirement, contest=entry.contest_id)
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, f"{asked.title}：请先选择文件，再上传。")
        return redirect("unit_entry", pk)
    try:
        services.hand_in_material(
            contestant=entry, requirement=asked, file=file, actor=actor_of(request), now=timezone.now()
        )
    except DomainError as refused:
        messages.error(request, f"{asked.title}：{refused.message}")
    else:
        messages.success(request, f"{asked.title}已上传。")
    return redirect("unit_entry", pk)


@require_POST
def take_back(request: HttpRequest, pk: int, material: int) -> HttpResponse:
    """Take a file back; the row stays."""
    _, entry = load_unit_entry(request, pk)
    found = get_object_or_404(entry.materials.select_related("requirement"), pk=material)
    try:
        services.take_back_material(material=found, actor=actor_of(request), now=timezone.now())
    except DomainError as refused:
        messages.error(request, f"{found.requirement.title}：{refused.message}")
    else:
        messages.success(request, f"{found.requirement.title}已撤下。")
    return redirect("unit_entry", pk)


@never_cache
@require_safe
def material_file(request: HttpRequest, pk: int, material: int) -> HttpResponseBase:
    """The file as it was handed in."""
    _, entry = load_unit_entry(request, pk)
    found = get_object_or_404(entry.materials.select_related("requirement"), pk=material)
    name = f"{entry.group.title}-{entry.name}-{found.requirement.title}.{found.format}"
    return file_response(found.path, name, request=request)
