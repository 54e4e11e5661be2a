"""Word files as downloads."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from contest.documents import registration_docx
from contest.models import Contestant

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def registration_docx_response(contestant: Contestant) -> HttpResponse:
    """The 报名表 of one registration, to print, sign and stamp."""
    content = registration_docx(contestant, on=timezone.localdate())
    name = f"报名表-{contestant.group.title}-{contestant.name}.docx"
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(content, content_type=WORD, headers={"Content-Disposition": disposition})
