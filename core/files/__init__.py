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
from core.files.names import forbidden_sign, safe_name, unique_name
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
    "forbidden_sign",
    "format_labels",
    "keep_file",
    "readable_size",
    "safe_name",
    "sniff_format",
    "unique_name",
]
