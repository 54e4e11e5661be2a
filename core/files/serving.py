"""Sending kept files: as downloads with their proper names, in ranges where a player asks for them."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from core.files.formats import FORMATS

_RANGE = re.compile(r"^bytes=(\d{0,18})-(\d{0,18})$")
_BLOCK = 64 * 1024
# What a browser shows or plays in place; anything else is only ever saved.
_SHOWN = {"image/jpeg", "image/png", "video/mp4", "video/quicktime"}


def file_response(
    path: str, download_name: str, *, request: HttpRequest | None = None, inline: bool = False
) -> HttpResponseBase:
    """A file below MEDIA_ROOT under a name for people (RFC 5987); 404 when it is gone from the disk.

    The type comes from the name's extension, which was made from the checked format. With a request, one range is
    answered (206, or 416), for videos. `inline` holds for pictures and videos only: nothing else runs in our origin.
    """
    whole = Path(settings.MEDIA_ROOT) / path
    if not whole.is_file():
        raise Http404
    mime = _mime(download_name)
    size = whole.stat().st_size
    wanted = request.headers.get("Range", "") if request is not None else ""
    asked = _asked_range(wanted, size) if request is not None and request.method == "GET" else None
    response: HttpResponseBase
    if asked is None:
        response = FileResponse(whole.open("rb"), content_type=mime)
        response["Content-Length"] = str(size)
    elif asked == (0, -1):
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    else:
        response = _partial(whole, asked, size, mime)
    disposition = content_disposition_header(not (inline and mime in _SHOWN), download_name)
    response["Content-Disposition"] = disposition or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    if request is not None:
        response["Accept-Ranges"] = "bytes"
    return response


def _mime(name: str) -> str:
    lower = name.lower()
    found = (each.mime for each in FORMATS.values() if lower.endswith(each.extensions))
    return next(found, "application/octet-stream")


def _asked_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte; None where the whole is sent (no range, or several); (0, -1) for one that is not there."""
    match = _RANGE.match(header)
    if match is None or match[1] == match[2] == "":
        return None
    if not match[1]:
        first, last = max(0, size - int(match[2])), size - 1
    else:
        first, last = int(match[1]), min(int(match[2] or size), size - 1)
        if match[2] and int(match[2]) < first:
            return None
    return (first, last) if first <= last else (0, -1)


def _partial(path: Path, asked: tuple[int, int], size: int, mime: str) -> StreamingHttpResponse:
    first, last = asked
    response = StreamingHttpResponse(_blocks(path, first, last), status=206, content_type=mime)
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    return response


def _blocks(path: Path, first: int, last: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first, os.SEEK_SET)
        left = last - first + 1
        while left > 0 and (block := file.read(min(_BLOCK, left))):
            left -= len(block)
            yield block
