"""Fixtures of one's own registrations: an open call, a guardian's account, drafts and whole registrations."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.services import create_user
from contest.models import Contestant, MaterialRequirement
from contest.services import start_registration, submit_registration
from contest.services.defaults import MB, USUAL_FIELDS, USUAL_MATERIALS
from tests.contest.office import id_number
from tests.core.samples import pdf

PASSWORD = "long enough 42"


@pytest.fixture
def call(contest, now):
    """The contest with a published call; registration closes in ten days."""
    contest.call_text = "现将报名事项通知如下。"
    contest.call_published_at = contest.registration_opens_at = now - timedelta(days=1)
    contest.registration_closes_at = now + timedelta(days=10)
    contest.first_day = (now + timedelta(days=20)).date()
    contest.asked_fields = [{"code": code, "required": False} for code in USUAL_FIELDS]
    contest.save()
    MaterialRequirement.objects.bulk_create(
        MaterialRequirement(
            contest=contest,
            code=each.code,
            title=each.title,
            hint=each.hint,
            formats=list(each.formats),
            max_bytes=each.megabytes * MB,
            required=each.required,
            audience=each.audience,
            order=place,
        )
        for place, each in enumerate(USUAL_MATERIALS, start=1)
    )
    return contest


@pytest.fixture
def guardian(db):
    return create_user(name="周母", phone="19900008888", password=PASSWORD)


@pytest.fixture
def draft(call, guardian, now):
    """Return a function: an empty draft of the guardian's in a group."""

    def make(group, owner=guardian) -> Contestant:
        return start_registration(
            contest=call,
            group=group,
            channel=Contestant.Channel.INDIVIDUAL,
            owner=owner,
            actor=owner,
            now=now,
        )

    return make


@pytest.fixture
def child(call, junior, registration):
    """Return a function: a whole registration of a child."""

    def make(serial: int = 1, born: date = date(2016, 3, 8), **changes):
        junior.contest.refresh_from_db()
        fields = {
            "group": junior,
            "name": "周小禾",
            "birth_date": born,
            "id_number": id_number(born, serial),
            "guardian_name": "周母",
            "guardian_phone": "19900008888",
            "details": {"education": "小学", "grade": "四年级", "position": "学生", "biography": "喜欢星星。"},
        }
        return registration(serial, **(fields | changes))

    return make


@pytest.fixture
def handed_in(draft, junior, child, guardian, now):
    """Return a function: a child's registration that waits for the office."""

    def make(serial: int = 1, owner=guardian, **changes) -> Contestant:
        made = draft(junior, owner)
        return submit_registration(
            contestant=made, registration=child(serial, **changes), base_version=made.version, actor=owner, now=now
        )

    return make


def upload(name: str = "讲稿.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf() if content is None else content)
