"""Purposes that the tests of uploads name in settings, and a client that speaks tus."""

import base64
import hashlib

from django.http import Http404

from core.exceptions import DomainError
from core.resumable.purposes import Allowance, Purpose

MB = 1024 * 1024
taken: list[tuple[int, str, str]] = []


def start(*, owner, target, name, length, now):
    if target == "another's":
        raise Http404
    if target == "late":
        raise DomainError("申报已于 11 月 20 日 17:00 截止。")
    return Allowance(formats=("pdf", "mp4"), max_bytes=8 * MB, clean=target == "blind")


def finish(*, upload, now):
    if upload.target == "refused at the end":
        raise DomainError("这个文件是截止以后才开始上传的。")
    if upload.target == "gone meanwhile":
        raise Http404
    taken.append((upload.pk, upload.format, upload.sha256))


ANY = Purpose(title="文件", start=start, finish=finish)
PURPOSES = {"tests.any": "tests.core.uploading.ANY"}


def encoded(**values: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


def checksum(content: bytes, algorithm: str = "sha256") -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


class Tus:
    """Sends requests of the protocol through Django's test client."""

    def __init__(self, client) -> None:
        self.client = client

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content_type = named.pop("content-type", "application/offset+octet-stream")
        return self.client.generic(
            method, path, body or b"", content_type=content_type, headers={"tus-resumable": "1.0.0", **named}
        )

    def create(self, length: int, body: bytes | None = None, *, name: str = "作品.pdf", target: str = "7", **headers):
        told = encoded(filename=name, purpose="tests.any", target=target)
        return self.send("POST", "/api/v1/uploads/", body, upload_length=str(length), upload_metadata=told, **headers)

    def piece(self, place: str, offset: int, body: bytes, **headers: str):
        return self.send("PATCH", place, body, upload_offset=str(offset), **headers)

    def head(self, place: str):
        return self.send("HEAD", place)
