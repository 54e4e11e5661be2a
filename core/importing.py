"""A workbook brought to a page: upload, look, confirm. Nothing is imported before the last step (design §9).

A programme gives a `WorkbookImport`: what reads the file, what an import would do, what does it, and the page.
"""

from abc import ABC, abstractmethod
from pathlib import PurePath
from typing import Any, BinaryIO
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from core.exceptions import DomainError
from core.files.waiting import discard_upload, keep_upload, open_upload
from core.spreadsheets import XLSX_TYPE, WorkbookRefused, annotate_workbook

LONGEST_NAME = 120


class WorkbookImport(ABC):
    """One import as one person meets it; `key` is its place in the session."""

    key: str

    @abstractmethod
    def address(self, act: str = "") -> str:
        """Address of an act (`confirm`, `discard`, `template`, `annotated`), of the page itself where it is empty."""

    @abstractmethod
    def read(self, file: BinaryIO) -> Any:
        """What the workbook holds; `faults` are the cells to correct. Raises WorkbookRefused."""

    @abstractmethod
    def preview(self, read: Any) -> Any:
        """What a confirmation would do."""

    @abstractmethod
    def keep(self, request: HttpRequest, read: Any) -> str:
        """Import what was read; the sentence that says what was done. Raises DomainError."""

    @abstractmethod
    def page(
        self, request: HttpRequest, *, read: Any = None, outcome: Any = None, file_name: str = "", error: str = ""
    ) -> HttpResponse:
        """The upload, the faults of what was read, or with `outcome` the preview."""

    @property
    @abstractmethod
    def back(self) -> str:
        """Address of the list that the rows go to."""


def import_page(request: HttpRequest, place: WorkbookImport) -> HttpResponse:
    """The upload, its faults by cell, or the preview of what a confirmation would do."""
    if request.method == "POST":
        return _receive(request, place)
    token, name = _stored(request, place)
    upload = open_upload(token)
    if upload is None:
        return place.page(request)
    try:
        read = place.read(upload)
    except WorkbookRefused as refused:  # what it is read for was changed since
        return place.page(request, error=refused.message)
    if read.faults:
        return place.page(request, read=read, file_name=name)
    return place.page(request, read=read, outcome=place.preview(read), file_name=name)


def annotated_workbook(request: HttpRequest, place: WorkbookImport) -> HttpResponse:
    """The workbook as it was sent, its faulty cells filled and commented."""
    token, name = _stored(request, place)
    upload = open_upload(token)
    if upload is None:
        messages.error(request, "上传的文件已过期，请重新上传。")
        return redirect(place.address())
    try:
        read = place.read(upload)
        if not read.faults:
            return redirect(place.address())
        content = annotate_workbook(upload, read.faults)
    except WorkbookRefused as refused:
        messages.error(request, refused.message)
        return redirect(place.address())
    return workbook_response(content, f"{PurePath(name).stem}（需要改正）.xlsx")


def confirm_import(request: HttpRequest, place: WorkbookImport) -> HttpResponse:
    """Import what the preview showed, read once more."""
    token, name = _stored(request, place)
    upload = open_upload(token)
    if upload is None:
        messages.error(request, "预览已过期，什么都没有导入，请重新选择文件。")
        return redirect(place.address())
    try:
        read = place.read(upload)
        if read.faults:
            return place.page(request, read=read, file_name=name)
        done = place.keep(request, read)
    except DomainError as refused:
        return place.page(request, error=refused.message)
    _forget(request, place)
    messages.success(request, done)
    return redirect(place.back)


def discard_import(request: HttpRequest, place: WorkbookImport) -> HttpResponse:
    """Forget the uploaded workbook."""
    _forget(request, place)
    messages.success(request, "已放弃这次导入，什么都没有改变。")
    return redirect(place.address())


def workbook_response(content: bytes, name: str) -> HttpResponse:
    """A workbook to download under a name for people."""
    response = HttpResponse(content, content_type=XLSX_TYPE)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def _receive(request: HttpRequest, place: WorkbookImport) -> HttpResponse:
    """Keep a readable workbook, the faulty one too: its annotated copy is made when it is asked for."""
    file: Any = request.FILES.get("file")
    if file is None:
        return place.page(request, error="请先选择文件，再上传。")
    try:
        read = place.read(file)
    except WorkbookRefused as refused:
        return place.page(request, error=refused.message)
    _forget(request, place)
    name = str(file.name)[:LONGEST_NAME]
    request.session[place.key] = {"token": keep_upload(file, now=timezone.now()), "name": name}
    if read.faults:
        return place.page(request, read=read, file_name=name)
    return redirect(place.address())


def _stored(request: HttpRequest, place: WorkbookImport) -> tuple[str, str]:
    """Token and name of the upload that this session looks at; empty where there is none."""
    stored = request.session.get(place.key) or {}
    return stored.get("token", ""), stored.get("name", "")


def _forget(request: HttpRequest, place: WorkbookImport) -> None:
    stored = request.session.pop(place.key, None)
    if stored:
        discard_upload(stored["token"])
