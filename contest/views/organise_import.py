"""Registrations from a workbook: upload, look, confirm. Nothing is imported before the last step (design §9)."""

from pathlib import PurePath
from typing import BinaryIO
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contest import services
from contest.forms import UploadForm
from contest.models import Contest
from contest.spreadsheets import ReadRegistrations, read_registrations, registrations_template
from contest.views.loading import actor_of, load_contest
from core.spreadsheets import XLSX_TYPE, WorkbookRefused, annotate_workbook

MOST_FAULTS_SHOWN = 200


@never_cache
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
    return _look(request, contest, upload, name)


@require_safe
def template(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The empty table to fill in."""
    contest = load_contest(request, slug, pk)
    return _workbook(registrations_template(contest), f"{contest.title}报名汇总表.xlsx")


@never_cache
@require_safe
def annotated(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The workbook as it was sent, its faulty cells filled and commented."""
    contest = load_contest(request, slug, pk)
    token, name = _stored(request, contest)
    upload = services.open_upload(token)
    if upload is None:
        messages.error(request, "上传的文件已过期，请重新上传。")
        return redirect("organise_import", slug, pk)
    try:
        read = read_registrations(upload, contest)
        if not read.faults:
            return redirect("organise_import", slug, pk)
        content = annotate_workbook(upload, read.faults)
    except WorkbookRefused as refused:
        messages.error(request, refused.message)
        return redirect("organise_import", slug, pk)
    return _workbook(content, f"{PurePath(name).stem}（需要改正）.xlsx")


@require_POST
def confirm(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    contest = load_contest(request, slug, pk)
    token, name = _stored(request, contest)
    upload = services.open_upload(token)
    if upload is None:
        messages.error(request, "预览已过期，什么都没有导入，请重新选择文件。")
        return redirect("organise_import", slug, pk)
    try:
        read = read_registrations(upload, contest)
    except WorkbookRefused as refused:
        return _refused(request, contest, refused)
    if read.faults:
        return _page(request, contest, form=UploadForm(), read=read, file_name=name)
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
    """Keep a readable workbook, the faulty one too: its annotated copy is made when it is asked for."""
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, contest, form=form)
    file = form.cleaned_data["file"]
    try:
        read = read_registrations(file, contest)
    except WorkbookRefused as refused:
        return _refused(request, contest, refused, form)
    _forget(request, contest)
    token, name = services.keep_upload(file, now=timezone.now()), str(file.name)[:120]
    request.session[_key(contest)] = {"token": token, "name": name}
    if read.faults:
        return _page(request, contest, form=UploadForm(), read=read, file_name=name)
    return redirect("organise_import", contest.edition.slug, contest.pk)


def _look(request: HttpRequest, contest: Contest, upload: BinaryIO, name: str) -> HttpResponse:
    try:
        read = read_registrations(upload, contest)
    except WorkbookRefused as refused:  # the contest was changed since
        return _refused(request, contest, refused)
    if read.faults:
        return _page(request, contest, form=UploadForm(), read=read, file_name=name)
    outcome = services.preview_import(contest=contest, rows=read.registrations)
    return _page(request, contest, read=read, outcome=outcome, file_name=name)


def _refused(
    request: HttpRequest, contest: Contest, refused: WorkbookRefused, form: UploadForm | None = None
) -> HttpResponse:
    """The upload form with the sentence that says what is wrong with the file."""
    form = form or UploadForm({}, MultiValueDict())
    form.errors.pop("file", None)
    form.add_error("file", refused.message)
    return _page(request, contest, form=form)


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


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX_TYPE)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


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
        "several_sheets": read is not None and len(read.sheets) > 1,
        "has_guardians": read is not None and any(row.guardian_name for row in read.registrations),
        "outcome": outcome,
        "file_name": file_name,
    }
    return render(request, "contest/import.html", context)
