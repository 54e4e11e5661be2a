"""What a page needs to offer a file of a purpose: `upload.html` shows it, `core/upload.js` sends it in pieces."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.files import accept_attribute, format_labels, readable_size


@dataclass(frozen=True)
class UploadForm:
    """A file input for one purpose and target. `action` is the page's own address for the form without script; it gives
    `request.FILES["file"]` to core.resumable.starting.receive_file. `note` stands after the limits."""

    purpose: str
    target: str
    action: str
    label: str
    formats: Sequence[str]
    max_bytes: int
    note: str = ""

    @property
    def accept(self) -> str:
        return accept_attribute(self.formats)

    @property
    def limits(self) -> str:
        return f"收 {format_labels(self.formats)}，最大 {readable_size(self.max_bytes)}。{self.note}"

    @property
    def html_id(self) -> str:
        """Unique on a page that offers several."""
        return "".join(sign if sign.isalnum() else "-" for sign in f"upload-{self.purpose}-{self.target}")
