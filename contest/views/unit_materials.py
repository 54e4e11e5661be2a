"""The materials of a unit's registration: handed in, looked at, taken back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from contest import services
from contest.models import MaterialRequirement
from contest.views.loading import actor_of
from contest.views.materials import hand_in_upload
from contest.views.unit_loading import load_unit_entry
from core.exceptions import DomainError
from core.files import FORMATS, file_response


@require_POST
def hand_in(request: HttpRequest, pk: int, requirement: int) -> HttpResponse:
    """Upload a file for a requirement, the one before is superseded; the page's own script is answered with JSON."""
    _, entry = load_unit_entry(request, pk)
    asked = get_object_or_404(MaterialRequirement, pk=requirement, contest=entry.contest_id)
    message = hand_in_upload(request, entry, asked)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"message": message}, status=400 if message else 200)
    if message:
        messages.error(request, f"{asked.title}：{message}")
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
    extension = FORMATS[found.format].extensions[0]
    name = f"{entry.group.title}-{entry.name}-{found.requirement.title}{extension}"
    return file_response(found.path, name, request=request)
