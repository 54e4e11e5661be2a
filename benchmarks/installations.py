"""The two apps that are compared, each with a database of its own: the product, and the minimal app as its baseline."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.databases import scratch_database
from tools.serving import ROOT, Server, serve

THREADS = 4  # as run.py and the Dockerfile start gunicorn


@dataclass(frozen=True)
class Installation:
    """A WSGI application and the environment that points it to its database."""

    application: str
    environment: dict[str, str]

    @contextmanager
    def serving(self, *, workers: int) -> Iterator[Server]:
        with serve(self.application, self.environment, workers=workers, threads=THREADS) as server:
            yield server

    def run(self, *command: str, given: object = None) -> Any:
        """What a process of this installation prints as JSON; its complaints go to standard error."""
        done = subprocess.run(
            [sys.executable, "-m", *command],
            env={**os.environ, **self.environment},
            cwd=ROOT,
            input=json.dumps(given),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return json.loads(done.stdout.splitlines()[-1])

    def call(self, module: str, function: str, **arguments: object) -> Any:
        """The result of a benchmark's function that needs the product's models."""
        return self.run("benchmarks.inside", module, function, given=arguments)


@contextmanager
def product(kind: str, folder: Path) -> Iterator[Installation]:
    """The product on an empty, migrated database; settings as on a developer's machine, DEBUG off, no Redis."""
    (folder / "var" / "static").mkdir(parents=True)
    with scratch_database(kind, folder, "product") as url:
        environment = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DJANGO_ENV": "local",
            "DATABASE_URL": url,
            "REDIS_URL": "",
            "VAR_DIR": str(folder / "var"),
            "MEDIA_ROOT": str(folder / "var" / "media"),
            "LOG_LEVEL": "WARNING",
            "DEBUG": "",
            "HALL_HTTP": "",
            "PUBLIC_ORIGIN": "",
        }
        yield Installation("config.wsgi:application", environment)


@contextmanager
def baseline(
    kind: str, folder: Path, *, judges: int, entries: int, marked: bool
) -> Iterator[tuple[Installation, list[dict[str, str]], list[list[int]]]]:
    """The minimal app with its rows; also each judge's cookies and sheet ids."""
    with scratch_database(kind, folder, "baseline") as url:
        installation = Installation("benchmarks.minimal_app:application", {"BASELINE_DATABASE_URL": url})
        state = "marked" if marked else "blank"
        keys, sheets = installation.run("benchmarks.minimal_app", str(judges), str(entries), state)
        yield installation, [{"sessionid": key} for key in keys], sheets
