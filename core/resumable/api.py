"""tus 1.0.0 under /api/v1/uploads/: core protocol, creation, creation-with-upload, termination, checksum, expiration.

Session (with the CSRF token) or token, like the rest of the API; an upload is its owner's alone. Kept out of the
OpenAPI description, which has no words for it: docs/api.md tells what is ours, tus.io the protocol.
"""

import base64
import binascii
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import domain_problem
from core.files.formats import FileRefused
from core.models import Upload
from core.resumable.appending import ALGORITHMS, append_piece, read_checksum
from core.resumable.disk import real_offset
from core.resumable.exceptions import ChecksumMismatch, PieceCut, TooMuch, UploadOver, UploadRefused
from core.resumable.purposes import UnknownPurpose
from core.resumable.starting import cancel_upload, find_upload, start_upload

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,checksum,expiration"
PIECE = "application/offset+octet-stream"
_NUMBER = re.compile(r"^[0-9]{1,18}$", re.ASCII)
_DIGITS = re.compile(r"^[0-9]+$", re.ASCII)

Answer = Callable[..., Response]


def _tus(methods: list[str]) -> Callable[[Answer], Callable[..., HttpResponseBase]]:
    """An address of the protocol: its version asked for and told, its refusals with their own statuses."""

    def decorate(answer: Answer) -> Callable[..., HttpResponseBase]:
        @extend_schema(exclude=True)
        @api_view(methods)
        def inside(request: Request, /, **kwargs: str) -> Response:
            if request.method not in {"OPTIONS", "GET"} and request.headers.get("Tus-Resumable") != VERSION:
                problem = {"code": "version", "message": f"这里只用 tus {VERSION}，请带上 Tus-Resumable: {VERSION}。"}
                return Response(problem, status=412, headers={"Tus-Version": VERSION})
            try:
                return answer(request, **kwargs)
            except UploadRefused as error:
                headers = {} if error.offset is None else {"Upload-Offset": str(error.offset)}
                if error.status == 423:
                    headers["Retry-After"] = "5"
                return Response(domain_problem(error), status=error.status, headers=headers)
            except (FileRefused, UnknownPurpose) as error:
                return Response(domain_problem(error), status=400)

        @wraps(inside)
        def outside(request: HttpRequest, **kwargs: str) -> HttpResponseBase:
            response: HttpResponseBase = inside(request, **kwargs)
            response["Tus-Resumable"] = VERSION
            response["Cache-Control"] = "no-store"
            return response

        return outside

    return decorate


@_tus(["OPTIONS", "POST"])
def uploads(request: Request) -> Response:
    """Begin an upload. Upload-Metadata names `purpose`, `target` and `filename`; bytes may come with it already."""
    if request.method == "OPTIONS":
        return _capabilities()
    length = _length(request)
    told = _metadata(request.headers.get("Upload-Metadata", ""))
    size = _size(request) if request.content_type == PIECE else 0
    if size > length:
        raise TooMuch(f"发来的内容比 Upload-Length 说的 {length} 字节还多。", code="past_the_end")
    checksum = read_checksum(request.headers.get("Upload-Checksum", ""))
    upload = start_upload(
        owner=request.user,
        purpose=told.get("purpose", ""),
        target=told.get("target", ""),
        name=told.get("filename", ""),
        length=length,
        now=timezone.now(),
    )
    if size:
        try:
            upload = append_piece(
                upload=upload, offset=0, size=size, stream=request.stream, checksum=checksum, clock=timezone.now
            )
        except (ChecksumMismatch, PieceCut):
            upload.refresh_from_db()  # begun all the same: the offset tells how far
    headers = {"Location": reverse("api_upload", args=[upload.token]), **_progress(upload)}
    return Response(status=201, headers=headers)


