"""The materials of one's own registration, and the guardian's consent."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contest import services
from contest.models import ConsentText, Contestant, Material, MaterialRequirement
from contest.services.consent_texts import latest_consent_text
from contest.views.loading import actor_of
from contest.views.materials import hand_in_upload, material_lines
from contest.views.my_loading import due_at, late_message, load_own
from core.exceptions import DomainError
from core.files import FORMATS, file_response


@never_cache
@require_safe
def my_materials(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked for, what is there, and a place for each file; handing in comes last."""
    return _page(request, load_own(request, pk))


@require_POST
def upload(request: HttpRequest, pk: int, requirement: int) -> HttpResponse:
    """Hand in a file; the page's own script is answered with JSON, so that it can show the progress."""
    own = load_own(request, pk)
    asked = get_object_or_404(MaterialRequirement, pk=requirement, contest=own.contest_id)
    message = hand_in_upload(request, own, asked)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"message": message}, status=400 if message else 200)
    if message:
        return _page(request, own, refused=(asked.pk, message))
    messages.success(request, f"{asked.title}已上传。")
    return redirect("my_materials", pk)


@require_POST
def take_back(request: HttpRequest, pk: int, material: int) -> HttpResponse:
    own = load_own(request, pk)
    found = get_object_or_404(Material, pk=material, contestant=own)
    try:
        services.take_back_material(material=found, actor=actor_of(request), now=timezone.now())
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, f"{found.requirement.title}已撤下。")
    return redirect("my_materials", pk)


@never_cache
@require_safe
def material_file(request: HttpRequest, pk: int, material: int) -> HttpResponseBase:
    """A file that was handed in, under the name it came with."""
    own = load_own(request, pk)
    found = get_object_or_404(Material.objects.select_related("requirement"), pk=material, contestant=own)
    extension = FORMATS[found.format].extensions[0]
    return file_response(found.path, f"{found.requirement.title}{extension}", request=request)


@never_cache
@require_http_methods(["GET", "POST"])
def my_consent(request: HttpRequest, pk: int) -> HttpResponse:
    """监护人知情同意书: read, ticked, recorded with its version; or printed and signed."""
    own = load_own(request, pk)
    text = own.guardian_consent_text or latest_consent_text(own.contest)
    fault = services.consent_fault(own, actor_of(request), timezone.now())
    problem = ""
    if request.method == "POST":
        problem = _consented(request, own)
        if not problem:
            messages.success(request, "已记录监护人的同意。")
            return redirect("my_registration", pk)
    context = {"own": own, "text": text, "fault": fault, "problem": problem}
    return render(request, "contest/my_consent.html", context)


def _consented(request: HttpRequest, own: Contestant) -> str:
    if not request.POST.get("agreed"):
        return "请读完同意书，勾选“我是监护人，同意”之后再确认。"
    key = request.POST.get("text", "")
    number = int(key) if key.isdecimal() and len(key) < 19 else 0
    text = ConsentText.objects.filter(contest=own.contest_id, pk=number).first()
    if text is None:
        return "没有找到这一版同意书，请刷新页面。"
    try:
        services.give_consent(contestant=own, text=text, actor=actor_of(request), now=timezone.now())
    except DomainError as refused:
        return refused.message
    return ""


def _page(request: HttpRequest, own: Contestant, *, refused: tuple[int, str] | None = None) -> HttpResponse:
    now = timezone.now()
    may_change = own.status in Contestant.EDITABLE and not late_message(own, now)
    context = {
        "own": own,
        "lines": material_lines(own),
        "may_change": may_change,
        "late": late_message(own, now) if own.status in Contestant.EDITABLE else "",
        "due_at": due_at(own),
        "missing": services.missing_items(own) if own.status not in Contestant.LEFT else [],
        "refused_pk": refused[0] if refused else None,
        "refused": refused[1] if refused else "",
    }
    return render(request, "contest/my_materials.html", context, status=400 if refused else 200)
