"""Files that people hand in: what they are by their content, where they are kept, how they are sent."""

from core.files.formats import (
    FORMATS,
    FileRefused,
    Format,
    accept_attribute,
    check_file,
    format_labels,
    readable_size,
    sniff_format,
)
from core.files.keeping import StoredFile, drop_file, keep_file
from core.files.serving import file_response

__all__ = [
    "FORMATS",
    "FileRefused",
    "Format",
    "StoredFile",
    "accept_attribute",
    "check_file",
    "drop_file",
    "file_response",
    "format_labels",
    "keep_file",
    "readable_size",
    "sniff_format",
]