@_tus(["OPTIONS", "GET", "HEAD", "PATCH", "DELETE", "POST"])
def upload(request: Request, token: str) -> Response:
    """Where an upload stands (HEAD; GET also in words), its next piece (PATCH), its end (DELETE).

    A POST with X-HTTP-Method-Override stands for another method, for networks that let nothing else through.
    """
    method = request.method or ""
    if method == "OPTIONS":
        return _capabilities()
    if method == "POST":
        method = request.headers.get("X-HTTP-Method-Override", "").upper()
    if method not in {"GET", "HEAD", "PATCH", "DELETE"}:
        raise MethodNotAllowed(method or "POST")
    found = find_upload(owner=request.user, token=token)
    if found is None:
        raise Http404
    if method == "GET":
        return Response(_status(found))
    if method == "DELETE":
        cancel_upload(upload=found, now=timezone.now())
        return Response(status=204)
    if found.state in Upload.GONE:
        raise UploadOver(f"这次上传{found.get_state_display()}，请重新选择文件上传。")
    if method == "HEAD":
        return Response(status=200, headers={**_progress(found), "Upload-Length": str(found.length)})
    return Response(status=204, headers=_progress(_append(request, found)))


def _append(request: Request, found: Upload) -> Upload:
    if request.content_type != PIECE:
        raise _bad(f"一段内容的类型须是 {PIECE}。", "content_type", status=415)
    offset = request.headers.get("Upload-Offset", "")
    if not _NUMBER.match(offset):
        raise _bad("请求缺少 Upload-Offset，或它不是数字。", "offset")
    return append_piece(
        upload=found,
        offset=int(offset),
        size=_size(request),
        stream=request.stream or _Nothing(),
        checksum=read_checksum(request.headers.get("Upload-Checksum", "")),
        clock=timezone.now,
    )


class _Nothing:
    def read(self, size: int, /) -> bytes:
        return b""


def _capabilities() -> Response:
    headers = {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(settings.UPLOAD_MAX_BYTES),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }
    return Response(status=204, headers=headers)


def _progress(found: Upload) -> dict[str, str]:
    headers = {"Upload-Offset": str(real_offset(found))}
    if found.state == Upload.State.RECEIVING:
        headers["Upload-Expires"] = http_date(found.expires_at.timestamp())
    return headers


def _status(found: Upload) -> dict[str, Any]:
    """For our own page, which goes on asking after the last byte."""
    return {
        "state": found.state,
        "state_label": found.get_state_display(),
        "message": found.message,
        "name": found.name,
        "length": found.length,
        "offset": 0 if found.state in Upload.GONE else real_offset(found),
        "started_at": found.started_at,
        "received_at": found.received_at,
    }


def _length(request: Request) -> int:
    length = request.headers.get("Upload-Length", "")
    if not _DIGITS.match(length):
        raise _bad("请求缺少 Upload-Length，或它不是数字；这里不收大小未知的文件。", "length")
    if not _NUMBER.match(length):
        raise TooMuch("这个文件太大了，这里收不下。")
    return int(length)


def _size(request: Request) -> int:
    """Of the body, which must be announced: what comes in chunks of unknown number is read by no one here."""
    size = request.META.get("CONTENT_LENGTH") or ""
    if not _NUMBER.match(size):
        raise _bad("请求缺少 Content-Length。", "content_length", status=411)
    return int(size)


def _metadata(header: str) -> dict[str, str]:
    """`key base64,key base64`: keys that we know, as text. Refuses (400) what is not written so."""
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _, encoded = pair.partition(" ")
        try:
            found[key] = base64.b64decode(encoded.strip(), validate=True).decode("utf-8").replace("\0", "")
        except (binascii.Error, ValueError) as error:
            raise _bad("Upload-Metadata 的写法不对：名称后空一格，值用 base64。", "metadata") from error
    return found


def _bad(message: str, code: str, *, status: int = 400) -> UploadRefused:
    refused = UploadRefused(message, code=code)
    refused.status = status
    return refused
