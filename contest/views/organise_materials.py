"""What was handed in: a matrix, single files, and everything as one ZIP."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from contest import services
from contest.forms.nominations import PurposeForm
from contest.models import Contest
from contest.services.archives import archive_stream, plan_archive
from contest.services.file_names import name_parts
from contest.services.material_matrix import MatrixFilter, material_matrix, people_with_materials
from contest.views.loading import actor_of, load_contest, load_material, page_number
from core.files import file_response
from core.files.naming import name_by_rule


@require_safe
def materials(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _page(request, load_contest(request, slug, pk), PurposeForm())


@require_safe
def material_file(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """One file under its name by the contest's rule; pictures and videos are shown in place where `?view=1` asks."""
    material = load_material(request, slug, pk)
    contestant = material.contestant
    parts = name_parts(contestant, material=material.requirement.title)
    name = name_by_rule(contestant.contest.file_name_rule, parts, extension=material.format)
    return file_response(material.path, name, request=request, inline="view" in request.GET)


@require_POST
def materials_zip(request: HttpRequest, slug: str, pk: int) -> HttpResponse | StreamingHttpResponse:
    """The ZIP of whom the page shows, once its purpose is on record."""
    contest = load_contest(request, slug, pk)
    form = PurposeForm(request.POST)
    plan = plan_archive(contest, people_with_materials(contest, _filter(request))) if form.is_valid() else None
    if plan is not None and not plan.files:
        form.add_error(None, "还没有人交过材料，没有可以下载的文件。")
    if plan is None or not form.is_valid():
        return _page(request, contest, form)
    now = timezone.now()
    size, pieces = archive_stream(plan, now=now)
    services.record_export(
        contest=contest, count=plan.people, reason=form.cleaned_data["purpose"], actor=actor_of(request), now=now
    )
    answer = StreamingHttpResponse(pieces, content_type="application/zip")
    name = f"{contest.title}参赛材料{timezone.localdate(now):%Y%m%d}.zip"
    answer.headers["Content-Length"] = str(size)
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer


def _page(request: HttpRequest, contest: Contest, form: PurposeForm) -> HttpResponse:
    chosen = _filter(request)
    context = {
        "edition": contest.edition,
        "here": "materials",
        "contest": contest,
        "chosen": chosen,
        "query": urlencode({key: value for key, value in vars(chosen).items() if value}),
        "matrix": material_matrix(contest, chosen, page=page_number(request)),
        "purpose_form": form,
    }
    return render(request, "contest/materials.html", context)


def _filter(request: HttpRequest) -> MatrixFilter:
    return MatrixFilter(*(request.GET.get(name, "")[:40] for name in ("group", "unit", "only")))
