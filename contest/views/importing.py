"""Registrations from a workbook: upload, look, confirm, written once for the office and for a unit's coordinator.

Nothing is imported before the last step; a faulty workbook can be fetched annotated (design §9).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import Any, BinaryIO
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from accounts.models import Unit
from contest import services
from contest.forms import UploadForm
from contest.models import Contest
from contest.spreadsheets import ReadRegistrations, read_registrations, registrations_template
from contest.views.loading import actor_of
from core.spreadsheets import XLSX_TYPE, WorkbookRefused, annotate_workbook

MOST_FAULTS_SHOWN = 200


@dataclass(frozen=True)
class ImportPlace:
    """Who imports: the office, or with `unit` its coordinator, whose rows must be that unit's.

    `address` gives the page's and its acts' addresses (`confirm`, `discard`, `template`, `annotated`, empty for the
    page itself); `back` is the list that the people go to, with the words of the link.
    """

    contest: Contest
    base: str
    context: dict[str, Any]
    address: Callable[[str], str]
    back: str
    back_title: str
    unit: Unit | None = None

    @property
    def key(self) -> str:
        return f"import-{self.contest.pk}" + (f"-unit-{self.unit.pk}" if self.unit else "")

    def read(self, file: BinaryIO) -> ReadRegistrations:
        return read_registrations(file, self.contest, unit=self.unit)


def import_page(request: HttpRequest, place: ImportPlace) -> HttpResponse:
    """The upload, its faults by cell, or the preview of what a confirmation would do."""
    if request.method == "POST":
        return _receive(request, place)
    token, name = _stored(request, place)
    upload = services.open_upload(token)
    if upload is None:
        return _page(request, place, form=UploadForm())
    try:
        read = place.read(upload)
    except WorkbookRefused as refused:  # the contest was changed since
        return _refused(request, place, refused)
    if read.faults:
        return _page(request, place, form=UploadForm(), read=read, file_name=name)
    outcome = services.preview_import(contest=place.contest, rows=read.registrations, unit=place.unit)
    return _page(request, place, read=read, outcome=outcome, file_name=name)


def empty_table(place: ImportPlace) -> HttpResponse:
    """The empty table to fill in."""
    return _workbook(registrations_template(place.contest), f"{place.contest.title}报名汇总表.xlsx")


def annotated_workbook(request: HttpRequest, place: ImportPlace) -> HttpResponse:
    """The workbook as it was sent, its faulty cells filled and commented."""
    token, name = _stored(request, place)
    upload = services.open_upload(token)
    if upload is None:
        messages.error(request, "上传的文件已过期，请重新上传。")
        return redirect(place.address(""))
    try:
        read = place.read(upload)
        if not read.faults:
            return redirect(place.address(""))
        content = annotate_workbook(upload, read.faults)
    except WorkbookRefused as refused:
        messages.error(request, refused.message)
        return redirect(place.address(""))
    return _workbook(content, f"{PurePath(name).stem}（需要改正）.xlsx")


def confirm_import(request: HttpRequest, place: ImportPlace) -> HttpResponse:
    """Import what the preview showed, read once more."""
    token, name = _stored(request, place)
    upload = services.open_upload(token)
    if upload is None:
        messages.error(request, "预览已过期，什么都没有导入，请重新选择文件。")
        return redirect(place.address(""))
    try:
        read = place.read(upload)
    except WorkbookRefused as refused:
        return _refused(request, place, refused)
    if read.faults:
        return _page(request, place, form=UploadForm(), read=read, file_name=name)
    act = partial(services.import_contestants, contest=place.contest, unit=place.unit)
    outcome = act(rows=read.registrations, actor=actor_of(request), now=timezone.now())
    _forget(request, place)
    already = f"，{outcome.unchanged} 人早已在名单中、没有改动" if outcome.unchanged else ""
    messages.success(request, f"导入完成：新增 {outcome.created} 人{already}。")
    return redirect(place.back)


def discard_import(request: HttpRequest, place: ImportPlace) -> HttpResponse:
    """Forget the uploaded workbook."""
    _forget(request, place)
    messages.success(request, "已放弃这次导入，什么都没有改变。")
    return redirect(place.address(""))


def _receive(request: HttpRequest, place: ImportPlace) -> HttpResponse:
    """Keep a readable workbook, the faulty one too: its annotated copy is made when it is asked for."""
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, place, form=form)
    file = form.cleaned_data["file"]
    try:
        read = place.read(file)
    except WorkbookRefused as refused:
        return _refused(request, place, refused, form)
    _forget(request, place)
    token, name = services.keep_upload(file, now=timezone.now()), str(file.name)[:120]
    request.session[place.key] = {"token": token, "name": name}
    if read.faults:
        return _page(request, place, form=UploadForm(), read=read, file_name=name)
    return redirect(place.address(""))


def _refused(
    request: HttpRequest, place: ImportPlace, refused: WorkbookRefused, form: UploadForm | None = None
) -> HttpResponse:
    """The upload form with the sentence that says what is wrong with the file."""
    form = form or UploadForm({}, MultiValueDict())
    form.errors.pop("file", None)
    form.add_error("file", refused.message)
    return _page(request, place, form=form)


def _stored(request: HttpRequest, place: ImportPlace) -> tuple[str, str]:
    """Token and name of the upload that this session looks at; empty where there is none."""
    stored = request.session.get(place.key) or {}
    return stored.get("token", ""), stored.get("name", "")


def _forget(request: HttpRequest, place: ImportPlace) -> None:
    stored = request.session.pop(place.key, None)
    if stored:
        services.discard_upload(stored["token"])


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX_TYPE)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def _page(
    request: HttpRequest,
    place: ImportPlace,
    *,
    form: UploadForm | None = None,
    read: ReadRegistrations | None = None,
    outcome: services.ImportOutcome | None = None,
    file_name: str = "",
) -> HttpResponse:
    context = {
        **place.context,
        "contest": place.contest,
        "place": place,
        "pages": {act: place.address(act) for act in ("confirm", "discard", "template", "annotated")},
        "form": form,
        "read": read,
        "faults": read.faults[:MOST_FAULTS_SHOWN] if read else [],
        "several_sheets": read is not None and len(read.sheets) > 1,
        "has_guardians": read is not None and any(row.guardian_name for row in read.registrations),
        "outcome": outcome,
        "file_name": file_name,
    }
    return render(request, "contest/import.html", context)
