"""Registrations from a workbook: upload, look, confirm. Nothing is imported before the last step (design §9)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from contest import services
from contest.forms import UploadForm
from contest.models import Contest
from contest.spreadsheets import ReadRegistrations, read_registrations
from contest.views.loading import actor_of, load_contest
from core.spreadsheets import WorkbookRefused

MOST_FAULTS_SHOWN = 200


@require_http_methods(["GET", "POST"])
def registrations_import(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The upload, its faults by cell, or the preview of what a confirmation would do."""
    contest = load_contest(request, slug, pk)
    if request.method == "POST":
        return _receive(request, contest)
    token, name = _stored(request, contest)
    upload = services.open_upload(token)
    if upload is None:
        return _page(request, contest, form=UploadForm())
    read = read_registrations(upload, contest)
    if read.faults:  # a group was renamed since, say
        return _page(request, contest, form=UploadForm(), read=read)
    outcome = services.preview_import(contest=contest, rows=read.registrations)
    return _page(request, contest, read=read, outcome=outcome, file_name=name)


@require_POST
def confirm(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    contest = load_contest(request, slug, pk)
    upload = services.open_upload(_stored(request, contest)[0])
    if upload is None:
        messages.error(request, "预览已过期，什么都没有导入，请重新选择文件。")
        return redirect("organise_import", slug, pk)
    read = read_registrations(upload, contest)
    if read.faults:
        return _page(request, contest, form=UploadForm(), read=read)
    outcome = services.import_contestants(
        contest=contest, rows=read.registrations, actor=actor_of(request), now=timezone.now()
    )
    _forget(request, contest)
    already = f"，{outcome.unchanged} 人早已在名单中、没有改动" if outcome.unchanged else ""
    messages.success(request, f"导入完成：新增 {outcome.created} 人{already}。")
    return redirect("organise_contestants", slug, pk)


@require_POST
def discard(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    contest = load_contest(request, slug, pk)
    _forget(request, contest)
    messages.success(request, "已放弃这次导入，什么都没有改变。")
    return redirect("organise_import", slug, pk)


def _receive(request: HttpRequest, contest: Contest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, contest, form=form)
    file = form.cleaned_data["file"]
    try:
        read = read_registrations(file, contest)
    except WorkbookRefused as refused:
        form.add_error("file", refused.message)
        return _page(request, contest, form=form)
    if read.faults:
        return _page(request, contest, form=UploadForm(), read=read, file_name=file.name)
    _forget(request, contest)
    token = services.keep_upload(file, now=timezone.now())
    request.session[_key(contest)] = {"token": token, "name": str(file.name)[:120]}
    return redirect("organise_import", contest.edition.slug, contest.pk)


def _key(contest: Contest) -> str:
    return f"import-{contest.pk}"


def _stored(request: HttpRequest, contest: Contest) -> tuple[str, str]:
    """Token and name of the upload that this session looks at; empty where there is none."""
    stored = request.session.get(_key(contest)) or {}
    return stored.get("token", ""), stored.get("name", "")


def _forget(request: HttpRequest, contest: Contest) -> None:
    stored = request.session.pop(_key(contest), None)
    if stored:
        services.discard_upload(stored["token"])


def _page(
    request: HttpRequest,
    contest: Contest,
    *,
    form: UploadForm | None = None,
    read: ReadRegistrations | None = None,
    outcome: services.ImportOutcome | None = None,
    file_name: str = "",
) -> HttpResponse:
    context = {
        "edition": contest.edition,
        "here": "contestants",
        "contest": contest,
        "form": form,
        "read": read,
        "faults": read.faults[:MOST_FAULTS_SHOWN] if read else [],
        "outcome": outcome,
        "file_name": file_name,
    }
    return render(request, "contest/import.html", context)
