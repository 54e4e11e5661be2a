"""What judges watch in a video round: only their own sheets' videos, while the round is open; no name and no unit."""

from pathlib import PurePosixPath

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from contest.models import Appearance
from contest.permissions import can_watch
from contest.selectors import exhibit_sheets
from contest.views.loading import actor_of
from core.access import or_404
from core.files import FORMATS, file_response


@require_safe
def judge_exhibit(request: HttpRequest, pk: int) -> HttpResponse:
    """The player, with number and title."""
    appearance = _watched(request, pk)
    context = {
        "entry": appearance.entry,
        "round": appearance.entry.round,
        "file": reverse("judge_exhibit_file", args=[pk]),
        "mime": FORMATS[appearance.video.format].mime if appearance.video else "",
        "sheets": exhibit_sheets(actor_of(request), appearance),
    }
    return render(request, "contest/exhibit.html", context)


@require_safe
def judge_exhibit_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The video itself, in ranges, under its number: the file's own name may name the contestant."""
    appearance = _watched(request, pk)
    assert appearance.video is not None  # _watched
    extension = FORMATS[appearance.video.format].extensions[0]
    name = f"{PurePosixPath(appearance.entry.code).name}{extension}"
    return file_response(appearance.video.path, name, request=request, inline=True)


def _watched(request: HttpRequest, pk: int) -> Appearance:
    found = Appearance.objects.select_related("entry__round", "video")
    appearance = get_object_or_404(found, pk=pk, video__isnull=False)
    or_404(can_watch(request.user, appearance))
    return appearance
