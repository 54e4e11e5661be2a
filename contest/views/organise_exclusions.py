"""往届获奖者 who may not take part again: the list, its workbook, and taking a line off."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contest.exceptions import ContestRefused
from contest.forms.settings import ExclusionUploadForm, show_refusal
from contest.models import Contest
from contest.services.exclusions import add_exclusions, remove_exclusion
from contest.spreadsheets.exclusions import ReadExclusions, exclusions_template, read_exclusions
from contest.views.loading import actor_of, load_contest, load_exclusion
from contest.views.organise_settings import settings_page
from core.spreadsheets import WorkbookRefused

PAGE = 50
MOST_FAULTS_SHOWN = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
def exclusions(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The list; an uploaded workbook adds all its lines or none."""
    contest = load_contest(request, slug, pk)
    if request.method != "POST":
        return _page(request, contest, ExclusionUploadForm())
    form = ExclusionUploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, contest, form)
    file = form.cleaned_data["file"]
    try:
        read = read_exclusions(file, contest)
        if read.faults:
            return _page(request, contest, ExclusionUploadForm(), read=read, file_name=str(file.name))
        added, known = add_exclusions(contest=contest, rows=read.rows, actor=actor_of(request), now=timezone.now())
    except (WorkbookRefused, ContestRefused) as refused:
        show_refusal(form, refused.message, "file")
        return _page(request, contest, form)
    already = f"，{known} 人早已在名单中" if known else ""
    messages.success(request, f"已加入 {added} 人{already}。")
    return redirect("organise_exclusions", slug, pk)


@require_safe
def template(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    load_contest(request, slug, pk)
    headers = {"Content-Disposition": "attachment; filename*=UTF-8''%E5%BE%80%E5%B1%8A%E8%8E%B7%E5%A5%96%E8%80%85.xlsx"}
    return HttpResponse(exclusions_template(), content_type=XLSX, headers=headers)


@require_POST
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    person = load_exclusion(request, slug, pk)
    remove_exclusion(exclusion=person, actor=actor_of(request), now=timezone.now())
    messages.success(request, f"已把{person.name}移出名单。")
    return redirect("organise_exclusions", slug, person.contest_id)


def _page(
    request: HttpRequest,
    contest: Contest,
    form: ExclusionUploadForm,
    *,
    read: ReadExclusions | None = None,
    file_name: str = "",
) -> HttpResponse:
    page = Paginator(contest.excluded_people.order_by("pk"), PAGE).get_page(request.GET.get("page"))
    faults = read.faults[:MOST_FAULTS_SHOWN] if read else []
    context = settings_page(contest, "exclusions", form=form, page=page, read=read, faults=faults, file_name=file_name)
    return render(request, "contest/settings_exclusions.html", context)
