"""Acts at the same moment, each from a thread with a connection of its own, as web workers do them."""

import copy
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest
from django.db import connection, connections

Act = Callable[[], Any]


@pytest.fixture
def at_once(transactional_db, tmp_path):
    """Return a function: runs acts in threads, all let go together; their results or exceptions, in order.

    The in-memory SQLite of the tests locks whole tables at once and does not wait; so there the threads work on a copy
    of it in a file, under the connection settings of the product. Look at the outcome through this function too.
    """
    settings = copy.deepcopy(connection.settings_dict)
    if connection.vendor == "sqlite":
        settings["NAME"] = str(tmp_path / "copy.sqlite3")

    def work(act: Act, together: threading.Barrier) -> Any:
        connections["default"] = type(connections["default"])(settings, "default")
        with closing(connections["default"]):
            together.wait(timeout=20)
            try:
                return act()
            except Exception as error:
                return error

    def run(*acts: Act) -> list[Any]:
        if connection.vendor == "sqlite" and not (tmp_path / "copy.sqlite3").exists():
            with closing(sqlite3.connect(settings["NAME"])) as file:
                connection.connection.backup(file)
                file.execute(
                    "PRAGMA journal_mode=WAL"
                )  # the file of an installation has been in this mode since migrate
        barrier = threading.Barrier(len(acts))
        with ThreadPoolExecutor(max_workers=len(acts)) as pool:
            futures = [pool.submit(work, act, barrier) for act in acts]
            return [future.result(timeout=60) for future in futures]

    return run
