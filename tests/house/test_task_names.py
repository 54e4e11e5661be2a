"""Services enqueue by name, since tasks stand above them: every name must resolve (design §2)."""

import ast
from pathlib import Path

from django.conf import settings

from config.celery import app

ROOT = Path(__file__).resolve().parents[2]
APPS = [name for name in settings.INSTALLED_APPS if (ROOT / name).is_dir()]


def enqueued_names(path: Path) -> list[str]:
    """The first argument of every call of `enqueue`; what is no literal shows as source and never resolves."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    named = [call for call in calls if getattr(call.func, "attr", getattr(call.func, "id", "")) == "enqueue"]
    return [
        str(first.value) if isinstance(first, ast.Constant) else ast.unparse(first)
        for call in named
        for first in call.args[:1]
    ]


def registered() -> set[str]:
    app.loader.import_default_modules()
    return {name for name in app.tasks if not name.startswith("celery.")}


def test_every_enqueued_task_is_registered() -> None:
    names = {name for package in APPS for path in (ROOT / package).rglob("*.py") for name in enqueued_names(path)}

    assert names - registered() == set()


def test_every_scheduled_task_is_registered() -> None:
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} - registered() == set()


def test_tasks_are_never_run_in_the_callers_process() -> None:
    assert app.conf.task_always_eager is False
