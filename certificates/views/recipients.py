"""A batch from a workbook: what all certificates say, the table, its faults by cell or a preview, then the draft."""

from datetime import date
from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certificates import services
from certificates.exceptions import BatchRefused, IssuingBlocked
from certificates.forms.recipients import RecipientsForm
from certificates.permissions import can_manage_certificates
from certificates.selectors import layout_choices
from certificates.spreadsheets.recipients import ReadRecipients, SharedWords, read_recipients, recipients_template
from certificates.views.batch_pages import actor_of
from core.access import or_404
from core.files.waiting import discard_upload, keep_upload, open_upload
from core.models import Edition
from core.spreadsheets import XLSX_TYPE, WorkbookRefused, annotate_workbook

MOST_FAULTS_SHOWN = 200
PREVIEWED = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def organise_certificate_recipients(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; for a workbook that waits its faults, or the preview of the batch."""
    edition = _edition(request, slug)
    if request.method == "POST":
        return _receive(request, edition)
    waiting = _waiting(request, edition)
    if waiting is None:
        return _page(request, edition, form=_empty_form(edition))
    return _show(request, edition, waiting)


@require_safe
def organise_certificate_recipients_template(request: HttpRequest, slug: str) -> HttpResponse:
    _edition(request, slug)
    return _workbook(recipients_template(), "证书获奖名单.xlsx")


@never_cache
@require_safe
def organise_certificate_recipients_annotated(request: HttpRequest, slug: str) -> HttpResponse:
    """The workbook as it was sent, its faulty cells filled and commented."""
    edition = _edition(request, slug)
    waiting = _waiting(request, edition)
    upload = open_upload(waiting["token"]) if waiting else None
    if waiting is None or upload is None:
        messages.error(request, "上传的文件已过期，请重新上传。")
        return redirect("organise_certificate_recipients", slug)
    read = read_recipients(upload, _words(edition, waiting))
    content = annotate_workbook(upload, read.faults)
    return _workbook(content, f"{PurePath(waiting['name']).stem}（需要改正）.xlsx")


@require_POST
def organise_certificate_recipients_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Draft the batch that the preview showed, read once more."""
    edition = _edition(request, slug)
    waiting = _waiting(request, edition)
    upload = open_upload(waiting["token"]) if waiting else None
    if waiting is None or upload is None:
        messages.error(request, "预览已过期，没有拟定批次，请重新选择文件。")
        return redirect("organise_certificate_recipients", slug)
    read = read_recipients(upload, _words(edition, waiting))
    if read.faults:
        return redirect("organise_certificate_recipients", slug)
    try:
        batch = services.draft_batch(
            edition=edition,
            title=waiting["title"],
            source=waiting["source"],
            family="",
            prefix=waiting["series"],
            awards=read.awards,
            issued_on=date.fromisoformat(waiting["issued_on"]),
            actor=actor_of(request),
            now=timezone.now(),
            layout=waiting["layout"],
        )
    except (IssuingBlocked, BatchRefused) as refused:
        return _show(request, edition, waiting, refusal=refused.message)
    _forget(request, edition)
    messages.success(request, f"已拟定 {batch.size} 张，正在制作校样。校样由另一个账号核准之后才能签发。")
    return redirect("organise_certificate_batch", slug, batch.pk)


@require_POST
def organise_certificate_recipients_discard(request: HttpRequest, slug: str) -> HttpResponse:
    edition = _edition(request, slug)
    _forget(request, edition)
    messages.success(request, "已放弃这个文件，没有拟定批次。")
    return redirect("organise_certificate_recipients", slug)


def _edition(request: HttpRequest, slug: str) -> Edition:
    edition = get_object_or_404(Edition, slug=slug)
    or_404(can_manage_certificates(request.user, edition))
    return edition


def _receive(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Keep a readable workbook, the faulty one too, with what was typed beside it."""
    form = RecipientsForm(request.POST, request.FILES, layouts=layout_choices(edition))
    if not form.is_valid():
        return _page(request, edition, form=form)
    file, settings = form.cleaned_data["file"], form.settings()
    try:
        read_recipients(file, _words(edition, settings))
    except WorkbookRefused as refused:
        form.add_error("file", refused.message)
        return _page(request, edition, form=form)
    _forget(request, edition)
    token = keep_upload(file, now=timezone.now())
    request.session[_key(edition)] = {**settings, "token": token, "name": str(file.name)[:120]}
    return redirect("organise_certificate_recipients", edition.slug)


def _show(request: HttpRequest, edition: Edition, waiting: dict[str, Any], *, refusal: str = "") -> HttpResponse:
    upload = open_upload(waiting["token"])
    if upload is None:
        _forget(request, edition)
        return _page(request, edition, form=_empty_form(edition, waiting))
    read = read_recipients(upload, _words(edition, waiting))
    form = _empty_form(edition, waiting) if read.faults else None
    return _page(request, edition, form=form, read=read, waiting=waiting, refusal=refusal)


def _words(edition: Edition, settings: dict[str, Any]) -> SharedWords:
    return SharedWords(
        heading=settings["heading"],
        before=settings["before"],
        after=settings["after"],
        issuers=tuple(settings["issuers"]),
        source=settings["source"],
        edition=edition.title,
    )


def _empty_form(edition: Edition, waiting: dict[str, Any] | None = None) -> RecipientsForm:
    """What was typed before, else the usual words."""
    usual = {
        "heading": "荣誉证书",
        "before": f"在{edition.title}活动中成绩突出，被评为",
        "after": "。特发此证，以资鼓励。",
        "issuers": edition.organiser_name,
        "series": f"荣誉〔{edition.year}〕",
        "issued_on": timezone.localdate(),
    }
    typed = {**waiting, "issuers": "\n".join(waiting["issuers"])} if waiting else {}
    return RecipientsForm(initial={**usual, **typed}, layouts=layout_choices(edition))


def _key(edition: Edition) -> str:
    return f"certificate-recipients-{edition.pk}"


def _waiting(request: HttpRequest, edition: Edition) -> dict[str, Any] | None:
    stored: dict[str, Any] | None = request.session.get(_key(edition))
    return stored


def _forget(request: HttpRequest, edition: Edition) -> None:
    stored = request.session.pop(_key(edition), None)
    if stored:
        discard_upload(stored["token"])


def _workbook(content: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(content, content_type=XLSX_TYPE, headers={"Content-Disposition": disposition})


def _page(
    request: HttpRequest,
    edition: Edition,
    *,
    form: RecipientsForm | None,
    read: ReadRecipients | None = None,
    waiting: dict[str, Any] | None = None,
    refusal: str = "",
) -> HttpResponse:
    context = {
        "edition": edition,
        "here": "certificates",
        "form": form,
        "read": read,
        "faults": read.faults[:MOST_FAULTS_SHOWN] if read else [],
        "waiting": waiting,
        "page": Paginator(read.awards, PREVIEWED).get_page(request.GET.get("page")) if read else None,
        "refusal": refusal,
    }
    return render(request, "certificates/batch_recipients.html", context)
