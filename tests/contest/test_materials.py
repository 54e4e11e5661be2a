"""参赛材料: kept with their history, only while the registration may change, and only what is asked for."""

import hashlib
import json
from datetime import timedelta

import pytest

from contest.exceptions import ContestRefused
from contest.models import Contestant, Material
from contest.services import asked_materials, current_materials, hand_in_material, materials, take_back_material
from core.files import FileRefused
from ledger.models import Event
from tests.contest.family import upload
from tests.core.samples import jpeg, pdf

MICROSECOND = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def script(call):
    return call.material_requirements.get(code="script")


@pytest.fixture
def hand_in(draft, junior, script, guardian, now):
    """Return a function: a file for the draft's script, by its guardian, now; `contestant` is the same each time."""
    contestant = draft(junior)

    def do(file=None, **changes):
        fields = {"contestant": contestant, "requirement": script, "actor": guardian, "now": now}
        return hand_in_material(**(fields | {"file": file or upload()} | changes))

    do.contestant = contestant
    return do


def files_in(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_material_handed_in_is_kept_whole(hand_in, script, guardian, now, settings):
    material = hand_in(upload("我的讲稿（终版）.pdf"))

    values = Material.objects.values(
        *("contestant", "requirement", "original_name", "format", "size", "sha256", "uploaded_by", "uploaded_at"),
        "superseded_at",
    ).get()
    assert values == {
        "contestant": hand_in.contestant.pk,
        "requirement": script.pk,
        "original_name": "我的讲稿（终版）.pdf",
        "format": "pdf",
        "size": len(pdf()),
        "sha256": hashlib.sha256(pdf()).hexdigest(),
        "uploaded_by": guardian.pk,
        "uploaded_at": now,
        "superseded_at": None,
    }
    assert (settings.MEDIA_ROOT / material.path).read_bytes() == pdf()
    event = Event.objects.get(kind="material_handed_in")
    assert json.loads(event.payload) == {
        "contestant": hand_in.contestant.pk,
        "material": material.pk,
        "requirement": script.pk,
    }


def test_material_replaced_keeps_the_one_before(hand_in, now, settings):
    first = hand_in()
    second = hand_in(upload("讲稿2.pdf", pdf() + b"% more\n"), now=now + MICROSECOND)

    first.refresh_from_db()
    assert (first.superseded_at, second.superseded_at) == (now + MICROSECOND, None)
    assert current_materials([hand_in.contestant]) == {hand_in.contestant.pk: [second]}
    assert len(files_in(settings.MEDIA_ROOT)) == 2


def test_same_file_again_is_the_same_material(hand_in, settings):
    first = hand_in()

    assert hand_in(upload("另一个名字.pdf")) == first
    assert len(files_in(settings.MEDIA_ROOT)) == 1
    assert Event.objects.filter(kind="material_handed_in").count() == 1


def test_material_taken_back_stays_on_record(hand_in, guardian, now, settings):
    material = hand_in()
    take_back_material(material=material, actor=guardian, now=now)

    assert current_materials([hand_in.contestant]) == {hand_in.contestant.pk: []}
    assert Material.objects.get().superseded_at == now
    assert len(files_in(settings.MEDIA_ROOT)) == 1
    with pytest.raises(ContestRefused, match="已经换掉或撤下"):
        take_back_material(material=material, actor=guardian, now=now)


def test_wrong_kind_and_wrong_size_are_refused_and_leave_nothing(hand_in, script, settings):
    with pytest.raises(FileRefused, match="JPG 图片"):
        hand_in(upload("讲稿.pdf", jpeg()))
    script.max_bytes = 10
    with pytest.raises(FileRefused, match="最大收 10 字节"):
        hand_in()

    assert files_in(settings.MEDIA_ROOT) == []
    assert not Material.objects.exists()


def test_deadline_is_exclusive_to_the_microsecond(hand_in, call):
    closes = call.registration_closes_at

    hand_in(now=closes - MICROSECOND)
    with pytest.raises(ContestRefused, match="截止"):
        hand_in(upload("2.pdf", pdf() + b"x"), now=closes)


def test_due_date_of_a_returned_registration_holds_in_place_of_the_deadline(hand_in, call):
    due = call.registration_closes_at + timedelta(days=3)
    Contestant.objects.update(status="returned", completion_due_at=due)
    hand_in.contestant.refresh_from_db()

    hand_in(now=due)
    with pytest.raises(ContestRefused, match="补正期限"):
        hand_in(upload("2.pdf", pdf() + b"x"), now=due + MICROSECOND)


@pytest.mark.parametrize("status", ["submitted", "accepted"])
def test_handed_in_registration_keeps_its_files_but_the_office_may_change_them(hand_in, organiser, status, settings):
    Contestant.objects.update(status=status)
    hand_in.contestant.refresh_from_db()

    with pytest.raises(ContestRefused, match="可以先撤回提交"):
        hand_in()
    assert files_in(settings.MEDIA_ROOT) == []
    assert hand_in(actor=organiser).uploaded_by == organiser


@pytest.mark.parametrize("status", ["withdrawn", "refused"])
def test_who_has_left_hands_in_nothing_more(hand_in, organiser, status):
    Contestant.objects.update(status=status)
    hand_in.contestant.refresh_from_db()

    with pytest.raises(ContestRefused, match="不能再提交材料"):
        hand_in(actor=organiser)


def test_registration_that_closed_while_the_file_arrived_leaves_no_file(hand_in, settings):
    """The row is asked again under its lock: the page's copy is older than the upload is long."""
    Contestant.objects.update(status="submitted")

    with pytest.raises(ContestRefused):
        hand_in()

    assert files_in(settings.MEDIA_ROOT) == []


def test_only_what_is_asked_of_this_registration(hand_in, call, adult, draft, script):
    script.audience = "unit"
    script.save()

    assert script not in asked_materials(hand_in.contestant)
    with pytest.raises(ContestRefused, match="不需要提交“讲稿”"):
        hand_in()
    script.audience = "minors"
    script.save()
    assert script in asked_materials(hand_in.contestant)
    assert script not in asked_materials(draft(adult))


def test_replacing_without_end_is_stopped(hand_in, monkeypatch):
    monkeypatch.setattr(materials, "MOST_FILES", 2)
    for number in range(2):
        hand_in(upload(content=pdf() + bytes([number])))

    with pytest.raises(ContestRefused, match="请联系组委会"):
        hand_in(upload(content=pdf() + b"z"))
