"""An objection as a test lodges it: a person's, complete, of the row 02 of six adults."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from results.models import Objection, Publicity, Result
from results.services import accept_objection, assign_handler, lodge_objection, start_publicity

NAME, PHONE = "甄异议", "13800001234"
BODY = "编号 02 的讲解超时三十秒，现场大屏有显示，未见扣分，请核实。"
_numbers = iter(range(10**6))


def submission() -> str:
    return f"submission-{next(_numbers):08d}"


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def publicity(confirmed, organiser, now) -> Publicity:
    """Five working days from 2026-11-20, a Friday: until the end of 2026-11-27."""
    Result.objects.update(publicity_days=5)
    return start_publicity(result=Result.objects.get(), actor=organiser, now=now)


@pytest.fixture
def said(publicity, media, now):
    """Return a function: what a person sends, changed as a test wants."""

    def make(**changes):
        usual = {
            "result": publicity.result,
            "kind": "person",
            "name": NAME,
            "phone": PHONE,
            "entry": "02",
            "body": BODY,
            "submission": submission(),
            "address": "192.0.2.1",
            "now": now + timedelta(hours=1),
        }
        return usual | changes

    return make


@pytest.fixture
def objection(said) -> Objection:
    return lodge_objection(**said())


@pytest.fixture
def handled(objection, organiser, supervisor, now) -> Objection:
    """Accepted, with the supervisor as handler."""
    later = now + timedelta(hours=2)
    accept_objection(objection=objection, actor=organiser, now=later)
    assign_handler(objection=objection, handler=supervisor, actor=organiser, now=later)
    return Objection.objects.get(pk=objection.pk)
