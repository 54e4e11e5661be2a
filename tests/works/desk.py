"""Fixtures of a works selection: the selection with an open call, a unit with its coordinator, an author, whole works.

The video's file may be small here (1 byte and up instead of 100 MB); everything else is as create_selection makes it.
"""

from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, Unit, User
from accounts.services import create_unit, create_user, grant_role
from tests.core import samples
from works.engine.titles import title_index
from works.models import Author, FileRequirement, Kind, Selection, Volume, Work, WorkFile
from works.services import create_selection

PASSWORD = "long enough 42"
CONTENT = {"pdf": samples.pdf, "jpg": samples.jpeg, "png": samples.png, "mp4": samples.mp4}
# What core.media says of a video that keeps all limits of a new selection (MediaFacts.as_json).
GOOD_MEDIA = {
    "container": "MPEG-4",
    "duration": "180.000",
    "size": 300,
    "video_codec": "AVC",
    "width": 1920,
    "height": 1080,
    "aspect": "16:9",
    "rotation": 0,
    "frame_rate": "25.000",
    "has_audio": True,
    "audio_codec": "AAC",
}


@pytest.fixture
def selection(edition, organiser, now) -> Selection:
    """A selection whose call is published and open: for ten days by the tests' clock and by the one on the wall."""
    made = create_selection(edition=edition, title="2026 年优秀科普作品评选", slug="works", actor=organiser, now=now)
    made.call_text = "现将申报事项通知如下。"
    made.call_published_at = made.opens_at = now - timedelta(days=1)
    made.closes_at = max(now, timezone.now()) + timedelta(days=10)
    made.save()
    FileRequirement.objects.filter(kind__selection=made).update(min_bytes=1)
    return made


@pytest.fixture
def book(selection) -> Kind:
    return selection.kinds.get(code="book")


@pytest.fixture
def video(selection) -> Kind:
    return selection.kinds.get(code="video")


@pytest.fixture
def unit(db) -> Unit:
    return create_unit(name="市天文爱好者协会")


@pytest.fixture
def make_coordinator(edition, make_person, now):
    """Return a function: an account that coordinates units."""

    def make(name: str, *units: Unit) -> User:
        user = make_person(name, email=f"c{User.objects.count()}@example.com")
        for each in units:
            grant_role(user=user, edition=edition, role=Role.COORDINATOR, unit=each, actor=None, now=now)
        return user

    return make


@pytest.fixture
def coordinator(unit, make_coordinator) -> User:
    return make_coordinator("连联络", unit)


@pytest.fixture
def author(db) -> User:
    """An account without a role, which hands in its own works."""
    return create_user(name="苏作者", phone="19900007777", password=PASSWORD)


@pytest.fixture
def make_work(author, now):
    """Return a function: a whole work of a kind, handed in, as rows; no files unless `files=True`.

    `authors` are names in order; `unit` makes it the unit's; further arguments are columns of Work.
    """

    def make(kind: Kind, *, unit: Unit | None = None, authors=("苏作者",), files: bool = False, **changes) -> Work:
        serial = Work.objects.count() + 1
        changes.setdefault("title", f"仰望星空之{serial}")
        fields = _whole(kind, author, now) | {
            "title_index": title_index(changes["title"]),
            "unit": unit,
            "user": None if unit else author,
            "channel": Work.Channel.UNIT if unit else Work.Channel.INDIVIDUAL,
        }
        work = Work.objects.create(**(fields | changes))
        for place, name in enumerate(authors, start=1):
            Author.objects.create(work=work, place=place, name=name, workplace="市天文馆")
        if kind.form == Kind.Form.BOOK:
            for place in range(1, (work.volumes or 1) + 1):
                Volume.objects.create(work=work, place=place, isbn=isbn(serial * 100 + place))
        if files:
            for each in kind.file_requirements.filter(required=True):
                add_file(work, each.code, content=f"{serial}".encode())
        return work

    return make


def add_file(
    work: Work, code: str, *, content: bytes = b"", media: dict[str, Any] | None = None, **changes
) -> WorkFile:
    """A file of a work that was taken and read, whole by its format; `content` makes its bytes its own.

    What was there for the same requirement is superseded.
    """
    requirement = work.kind.file_requirements.get(code=code)
    chosen = requirement.formats[0]
    whole = CONTENT[chosen]() + (b"" if not content else b"\n%" + content)
    digest = sha256(whole).hexdigest()
    path = f"works/{digest[:2]}/{work.pk}-{digest[:24]}"
    target = Path(settings.MEDIA_ROOT) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(whole)
    at = work.submitted_at or work.created_at
    work.files.filter(requirement=requirement, superseded_at=None).update(superseded_at=at)
    fields = {
        "path": path,
        "original_name": f"{requirement.title}.{chosen}",
        "format": chosen,
        "size": len(whole),
        "sha256": digest,
        "upload_started_at": at,
        "uploaded_at": at,
        "uploaded_by": work.registered_by,
        "reading": WorkFile.Reading.DONE,
        "media": media if media is not None else (GOOD_MEDIA if chosen == "mp4" else {}),
    }
    return WorkFile.objects.create(work=work, requirement=requirement, **(fields | changes))


def isbn(serial: int) -> str:
    """A valid 13-digit ISBN, another for each serial."""
    body = f"9787{serial:08d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


def works_address(name: str, selection: Selection, *more: object) -> str:
    """Address of an organiser's page in the edition of the tests."""
    return reverse(name, args=[selection.edition.slug, *more])


def _whole(kind: Kind, author: User, now) -> dict[str, Any]:
    """Columns of a work that lacks nothing and is within every limit of its kind."""
    shared = {
        "selection": kind.selection,
        "kind": kind,
        "status": Work.Status.SUBMITTED,
        "workplace": "市天文馆",
        "contact_name": "苏作者",
        "phone": "19900007777",
        "summary": "带孩子认识四季星空。",
        "reason": "内容准确，插图精美。",
        "published_on": date(kind.selection.edition.year - 1, 5, 1),
        "declared_at": now,
        "declared_by": author,
        "submitted_at": now,
        "registered_by": author,
        "created_at": now,
        "version": 1,
    }
    if kind.form == Kind.Form.BOOK:
        return shared | {"category": Work.Category.ORIGINAL, "publisher": "科学普及出版社", "volumes": 1}
    return shared | {
        "publisher": "市天文馆",
        "platform": "市科协视频号",
        "url": "https://example.com/v/1",
        "seconds": 180,
        "non_original_percent": Decimal(5),
        "sources": "片头音乐取自某曲库，已购授权。",
        "ai_used": False,
    }
