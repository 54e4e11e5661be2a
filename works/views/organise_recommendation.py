"""推荐省级评选: the city's choice among the winners, Word templates, and the package in one ZIP."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from core.access import or_404
from core.exceptions import DomainError
from results.models import Result
from works.documents.recommendation import province_package
from works.forms.recommendation import PurposeForm, RecommendForm, TemplateForm, WithdrawForm
from works.models import Recommendation, Selection, WordTemplate
from works.permissions import can_manage_selection
from works.selectors.recommendations import basis_of, candidates, kind_results, package_gaps, recommended
from works.services.exports import record_export
from works.services.recommendations import recommend_works, withdraw_recommendation
from works.services.word_templates import PLACEHOLDERS, keep_template, template_path, use_shipped_template

PAGE = "organise_recommendation"


@require_safe
def recommendation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Kind by kind who may go to the province and who goes, what the package lacks, and the package."""
    return _page(request, _selection(request, slug, pk))


@require_POST
def recommend(request: HttpRequest, slug: str, pk: int, result_pk: int) -> HttpResponse:
    """The list of one kind."""
    selection = _selection(request, slug, pk)
    result = get_object_or_404(Result, pk=result_pk, round__kind_round__kind__selection=selection)
    form = _form(result, request)
    if form.is_valid():
        try:
            made = recommend_works(
                result=result,
                works=form.chosen(),
                seen=form.seen_list(),
                reason=form.cleaned_data["reason"],
                actor=_actor(request),
                now=timezone.now(),
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"{result.group_title}推荐 {len(made)} 件，已确定。")
            return redirect(PAGE, slug, pk)
    return _page(request, selection, forms={result.pk: form})


@require_POST
def withdraw(request: HttpRequest, slug: str, pk: int, row_pk: int) -> HttpResponse:
    selection = _selection(request, slug, pk)
    row = get_object_or_404(Recommendation, pk=row_pk, work__selection=selection)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            withdraw_recommendation(
                recommendation=row, reason=form.cleaned_data["reason"], actor=_actor(request), now=timezone.now()
            )
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, f"《{row.work.title}》不再推荐。")
    else:
        messages.error(request, "请写明不再推荐的理由。")
    return redirect(PAGE, slug, pk)


@require_POST
def package(request: HttpRequest, slug: str, pk: int) -> HttpResponse | StreamingHttpResponse:
    """The ZIP, once its purpose is on record."""
    selection = _selection(request, slug, pk)
    form = PurposeForm(request.POST)
    rows = _recommended(selection)
    if form.is_valid() and not rows:
        form.add_error(None, "还没有确定推荐作品，没有可报送的材料。")
    if not form.is_valid():
        return _page(request, selection, purpose_form=form)
    now = timezone.now()
    chunks = province_package(selection, rows, now=now)
    record_export(
        selection=selection, count=len(rows), reason=form.cleaned_data["purpose"], actor=_actor(request), now=now
    )
    answer = StreamingHttpResponse(chunks, content_type="application/zip")
    name = f"{selection.title}省级推荐材料.zip"
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer


@require_POST
def template_upload(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    selection = _selection(request, slug, pk)
    form = TemplateForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            keep_template(
                selection=selection,
                document=form.cleaned_data["document"],
                file=file,
                name=file.name or "",
                actor=_actor(request),
                now=timezone.now(),
            )
        except DomainError as refused:
            form.add_error("file", refused.message)
        else:
            messages.success(request, "模板已更换，之后生成的文书都用它。")
            return redirect(PAGE, slug, pk)
    return _page(request, selection, template_form=form)


@require_safe
def template_download(request: HttpRequest, slug: str, pk: int, document: str) -> FileResponse:
    """The template in use, to restyle in Word or WPS."""
    selection = _selection(request, slug, pk)
    or_404(document in PLACEHOLDERS)
    name = WordTemplate.Document(document).label
    return FileResponse(template_path(selection, document).open("rb"), as_attachment=True, filename=f"{name}模板.docx")


@require_POST
def template_reset(request: HttpRequest, slug: str, pk: int, document: str) -> HttpResponse:
    selection = _selection(request, slug, pk)
    or_404(document in PLACEHOLDERS)
    use_shipped_template(selection=selection, document=document, actor=_actor(request), now=timezone.now())
    messages.success(request, f"{WordTemplate.Document(document).label}已改回系统自带的模板。")
    return redirect(PAGE, slug, pk)


def _page(
    request: HttpRequest,
    selection: Selection,
    *,
    forms: dict[int, RecommendForm] | None = None,
    purpose_form: PurposeForm | None = None,
    template_form: TemplateForm | None = None,
) -> HttpResponse:
    kinds = kind_results(selection)
    rows = recommended(result for _, result in kinds if result is not None)
    given = forms or {}
    own = set(WordTemplate.objects.filter(selection=selection).exclude(path="").values_list("document", flat=True))
    context = {
        "edition": selection.edition,
        "here": "recommendation",
        "selection": selection,
        "kinds": [
            {
                "kind": kind,
                "result": result,
                "form": None if result is None else given.get(result.pk) or _form(result),
                "rows": [row for row in rows if result is not None and row.result_id == result.pk],
            }
            for kind, result in kinds
        ],
        "count": len(rows),
        "basis": basis_of(rows),
        "gaps": package_gaps(selection, rows),
        "withdraw_form": WithdrawForm(),
        "purpose_form": purpose_form or PurposeForm(),
        "template_form": template_form or TemplateForm(),
        "templates": [
            (document, WordTemplate.Document(document).label, document in own, names)
            for document, names in PLACEHOLDERS.items()
        ],
    }
    return render(request, "works/organise_recommendation.html", context)


def _form(result: Result, request: HttpRequest | None = None) -> RecommendForm:
    standing = [row.work_id for row in recommended([result])]
    given = request.POST if request is not None else None
    return RecommendForm(given, candidates=candidates(result), standing=standing, prefix=f"result-{result.pk}")


def _recommended(selection: Selection) -> list[Recommendation]:
    return recommended(result for _, result in kind_results(selection) if result is not None)


def _selection(request: HttpRequest, slug: str, pk: int) -> Selection:
    found = Selection.objects.select_related("edition")
    selection = get_object_or_404(found, pk=pk, edition__slug=slug)
    or_404(can_manage_selection(request.user, selection.edition))
    return selection


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # LoginRequiredMiddleware
    return request.user
