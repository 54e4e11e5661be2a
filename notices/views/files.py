"""Attachments for the office, of drafts and withdrawn notices too."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from core.files import file_response
from notices.models import Attachment
from notices.views.loading import load_notice


@require_safe
def organise_notice_file(request: HttpRequest, slug: str, pk: int, file: int) -> HttpResponseBase:
    attachment = get_object_or_404(Attachment, pk=file, notice=load_notice(request, slug, pk))
    return file_response(attachment.path, attachment.name, request=request)
