"""A public notice as PDF."""

import hashlib
import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from notices.documents import notice_pdf, official_text
from notices.models import Notice
from notices.selectors import public_notices
from notices.views.documents import file_answer


@login_not_required
@require_safe
def public_notice_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Drafts, withdrawn ones and rehearsals do not exist here. Whoever has the file is not sent it again."""
    notice = get_object_or_404(public_notices(), pk=pk)
    etag = _etag(notice)
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    answer = file_answer(notice_pdf(notice), official_text(notice).title, "pdf", "application/pdf")
    answer.headers["ETag"] = etag
    return answer


def _etag(notice: Notice) -> str:
    """Salted: who guesses a hidden name must not find it confirmed here."""
    said = json.dumps([notice.text.salt, notice.text.sha256, sorted(notice.hidden_names)])
    return quote_etag(hashlib.sha256(said.encode()).hexdigest())
