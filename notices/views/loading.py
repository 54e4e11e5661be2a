"""Rows of an edition's notices, or 404 for whoever may not see them."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from core.access import or_404
from core.models import Edition
from notices.models import Notice
from notices.permissions import can_manage_notices


def actor_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # LoginRequiredMiddleware
    return request.user


def load_edition(request: HttpRequest, slug: str) -> Edition:
    edition = get_object_or_404(Edition, slug=slug)
    or_404(can_manage_notices(request.user, edition))
    return edition


def load_notice(request: HttpRequest, slug: str, pk: int) -> Notice:
    found = Notice.objects.select_related("edition", "text", "drafted_by")
    notice = get_object_or_404(found, pk=pk, edition__slug=slug)
    or_404(can_manage_notices(request.user, notice.edition))
    return notice


def page_number(request: HttpRequest) -> int:
    """The page that an address asks for, 1 where it names none."""
    text = request.GET.get("page", "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 7 else 1
