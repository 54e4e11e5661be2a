"""A notice as PDF, Word file and WeChat fragment for its office, drafts too."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from core.access import or_404
from core.files import safe_name
from notices.documents import notice_pdf, notice_word, official_text, wechat_html
from notices.models import Notice
from notices.permissions import can_manage_notices

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
def organise_notice_pdf(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    notice = _notice(request, slug, pk)
    return file_answer(notice_pdf(notice), official_text(notice).title, "pdf", "application/pdf")


@require_safe
def organise_notice_word(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    notice = _notice(request, slug, pk)
    return file_answer(notice_word(notice), official_text(notice).title, "docx", WORD_TYPE)


@require_safe
def organise_notice_wechat(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The fragment to copy, and beside it what it says; the page's own styles, for ours forbid inline ones."""
    notice = _notice(request, slug, pk)
    context = {
        "edition": notice.edition,
        "here": "notices",
        "notice": notice,
        "fragment": wechat_html(notice),
        "text": official_text(notice),
    }
    return render(request, "notices/wechat.html", context)


def file_answer(content: bytes, title: str, extension: str, content_type: str) -> HttpResponse:
    """A file to keep, named after the notice; nobody between us and the reader keeps it."""
    name = f"{safe_name(title, longest=80) or '公告'}.{extension}"
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-cache"}
    return HttpResponse(content, content_type=content_type, headers=headers)


def _notice(request: HttpRequest, slug: str, pk: int) -> Notice:
    found = Notice.objects.select_related("edition", "text")
    notice = get_object_or_404(found, pk=pk, edition__slug=slug)
    or_404(can_manage_notices(request.user, notice.edition))
    return notice
