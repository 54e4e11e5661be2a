"""The least that takes a file over HTTP: writes the body to the disk in blocks and waits until it is there.

No account, no database, no resuming. Run by gunicorn as `benchmarks.upload_sink:application` with SINK_DIR set.
"""

import os
import secrets
from pathlib import Path

BLOCK = 256 * 1024


def application(environ, start_response):
    left = int(environ["CONTENT_LENGTH"])
    with (Path(os.environ["SINK_DIR"]) / secrets.token_hex(8)).open("xb", buffering=0) as file:
        while left and (block := environ["wsgi.input"].read(min(BLOCK, left))):
            file.write(block)
            left -= len(block)
        os.fsync(file.fileno())
    start_response("204 No Content" if not left else "400 Bad Request", [])
    return []
