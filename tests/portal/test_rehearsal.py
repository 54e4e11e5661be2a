import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from certificates.models import Certificate
from core.models import Edition
from ledger.models import Event
from ledger.selectors import ledger_root
from portal.services.rehearsal import rehearse_contest
from portal.services.rehearsal.clock import PlayClock
from portal.services.rehearsal.invariants import rehearsal_faults, reviewed_faults, write_book
from portal.services.rehearsal.reviewing import rehearse_selection
from portal.services.verification import verify_edition
from scoring.models import Snapshot
from tests.append_only import unguarded
from works.models import Recommendation

START = datetime(2026, 9, 28, 1, 0, tzinfo=UTC)


def play(seed, contestants=12, judges=5):
    edition = Edition.objects.create(
        slug=f"drill-{seed}",
        title="演练",
        year=2026,
        organiser_name="市科协",
        is_rehearsal=True,
        publicity_days=5,
        created_at=START,
    )
    return rehearse_contest(
        edition=edition,
        contestants=contestants,
        judges=judges,
        seed=seed,
        first_day=date(2026, 9, 28),
        clock=PlayClock(START),
    )


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_rehearsal_holds_every_invariant(db, tmp_path, seed):
    played = play(seed)
    write_book(played.book, tmp_path / "result-book.json")

    assert rehearsal_faults(played, book_path=tmp_path / "result-book.json") == []
    assert len(played.book["output"]["finalists"]) == 6
    assert Certificate.objects.count() == played.book["output"]["counts"]["ranked"]


def test_rehearsal_of_works_holds_every_invariant(db, tmp_path):
    played = play(3, judges=7)
    clock = PlayClock(START + timedelta(days=30))

    reviewed = rehearse_selection(rehearsal=played, works=10, seed=3, clock=clock)

    assert [reviewed_faults(each, folder=tmp_path) for each in reviewed] == [[], []]
    assert verify_edition(played.round.edition) == []
    assert Recommendation.objects.filter(state="standing").count() >= 2


def test_verify_is_clean_then_names_a_changed_snapshot_and_a_lost_certificate(db, settings):
    played = play(2)
    edition = played.round.edition
    assert verify_edition(edition) == []

    snapshot = Snapshot.objects.filter(round=played.round).last()
    snapshot.document["input"]["sheets"][0]["marks"] = {"content": "50", "delivery": "30", "image": "20"}
    with unguarded(Snapshot):
        Snapshot.objects.filter(pk=snapshot.pk).update(document=snapshot.document)
    certificate = Certificate.objects.first()
    (settings.MEDIA_ROOT / certificate.file).unlink()

    faults = verify_edition(edition)
    assert any("定格成绩" in fault for fault in faults)
    assert f"证书 {certificate.serial} 的文件不在了" in faults


def test_verify_command_accepts_a_printed_root_and_refuses_another(edition, organiser):
    out = io.StringIO()
    _, root = ledger_root(edition)

    call_command("verify", root=root, stdout=out)
    assert "全部相符" in out.getvalue()

    with pytest.raises(CommandError, match="1 处不符"):
        call_command("verify", root="f" * 64, stdout=out, stderr=io.StringIO())


def test_verify_command_names_a_changed_event(edition, organiser):
    with unguarded(Event):
        Event.objects.filter(number=1).update(payload="{}")
    errors = io.StringIO()

    with pytest.raises(CommandError):
        call_command("verify", edition="2026", stdout=io.StringIO(), stderr=errors)

    assert "台账第 1 条的内容与其摘要不符" in errors.getvalue()


def test_verify_command_without_an_edition_says_so(db):
    with pytest.raises(CommandError, match="没有可以核对的届次"):
        call_command("verify")


@pytest.mark.parametrize("numbers", [{"contestants": 3}, {"judges": 2}, {"judges": 16}])
def test_rehearse_command_refuses_numbers_that_make_no_contest(db, tmp_path, numbers):
    with pytest.raises(CommandError, match="选手至少 8 人"):
        call_command("rehearse", out=tmp_path, **numbers)


@pytest.mark.parametrize("numbers", [{"works": 7}, {"works": 8, "judges": 4}])
def test_rehearse_command_refuses_too_few_for_works(db, tmp_path, numbers):
    with pytest.raises(CommandError, match="至少要 8 件作品"):
        call_command("rehearse", out=tmp_path, **numbers)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rehearse_command_with_works(tmp_path, seed):
    call_command("rehearse", contestants=12, judges=9, works=40, seed=seed, out=tmp_path)

    for kind in ("book", "video"):
        book = json.loads((tmp_path / f"result-book-{kind}.json").read_text(encoding="utf-8"))
        assert book["output"]["placements"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 21))
def test_rehearse_command_for_every_seed(tmp_path, seed):
    call_command("rehearse", contestants=36, judges=7, seed=seed, out=tmp_path)

    book = json.loads((tmp_path / "result-book.json").read_text(encoding="utf-8"))
    assert len(book["output"]["finalists"]) == 6
