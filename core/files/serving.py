"""Sending kept files: under proper names, in ranges where a player asks for them, never as a page of ours."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date, parse_http_date_safe

from core.files.formats import FORMATS

_RANGE = re.compile(r"^bytes=([0-9]{0,18})-([0-9]{0,18})$")
_BLOCK = 64 * 1024
# What a browser shows or plays in place; anything else is only ever saved.
_SHOWN = {"image/jpeg", "image/png", "video/mp4", "video/quicktime"}
# Should one of them ever be read as something else, it runs nothing, asks nothing of us, and belongs to no origin.
_SANDBOX = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"
_SANDBOX += "; frame-ancestors 'self'"


@dataclass(frozen=True)
class _Kept:
    """A file on the disk as it stands now; its tag changes when its bytes do."""

    place: Path
    size: int
    changed: int
    etag: str

    def blocks(self, first: int, last: int) -> Iterator[bytes]:
        with self.place.open("rb") as file:
            file.seek(first, os.SEEK_SET)
            left = last - first + 1
            while left > 0 and (block := file.read(min(_BLOCK, left))):
                left -= len(block)
                yield block


def file_response(
    path: str, download_name: str, *, request: HttpRequest | None = None, inline: bool = False
) -> HttpResponseBase:
    """A file below MEDIA_ROOT under a name for people (RFC 5987); 404 when it is gone from the disk.

    The type comes from the name's extension, which was made from the checked format. With a request, one range is
    answered (206, or 416; If-Range is minded) for videos, 304 for what the browser has already, and HEAD without a
    body. `inline` holds for pictures and videos only: nothing else runs in our origin, and these in a sandbox. Where
    settings.MEDIA_ACCEL names a proxy's internal address, the proxy sends the bytes, ranges too.
    """
    kept = _kept(path)
    mime = _mime(download_name)
    response = _accelerated(path, mime) if settings.MEDIA_ACCEL else _answer(kept, mime, request)
    shown = inline and mime in _SHOWN
    response["Content-Disposition"] = content_disposition_header(not shown, download_name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    if shown:
        response["Content-Security-Policy"] = _SANDBOX
    return response


def _answer(kept: _Kept, mime: str, request: HttpRequest | None) -> HttpResponseBase:
    if request is None:
        return _whole(kept, mime)
    known = get_conditional_response(request, kept.etag, kept.changed)
    response = known if known is not None else _asked(kept, mime, request)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = kept.etag
    response["Last-Modified"] = http_date(kept.changed)
    return response


def _asked(kept: _Kept, mime: str, request: HttpRequest) -> HttpResponseBase:
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse(content_type=mime)
        response["Content-Length"] = str(kept.size)
        return response
    asked = _asked_range(request.headers.get("Range", ""), kept.size)
    if asked is None or not _is_of_this(kept, request.headers.get("If-Range", "")):
        return _whole(kept, mime)
    first, last = asked
    if first > last:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{kept.size}"
        return response
    response = StreamingHttpResponse(kept.blocks(first, last), status=206, content_type=mime)
    response["Content-Range"] = f"bytes {first}-{last}/{kept.size}"
    response["Content-Length"] = str(last - first + 1)
    return response


def _whole(kept: _Kept, mime: str) -> HttpResponseBase:
    response = FileResponse(kept.place.open("rb"), content_type=mime)
    response["Content-Length"] = str(kept.size)
    return response


def _accelerated(path: str, mime: str) -> HttpResponse:
    """Only headers: the proxy in front puts the file in, in ranges or whole, with its own tag."""
    response = HttpResponse(content_type=mime)
    response["X-Accel-Redirect"] = f"{settings.MEDIA_ACCEL.rstrip('/')}/{quote(path)}"
    return response


def _kept(path: str) -> _Kept:
    place = Path(settings.MEDIA_ROOT) / path
    if not place.is_file():
        raise Http404
    found = place.stat()
    return _Kept(place, found.st_size, int(found.st_mtime), f'"{found.st_size:x}-{found.st_mtime_ns:x}"')


def _mime(name: str) -> str:
    lower = name.lower()
    found = (each.mime for each in FORMATS.values() if lower.endswith(each.extensions))
    return next(found, "application/octet-stream")


def _asked_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte; None where the whole is sent (no range, or several); first above last for one not there."""
    match = _RANGE.match(header)
    if match is None or match[1] == match[2] == "":
        return None
    if not match[1]:
        wanted = int(match[2])
        return (max(0, size - wanted), size - 1) if wanted else (size, size - 1)
    first, last = int(match[1]), min(int(match[2] or size), size - 1)
    if match[2] and int(match[2]) < first:
        return None
    return first, last


def _is_of_this(kept: _Kept, condition: str) -> bool:
    """If-Range: a part is sent only of the very file whose beginning the asker has."""
    if not condition:
        return True
    if condition.startswith('"'):
        return condition == kept.etag
    # A time within the second of the change may be of the file before it.
    recent = datetime.now(tz=UTC).timestamp() - kept.changed < 2
    return parse_http_date_safe(condition) == kept.changed and not recent
