"""The product with one purpose of uploads more, which takes what anybody sends; for benchmarks.uploads.

Run by gunicorn as `benchmarks.upload_product:application`.
"""

from typing import Any

from django.conf import settings

from config.wsgi import application as application  # first: it loads the settings and the apps
from core.resumable.purposes import Allowance, Purpose


def start(*, owner: Any, target: str, name: str, length: int, now: Any) -> Allowance:
    return Allowance(formats=("mp4",), max_bytes=length)


def finish(*, upload: Any, now: Any) -> None:
    """Nobody takes it over."""


ANYTHING = Purpose(title="文件", start=start, finish=finish)
settings.UPLOAD_PURPOSES = {"benchmark": "benchmarks.upload_product.ANYTHING"}
settings.UPLOAD_MOST_OPEN, settings.UPLOAD_MOST_OPEN_BYTES = 1_000, 10**13
