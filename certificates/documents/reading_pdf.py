"""Words of an uploaded PDF, read by a process of its own: what strangers send may loop, swell or crash its reader.

Run as a script it reads the file from standard input and writes the words to standard output.
"""

import contextlib
import resource
import subprocess
import sys
from io import BytesIO

from pypdf import PdfReader

MOST_PAGES = 2
MOST_CHARACTERS = 4000
_SECONDS = 5
_BYTES = 512 * 1024 * 1024


def words_of(content: bytes) -> str:
    """The beginning of a PDF's text; empty where it has none, is damaged or locked, or takes too long to read."""
    try:
        told = subprocess.run(  # noqa: S603 (this very file, no shell)
            [sys.executable, "-I", __file__], input=content, capture_output=True, timeout=2 * _SECONDS, check=True
        )
    except (subprocess.SubprocessError, OSError):
        return ""
    return told.stdout.decode(errors="replace")


def main() -> None:
    """Read within limits of processor time and memory."""
    for limit, value in ((resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_AS, _BYTES)):
        with contextlib.suppress(ValueError, OSError):  # macOS refuses some
            resource.setrlimit(limit, (value, value))
    pages = PdfReader(BytesIO(sys.stdin.buffer.read())).pages
    words = "\n".join(page.extract_text() for page in pages[:MOST_PAGES])
    sys.stdout.buffer.write(words[:MOST_CHARACTERS].encode(errors="replace"))


if __name__ == "__main__":
    main()
