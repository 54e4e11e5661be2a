from datetime import date
from pathlib import Path

import pytest

from notices.models import Notice
from notices.services import create_notice, publish_notice


@pytest.fixture
def draft(edition, organiser, now):
    """Return a function that drafts a call; the words given replace the usual ones."""

    def make(**words) -> Notice:
        usual = {
            "kind": "call",
            "title": "关于征集作品的通知",
            "body": "一、申报范围\n科普图书。",
            "dated": date(2026, 11, 20),
        }
        return create_notice(edition=edition, actor=organiser, now=now, **(usual | words))

    return make


@pytest.fixture
def announced(draft, organiser, now):
    """Return a function that publishes such a notice; of a subject, with its own lists as the current ones."""

    def publish(**words) -> Notice:
        notice = draft(**words)
        current = (notice.lists, notice.source) if notice.subject else None
        publish_notice(notice=notice, actor=organiser, now=now, current=current)
        return Notice.objects.select_related("text", "edition").get(pk=notice.pk)

    return publish


@pytest.fixture
def media_files(settings, tmp_path):
    """Return a function: the files kept now, in a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"

    def files() -> list[Path]:
        return sorted(path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file())

    return files
