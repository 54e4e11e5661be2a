"""A real worker on a real broker: the embedded one, and Redis where there is one."""

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def stage(environment, *command):
    done = subprocess.run(
        [sys.executable, *command], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def wait_for_all(environment):
    for _ in range(60):
        if stage(environment, "-m", "tests.certificates.worker_stage", "count") == "12":
            return True
        time.sleep(0.5)
    return False


@pytest.mark.slow
@pytest.mark.worker
@pytest.mark.parametrize("broker", ["embedded", "redis"])
def test_worker_makes_every_certificate_that_was_ordered_before_it_started(tmp_path, broker):
    redis = os.environ.get("REDIS_URL", "")
    if broker == "redis" and not redis:
        pytest.skip("REDIS_URL is not set")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'worker.sqlite3'}",
        "REDIS_URL": redis if broker == "redis" else "",
        "REDIS_PREFIX": f"mingping-test-{uuid.uuid4().hex}:",
    }
    stage(environment, "manage.py", "migrate", "-v0")
    stage(environment, "-m", "tests.certificates.worker_stage", "order")
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "2", "--loglevel", "error"]
    worker = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        assert wait_for_all(environment)
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=30)
    assert len(list((tmp_path / "media" / "certificates" / "w").glob("*.pdf"))) == 12
