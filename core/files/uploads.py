"""An upload above the limit of this installation is read past, never stored (settings.UPLOAD_MAX_BYTES)."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class SizeLimit(FileUploadHandler):
    """First of settings.FILE_UPLOAD_HANDLERS: stops the later ones from writing, and notes the file's name.

    A page finds the name in `skipped_upload(request)` and says what happened; the rest of its form arrives.
    """

    received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_MAX_BYTES:
            if self.request is not None:
                self.request.META["mingping.skipped_upload"] = self.file_name or ""
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def skipped_upload(request: Any) -> str | None:
    """Name of the file that was above the installation's limit, None where there was none."""
    if request.method != "POST":
        return None
    _ = request.FILES  # reading the form is what meets the limit
    name: str | None = request.META.get("mingping.skipped_upload")
    return name
