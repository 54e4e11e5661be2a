"""推荐省赛: nominees of all groups, the delegation, Word templates, and the package in one ZIP."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from contest import selectors, services
from contest.documents import province_package
from contest.forms.nominations import DelegationForm, ExtraNomineeForm, PurposeForm, TemplateForm
from contest.models import Contest, Delegation, DocumentTemplate
from contest.services.nominations import package_gaps
from contest.services.word_templates import PLACEHOLDERS, template_path
from contest.views.loading import actor_of, load_contest, load_result
from contest.views.organise_results import finalists_page
from core.access import or_404
from core.exceptions import DomainError


@require_safe
def province(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who goes to the province, what the package lacks, and the package."""
    return _page(request, load_contest(request, slug, pk))


@require_POST
def delegation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    contest = load_contest(request, slug, pk)
    form = DelegationForm(request.POST, instance=Delegation.objects.filter(contest=contest).first())
    if form.is_valid():
        try:
            services.set_delegation(
                contest=contest, details=form.details(), actor=actor_of(request), now=timezone.now()
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "代表队信息已保存。")
            return redirect("organise_province", slug, pk)
    return _page(request, contest, delegation_form=form)


@require_POST
def template_upload(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    contest = load_contest(request, slug, pk)
    form = TemplateForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            services.keep_template(
                contest=contest,
                kind=form.cleaned_data["kind"],
                file=file,
                name=file.name or "",
                actor=actor_of(request),
                now=timezone.now(),
            )
        except DomainError as refused:
            form.add_error("file", refused.message)
        else:
            messages.success(request, "模板已更换，之后生成的文书都用它。")
            return redirect("organise_province", slug, pk)
    return _page(request, contest, template_form=form)


@require_safe
def template_download(request: HttpRequest, slug: str, pk: int, kind: str) -> FileResponse:
    """The template in use, to restyle in Word or WPS."""
    contest = load_contest(request, slug, pk)
    or_404(kind in DocumentTemplate.Kind.values)
    name = DocumentTemplate.Kind(kind).label
    return FileResponse(template_path(contest, kind).open("rb"), as_attachment=True, filename=f"{name}模板.docx")


@require_POST
def template_reset(request: HttpRequest, slug: str, pk: int, kind: str) -> HttpResponse:
    contest = load_contest(request, slug, pk)
    or_404(kind in DocumentTemplate.Kind.values)
    services.use_shipped_template(contest=contest, kind=kind, actor=actor_of(request), now=timezone.now())
    messages.success(request, f"{DocumentTemplate.Kind(kind).label}已改回系统自带的模板。")
    return redirect("organise_province", slug, pk)


@require_POST
def package(request: HttpRequest, slug: str, pk: int) -> HttpResponse | StreamingHttpResponse:
    """The ZIP, once its purpose is on record."""
    contest = load_contest(request, slug, pk)
    form = PurposeForm(request.POST)
    rows = selectors.nominees(contest)
    if form.is_valid() and not rows:
        form.add_error(None, "还没有人晋级，没有可报送的材料。")
    if not form.is_valid():
        return _page(request, contest, purpose_form=form)
    now = timezone.now()
    chunks = province_package(contest, rows, now=now)
    services.record_export(
        contest=contest, count=len(rows), reason=form.cleaned_data["purpose"], actor=actor_of(request), now=now
    )
    answer = StreamingHttpResponse(chunks, content_type="application/zip")
    name = f"{contest.title}省赛推荐材料.zip"
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer


@require_POST
def extra(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Nominate somebody outside the quota."""
    result = load_result(request, slug, pk)
    form = ExtraNomineeForm(request.POST, result=result)
    if form.is_valid():
        try:
            services.nominate_extra(
                result=result,
                contestant=form.cleaned_data["contestant"],
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=timezone.now(),
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"{form.cleaned_data['contestant'].name}已列入名额外推荐。")
            return redirect("organise_finalists", slug, pk)
    return finalists_page(request, result, extra_form=form)


def _page(
    request: HttpRequest,
    contest: Contest,
    *,
    delegation_form: DelegationForm | None = None,
    template_form: TemplateForm | None = None,
    purpose_form: PurposeForm | None = None,
) -> HttpResponse:
    rows = selectors.nominees(contest)
    known = Delegation.objects.filter(contest=contest).first()
    own = set(DocumentTemplate.objects.filter(contest=contest).exclude(path="").values_list("kind", flat=True))
    context = {
        "edition": contest.edition,
        "here": "contest",
        "contest": contest,
        "rows": rows,
        "basis": selectors.basis_of(rows),
        "gaps": package_gaps(contest, rows),
        "results": selectors.group_results(contest),
        "delegation": known,
        "delegation_form": delegation_form or DelegationForm(instance=known),
        "template_form": template_form or TemplateForm(),
        "templates": [
            (kind.value, kind.label, kind.value in own, PLACEHOLDERS[kind]) for kind in DocumentTemplate.Kind
        ],
        "purpose_form": purpose_form or PurposeForm(),
    }
    return render(request, "contest/province.html", context)
