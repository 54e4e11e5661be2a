"""Found by every Python process whose PYTHONPATH names this folder: Django's clock runs ahead by the seconds that the
file MOVED_CLOCK holds, read anew at each look, so that a test can let days pass under a running server."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

_FILE = os.environ.get("MOVED_CLOCK")
_real_now = timezone.now


def _moved_now() -> datetime:
    return _real_now() + timedelta(seconds=float(Path(_FILE or "").read_text() or 0))


if _FILE:
    timezone.now = _moved_now
