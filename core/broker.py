"""The broker of an installation without Redis: kombu's folder of files, with each step whole."""

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time_ns
from typing import Any

from kombu.transport import filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """kombu opens a file under its final name and then writes it, so that another process may read it empty and stop
    with a JSON error. Here a message is written beside its place and renamed, and a table is read and written under a
    lock of its own.
    """

    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:  # type: ignore[override]  # as kombu does
        folder = Path(self.data_folder_out)
        name = f"{time_ns() // 1_000_000}_{uuid.uuid4()}"
        partial = folder / f"{name}.part"
        partial.write_bytes(str_to_bytes(dumps(payload)))
        os.replace(partial, folder / f"{name}.{queue}.msg")

    def get_table(self, exchange: str) -> Any:
        with self._table_lock():
            return super().get_table(exchange)

    def _queue_bind(self, exchange: str, routing_key: Any, pattern: Any, queue: str) -> None:
        with self._table_lock():
            super()._queue_bind(exchange, routing_key, pattern, queue)

    @contextmanager
    def _table_lock(self) -> Iterator[None]:
        folder = Path(self.control_folder)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "tables.lock").open("wb", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    """kombu's filesystem transport with whole steps."""

    Channel = Channel
