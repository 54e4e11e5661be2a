import pytest
from django.db import IntegrityError, transaction

from core.models import Edition
from ledger.models import Event, Head
from ledger.selectors import GENESIS, chain_faults, ledger_root, root_known
from ledger.services import record_event
from tests.append_only import unguarded


def record(edition, now, kind="round.open", **payload):
    with transaction.atomic():
        return record_event(edition=edition, kind=kind, actor=None, payload=payload, now=now)


def test_record_event_chains_each_to_the_one_before(edition, now):
    first = record(edition, now, round=1)
    second = record(edition, now, round=2)

    assert (first.number, first.previous_hash) == (1, GENESIS)
    assert (second.number, second.previous_hash) == (2, first.hash)
    assert ledger_root(edition) == (2, second.hash)
    assert chain_faults(edition) == []
    assert root_known(edition, first.hash.upper())
    assert not root_known(edition, "f" * 64)


def test_record_event_of_another_edition_starts_its_own_chain(edition, now):
    other = Edition.objects.create(slug="2025", title="2025", year=2025, organiser_name="市科协", created_at=now)
    record(edition, now, round=1)

    assert record(other, now, round=9).number == 1


def test_record_event_same_act_elsewhere_has_another_hash(edition, now):
    other = Edition.objects.create(slug="2025", title="2025", year=2025, organiser_name="市科协", created_at=now)

    assert record(edition, now, round=1).hash != record(other, now, round=1).hash


@pytest.mark.django_db(transaction=True)
def test_record_event_outside_a_transaction_is_refused(edition, now):
    with pytest.raises(transaction.TransactionManagementError):
        record_event(edition=edition, kind="round.open", actor=None, payload={}, now=now)


def test_record_event_with_a_float_is_refused_and_leaves_nothing(edition, now):
    with pytest.raises(TypeError), transaction.atomic():
        record(edition, now, total=91.5)

    assert ledger_root(edition) == (0, GENESIS)


def test_empty_chain_is_intact(edition):
    assert chain_faults(edition) == []


@pytest.mark.parametrize("act", ["update", "delete"])
def test_ledger_event_cannot_be_changed_or_deleted(edition, now, act):
    event = record(edition, now, round=1)
    rows = Event.objects.filter(pk=event.pk)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows.update(kind="other") if act == "update" else rows.delete()

    assert Event.objects.get(pk=event.pk).kind == "round.open"


def test_chain_faults_names_a_changed_event(edition, now):
    for number in range(3):
        record(edition, now, round=number)
    with unguarded(Event):
        Event.objects.filter(number=2).update(payload='{"round":7}')

    assert chain_faults(edition) == ["台账第 2 条的内容与其摘要不符"]


def test_chain_faults_names_a_missing_event(edition, now):
    for number in range(3):
        record(edition, now, round=number)
    with unguarded(Event):
        Event.objects.filter(number=2).delete()

    assert chain_faults(edition) == ["台账第 2 条缺失，其后是第 3 条", "台账第 3 条没有接在前一条之后"]


def test_chain_faults_names_a_cut_end(edition, now):
    first = record(edition, now, round=1)
    record(edition, now, round=2)
    with unguarded(Event):
        Event.objects.filter(number=2).delete()

    assert chain_faults(edition) == ["台账末端与最后一条事项不符"]
    Head.objects.update(number=1, hash=first.hash)
    assert chain_faults(edition) == []  # a rolled-back chain is intact: only a printed root shows it (design §5)
