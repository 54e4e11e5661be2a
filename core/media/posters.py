"""One picture of a video. Decoding what strangers send is done by a process of its own, with little time and memory:
what crashes or hangs it costs a poster, not a worker."""

import logging
import subprocess
import sys
from pathlib import Path

from core.media.cleaning import CleaningRefused, clean_file

logger = logging.getLogger(__name__)
SECONDS = 60
_CHILD = Path(__file__).with_name("poster_child.py")
# How FFmpeg reads what is no film.
_PICTURES = {"jpg": "jpeg_pipe", "png": "png_pipe"}


def make_poster(path: Path, target: Path, *, format: str = "mp4") -> bool:
    """Write a JPEG of a moment early in the film, or of a picture, at most 960 pixels wide, turned as it is shown.

    It is drawn anew, and what the decoder carries over (a colour profile may name a machine) is removed: nothing that
    the file says of itself is in it. `format` is one of core.files.FORMATS. False, and nothing at `target`, where no
    picture could be decoded within SECONDS.
    """
    partial = target.with_name(f"{target.name}.drawn")
    command = [sys.executable, "-I", str(_CHILD), str(path), str(partial), _PICTURES.get(format, "mp4")]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 (our own script)
    except subprocess.TimeoutExpired:
        logger.warning("no poster of %s within %s s", path.name, SECONDS)
        partial.unlink(missing_ok=True)
        return False
    if done.returncode != 0 or not partial.is_file():
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        logger.warning("no poster of %s: %s", path.name, lines[-1] if lines else done.returncode)
        partial.unlink(missing_ok=True)
        return False
    try:
        clean_file(partial, target, format="jpg", name=target.name)
    except CleaningRefused as error:
        logger.warning("no poster of %s: %s", path.name, error.message)
        return False
    finally:
        partial.unlink(missing_ok=True)
    return True
