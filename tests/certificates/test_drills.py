"""Processes die while certificates are made: a small drill. The whole one is in docs/certificates.md."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
GAPS = ("claimed", "rendered", "renamed", "finished")


def missing(*programs):
    return [program for program in programs if shutil.which(program) is None]


@pytest.mark.slow
@pytest.mark.worker
@pytest.mark.parametrize("broker", ["embedded", "redis"])
def test_pitfall_30_every_certificate_is_made_once_while_processes_die(broker):
    wanted = ["qpdf", "pdftotext", *(["redis-server", "redis-cli"] if broker == "redis" else [])]
    if absent := missing(*wanted):
        pytest.skip(f"not installed: {', '.join(absent)}")
    victims = ("child", "master", "redis") if broker == "redis" else ("child", "master")
    options = ["--certificates", "200", "--times", "1", "--random", "3"]

    done = subprocess.run(
        [sys.executable, "-m", "tests.certificates.drill", "--broker", broker, *options],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        timeout=240,
    )

    assert done.stdout, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["faults"] == []
    assert {f"{victim} {gap}" for victim in victims for gap in GAPS} <= told["killed"].keys()
    assert told["deaths"] == len(victims) * len(GAPS) + 3
    assert done.returncode == 0
