"""Formats that can be asked for, and the check of a file against what is accepted (domain.md A4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from core.exceptions import DomainError
from core.files.signatures import FOREIGN, is_whole, kind_of, whole_zip

MEGABYTE = 1024 * 1024
_SHOWN_NAME = 40


@dataclass(frozen=True)
class Format:
    """A format by its code: what people call it, its usual extension first, and which contents it may have."""

    code: str
    label: str
    extensions: tuple[str, ...]
    mime: str
    contents: tuple[str, ...]


class FileRefused(DomainError):
    """A file that cannot be taken; `code` is `empty`, `too_large`, `wrong_kind` or `damaged`."""

    code = "file_refused"


_WORD = "application/msword"
_SLIDES = "application/vnd.ms-powerpoint"
_OPEN = "application/vnd.openxmlformats-officedocument"
FORMATS: dict[str, Format] = {
    each.code: each
    for each in (
        Format("pdf", "PDF", (".pdf",), "application/pdf", ("pdf",)),
        Format("jpg", "JPG 图片", (".jpg", ".jpeg"), "image/jpeg", ("jpg",)),
        Format("png", "PNG 图片", (".png",), "image/png", ("png",)),
        Format("docx", "Word 文档（docx）", (".docx",), f"{_OPEN}.wordprocessingml.document", ("docx",)),
        Format("doc", "Word 文档（doc）", (".doc",), _WORD, ("doc",)),
        Format("wps", "WPS 文字（wps）", (".wps",), "application/vnd.ms-works", ("doc", "docx")),
        Format("pptx", "PPT 演示（pptx）", (".pptx",), f"{_OPEN}.presentationml.presentation", ("pptx",)),
        Format("ppt", "PPT 演示（ppt）", (".ppt",), _SLIDES, ("ppt",)),
        Format("dps", "WPS 演示（dps）", (".dps",), "application/octet-stream", ("ppt", "pptx")),
        Format("xlsx", "Excel 表格（xlsx）", (".xlsx",), f"{_OPEN}.spreadsheetml.sheet", ("xlsx",)),
        Format("mp4", "MP4 视频", (".mp4", ".m4v"), "video/mp4", ("mp4",)),
        Format("mov", "MOV 视频", (".mov",), "video/quicktime", ("mov",)),
        Format("zip", "ZIP 压缩包", (".zip",), "application/zip", ("zip",)),
    )
}
_ZIPPED = {"docx", "pptx", "xlsx", "zip"}
_ADVICE = {
    "heic": "请在手机“设置—相机—格式”中改为“兼容性最佳”后重拍，或用截图。",
    "mov": "请用手机或剪辑软件另存为 MP4。",
    "encrypted_office": "请取消密码、重新保存后再上传。",
    "asf": "请用剪辑软件另存为 MP4。",
    "avi": "请用剪辑软件另存为 MP4。",
    "matroska": "请用剪辑软件另存为 MP4。",
}


def sniff_format(file: BinaryIO, *, name: str = "") -> str:
    """The code of a file's format by its content, "" for one that is none of FORMATS.

    The name decides only where two formats have one content: .doc and .wps are both a Word document.
    """
    return _format_of(kind_of(file), name, tuple(FORMATS))


def check_file(file: BinaryIO, *, name: str, accepted: Sequence[str], max_bytes: int) -> str:
    """The accepted format that a file has.

    Refuses (FileRefused) an empty one, one above `max_bytes`, one whose content is of another kind whatever its name
    says, and one that was cut off; each sentence names the file and what is taken.
    """
    shown = shortened(name)
    size = file.seek(0, 2)
    file.seek(0)
    if size == 0:
        raise FileRefused(f"“{shown}”是空文件（0 字节），请重新选择。", code="empty")
    if size > max_bytes:
        raise too_large(shown, size, max_bytes)
    kind = kind_of(file)
    found = _format_of(kind, name, accepted)
    if not found:
        raise FileRefused(_wrong_kind(shown, kind, accepted), code="wrong_kind")
    whole = whole_zip(file) if kind in _ZIPPED else is_whole(file, kind)
    if not whole:
        message = f"“{shown}”不完整，可能没有传完或没有保存完。请先在自己的设备上打开确认，再重新上传。"
        raise FileRefused(message, code="damaged")
    return found


def too_large(name: str, size: int, max_bytes: int) -> FileRefused:
    """The refusal of a file above a limit."""
    message = f"“{shortened(name)}”有 {readable_size(size)}，这里最大收 {readable_size(max_bytes)}，请压缩后再上传。"
    return FileRefused(message, code="too_large")


def format_labels(codes: Sequence[str]) -> str:
    """PDF、JPG 图片: what is accepted, in words."""
    return "、".join(FORMATS[code].label for code in codes if code in FORMATS)


def accept_attribute(codes: Sequence[str]) -> str:
    """Value of a file input's `accept`: extensions and types, so that a phone offers its camera."""
    formats = [FORMATS[code] for code in codes if code in FORMATS]
    parts = [part for each in formats for part in (*each.extensions, each.mime) if part != "application/octet-stream"]
    return ",".join(dict.fromkeys(parts))


def readable_size(size: int) -> str:
    """3.2 MB, rounded so that a file above a limit never reads like the limit."""
    if size < 1024:
        return f"{size} 字节"
    if size < MEGABYTE:
        return f"{-(-size // 1024)} KB"
    tenths = -(-size * 10 // MEGABYTE)
    return f"{tenths // 10} MB" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10} MB"


def shortened(name: str) -> str:
    """A file's name for a sentence: without folders, its end kept when it is long."""
    plain = PurePosixPath(name.replace("\\", "/")).name or "未命名的文件"
    return plain if len(plain) <= _SHOWN_NAME else f"{plain[:20]}…{plain[-15:]}"


def _format_of(kind: str, name: str, accepted: Sequence[str]) -> str:
    fitting = [code for code in accepted if code in FORMATS and kind in FORMATS[code].contents]
    by_name = [code for code in fitting if name.lower().endswith(FORMATS[code].extensions)]
    natural = [code for code in fitting if code == kind]
    return next(iter(by_name or natural or fitting), "")


def _wrong_kind(shown: str, kind: str, accepted: Sequence[str]) -> str:
    label = FORMATS[kind].label if kind in FORMATS else FOREIGN.get(kind, FOREIGN[""])
    if kind == "zip" and set(accepted) & (_ZIPPED - {"zip"}):
        label = "压缩包，或没有保存完整的 Office 文件"
    advice = "" if kind == "mov" and "mp4" not in accepted else _ADVICE.get(kind, "请换成这里收的格式再上传。")
    return f"“{shown}”的内容是{label}，这里收的是：{format_labels(accepted)}。{advice}"
