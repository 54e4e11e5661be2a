"""Copies that do not say who made them, for kinds whose reviewers must not learn it.

What is removed is what a file says about itself: authors, programs, places, times, thumbnails, comments, attachments.
What it shows (a name on the title page, a face) is the author's own affair and screening's.
"""

from collections.abc import Callable
from pathlib import Path

from core.media.cleaning.exceptions import CleaningRefused
from core.media.cleaning.movies import clean_movie
from core.media.cleaning.office import clean_docx, clean_xlsx
from core.media.cleaning.pdf import clean_pdf
from core.media.cleaning.pictures import clean_jpeg, clean_png

_CLEANERS: dict[str, Callable[[Path, Path], None]] = {
    "pdf": clean_pdf,
    "docx": clean_docx,
    "xlsx": clean_xlsx,
    "jpg": clean_jpeg,
    "png": clean_png,
    "mp4": clean_movie,
    "mov": clean_movie,
}
# Formats (core.files.FORMATS) whose metadata can be removed.
CLEANABLE = frozenset(_CLEANERS)


def clean_file(path: Path, target: Path, *, format: str, name: str) -> None:
    """Write a copy of a file without its metadata; it appears at `target` when it is whole.

    Refuses (CleaningRefused) formats that are not CLEANABLE, and a file of which we could not be certain; `name` is for
    the sentence only.
    """
    cleaner = _CLEANERS.get(format)
    if cleaner is None:
        raise CleaningRefused(f"“{name}”的格式不能去除文件属性，请另存为 PDF 再上传。")
    partial = target.with_name(f"{target.name}.part")
    try:
        cleaner(path, partial)
        partial.replace(target)
    except CleaningRefused as error:
        raise CleaningRefused(f"“{name}”{error.message}") from error
    finally:
        partial.unlink(missing_ok=True)


__all__ = ["CLEANABLE", "CleaningRefused", "clean_file"]
