import hashlib
import json
import os
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from pypdf import PdfReader

from certificates import services
from certificates.models import Certificate, Series
from certificates.services import Award, check_character, issue_certificates
from certificates.tasks import make_certificate, make_certificates, sweep_certificates
from ledger.models import Event
from ledger.selectors import chain_faults


def award(key="result-1:01", recipient="上官思远", **words):
    return Award(
        award_key=key,
        recipient=recipient,
        salutation="同志",
        before="在2026年科普讲解大赛（成年组）中，讲解作品《黑洞到底有多黑》荣获",
        award="金奖",
        issuers=("示范市科学技术局", "示范市科学技术协会"),
        source="定格成绩 No. 1 · 名册 v1",
        **words,
    )


@pytest.fixture
def issue(edition, organiser, now):
    def issue_them(*awards):
        return issue_certificates(
            edition=edition,
            prefix="明科普讲〔2026〕",
            awards=awards,
            issued_on=date(2026, 11, 20),
            actor=organiser,
            now=now,
        )

    return issue_them


def test_issue_certificates_numbers_without_gaps_and_twice_is_once(issue):
    first = issue(award("a"), award("b", "贺泽怡"))
    again = issue(award("b", "贺泽怡"), award("c", "欧阳一鸣"))

    assert [row.number for row in first] == [1, 2]
    assert [(row.award_key, row.number) for row in again] == [("b", 2), ("c", 3)]
    assert Series.objects.get().last_number == 3
    assert [row.serial for row in first] == ["明科普讲〔2026〕0001-R", "明科普讲〔2026〕0002-S"]


def test_make_certificate_leaves_the_right_words_in_one_page(issue):
    (row,) = issue(award())

    make_certificate(certificate_id=row.pk)

    row.refresh_from_db()
    path = settings.MEDIA_ROOT / row.file
    assert (row.state, row.attempts) == (Certificate.State.ISSUED, 1)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == row.file_sha256
    reader = PdfReader(path)
    assert len(reader.pages) == 1
    text = "".join(reader.pages[0].extract_text().split())
    for words in (
        "荣誉证书",
        "上官思远",
        "《黑洞到底有多黑》",
        "金奖",
        "示范市科学技术协会",
        "二〇二六年十一月二十日",
        row.serial,
    ):
        assert words in text
    assert Event.objects.get(kind="certificate_issued").payload == (
        f'{{"file_sha256":"{row.file_sha256}","serial":"{row.serial}","source":"定格成绩 No. 1 · 名册 v1"}}'
    )


def test_make_certificate_twice_makes_the_same_bytes_once(issue):
    (row,) = issue(award())
    make_certificate(certificate_id=row.pk)
    row.refresh_from_db()
    first = row.file_sha256

    make_certificate(certificate_id=row.pk)
    assert Event.objects.filter(kind="certificate_issued").count() == 1

    Certificate.objects.update(state=Certificate.State.OWED)
    make_certificate(certificate_id=row.pk)
    row.refresh_from_db()
    assert row.file_sha256 == first


def test_pitfall_22_a_character_that_no_font_has_parks_the_certificate_with_the_reason(issue):
    (row,) = issue(award())  # preflight would refuse it: PDF/A is the second line
    Certificate.objects.update(text={**row.text, "recipient": "王\U0010fffd"})

    for _ in range(services.MOST_ATTEMPTS):
        make_certificate(certificate_id=row.pk)

    row.refresh_from_db()
    assert row.state == Certificate.State.PARKED
    assert row.last_error.startswith("无法排版")
    assert row.file == ""


def test_pitfall_21_markup_in_a_name_is_printed_as_it_is(issue):
    (row,) = issue(award(recipient="#panic()*王*{姓名}"))

    make_certificate(certificate_id=row.pk)

    row.refresh_from_db()
    text = PdfReader(settings.MEDIA_ROOT / row.file).pages[0].extract_text()
    assert "#panic()*王*{姓名}" in text


def test_pitfall_30_sweep_finishes_what_a_killed_worker_left(
    issue, now, monkeypatch, django_capture_on_commit_callbacks
):
    (row,) = issue(award())
    services.claim_certificates(certificate_ids=[row.pk], now=now)
    sent = []
    monkeypatch.setattr("celery.current_app.send_task", lambda name, kwargs, retry: sent.append((name, kwargs)))

    with django_capture_on_commit_callbacks(execute=True):
        assert services.sweep_owed(now=now + timedelta(minutes=1)) == 0
        assert services.sweep_owed(now=now + timedelta(minutes=3)) == 1

    assert sent == [("certificates.tasks.make_certificates", {"certificate_ids": [row.pk]})]


def test_finish_certificate_after_another_worker_took_over_changes_nothing(issue, now):
    (row,) = issue(award())
    (slow,) = services.claim_certificates(certificate_ids=[row.pk], now=now)
    services.claim_certificates(certificate_ids=[row.pk], now=now + timedelta(minutes=3))

    finished = services.finish_certificates(made=[services.MadeFile(slow, "x.pdf", "0" * 64)], now=now)

    row.refresh_from_db()
    assert (finished, row.state, row.file) == (0, Certificate.State.CLAIMED, "")
    assert not Event.objects.filter(kind="certificate_issued").exists()


def test_claim_certificates_leaves_out_what_another_has_and_what_is_done(issue, now):
    held, done, free = issue(award("a"), award("b"), award("c"))
    services.claim_certificates(certificate_ids=[held.pk], now=now)
    make_certificate(certificate_id=done.pk)

    claimed = services.claim_certificates(certificate_ids=[held.pk, done.pk, free.pk], now=now)

    assert [(row.pk, row.state, row.attempts) for row in claimed] == [(free.pk, Certificate.State.CLAIMED, 1)]
    free.refresh_from_db()
    assert (free.state, free.attempts, free.lease_until) == (Certificate.State.CLAIMED, 1, now + services.LEASE)


def test_make_certificates_one_that_fails_takes_no_other_along(issue, edition):
    first, bad, last = issue(award("a"), award("b"), award("c"))
    Certificate.objects.filter(pk=bad.pk).update(text={**bad.text, "recipient": "王\U0010fffd"})

    make_certificates(certificate_ids=[first.pk, bad.pk, last.pk])

    rows = Certificate.objects.values_list("state", "attempts", "lease_until")
    assert list(rows) == [("issued", 1, None), ("owed", 1, None), ("issued", 1, None)]
    payloads = [json.loads(event.payload) for event in Event.objects.filter(kind="certificate_issued")]
    assert [payload["serial"] for payload in payloads] == [first.serial, last.serial]
    assert chain_faults(edition) == []


def test_make_certificates_query_count(issue, django_assert_num_queries):
    few = [row.pk for row in issue(award("a"))]
    many = [row.pk for row in issue(*(award(f"b{n}") for n in range(10)))]

    with django_assert_num_queries(13):
        make_certificates(certificate_ids=few)
    with django_assert_num_queries(13):
        make_certificates(certificate_ids=many)


def test_make_certificate_with_an_unforeseen_fault_is_parked_after_three(issue):
    (row,) = issue(award())
    Certificate.objects.update(text={})

    for _ in range(services.MOST_ATTEMPTS):
        make_certificate(certificate_id=row.pk)

    row.refresh_from_db()
    assert (row.state, row.last_error) == ("parked", "制作时出错（KeyError），请联系系统管理员查看日志。")


def test_pitfall_30_sweep_parks_what_ended_its_worker_ten_times(issue, now):
    (row,) = issue(award())
    for attempt in range(services.MOST_LOST):
        assert services.claim_certificates(certificate_ids=[row.pk], now=now + timedelta(hours=attempt))

    assert services.sweep_owed(now=now + timedelta(days=1)) == 0

    row.refresh_from_db()
    assert (row.state, row.last_error) == ("parked", "制作这张证书的进程中途停止了 10 次，请联系系统管理员。")


def test_pitfall_30_sweep_trusts_the_queue_for_a_while_and_sends_what_was_lost_alone(
    issue, now, monkeypatch, django_capture_on_commit_callbacks
):
    rows = issue(*(award(f"k{n}") for n in range(services.GROUP + 2)))
    services.claim_certificates(certificate_ids=[rows[0].pk, rows[1].pk], now=now)
    sent = []
    monkeypatch.setattr("celery.current_app.send_task", lambda name, kwargs, retry: sent.append(kwargs))
    ids = [row.pk for row in rows]

    with django_capture_on_commit_callbacks(execute=True):
        assert services.sweep_owed(now=now + timedelta(minutes=1)) == 0
        assert services.sweep_owed(now=now + timedelta(minutes=3)) == len(ids)
        assert services.sweep_owed(now=now + timedelta(minutes=3, seconds=30)) == 0

    assert sent == [{"certificate_ids": ids[2:]}, {"certificate_ids": [ids[0]]}, {"certificate_ids": [ids[1]]}]


def test_sweep_task_enqueues_owed_rows(issue, monkeypatch, django_capture_on_commit_callbacks):
    (row,) = issue(award())
    sent = []
    monkeypatch.setattr("celery.current_app.send_task", lambda name, kwargs, retry: sent.append(kwargs))

    with django_capture_on_commit_callbacks(execute=True):
        sweep_certificates()

    assert sent == [{"certificate_ids": [row.pk]}]


def test_certificate_number_twice_is_refused_by_the_database(issue):
    first, second = issue(award("a"), award("b"))

    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=second.pk).update(number=first.number)


@pytest.mark.parametrize(
    "changed", ["明科普讲〔2026〕0010", "明科普讲〔2026〕0100", "明科普讲〔2025〕0001", "明科普讲〔2026〕0002"]
)
def test_check_character_differs_after_one_slip(changed):
    assert check_character(changed) != check_character("明科普讲〔2026〕0001")


def test_make_certificate_says_why_the_file_could_not_be_stored(issue, settings, tmp_path):
    (row,) = issue(award())
    settings.MEDIA_ROOT = tmp_path / "no folder"
    settings.MEDIA_ROOT.write_text("a file stands where the folder should be")

    make_certificate(certificate_id=row.pk)

    row.refresh_from_db()
    assert (row.file, row.last_error) == ("", "文件没有存下来：Not a directory")


def test_issue_certificates_with_a_corrected_name_supersedes_that_one_alone(issue):
    first, other = issue(award("r:01", "贺泽怡"), award("r:02"))
    make_certificate(certificate_id=first.pk)

    again = issue(award("r:01", "贺泽宜"), award("r:02"))

    first.refresh_from_db()
    assert (first.state, first.void_reason) == (Certificate.State.SUPERSEDED, "获奖名册更正，已由新证书替代")
    assert [(row.number, row.text["recipient"]) for row in again] == [(3, "贺泽宜"), (2, "上官思远")]
    assert again[1].pk == other.pk


def test_issue_certificates_supersedes_an_award_that_is_none_any_more(edition, organiser, now):
    def issue_family(*awards):
        return issue_certificates(
            edition=edition, prefix="K-", awards=awards, issued_on=now.date(), actor=organiser, now=now, family="r:"
        )

    gold, untouched = issue_family(award("r:01:gold"), award("r:02:first", "贺泽怡"))
    issue_family(award("r:01:first"), award("r:02:first", "贺泽怡"))

    gold.refresh_from_db()
    untouched.refresh_from_db()
    assert gold.state == Certificate.State.SUPERSEDED
    assert untouched.state == Certificate.State.OWED
    assert Certificate.objects.exclude(state__in=Certificate.VOID).count() == 2


def test_make_certificate_of_a_void_one_does_nothing(edition, issue, organiser, now):
    (row,) = issue(award("r:01"))

    revoked = services.revoke_certificates(edition=edition, family="r:", reason="结果已撤回", actor=organiser, now=now)
    make_certificate(certificate_id=row.pk)

    row.refresh_from_db()
    assert (revoked, row.state, row.file) == (1, Certificate.State.REVOKED, "")
    assert services.revoke_certificates(edition=edition, family="r:", reason="x", actor=organiser, now=now) == 0


def test_two_valid_certificates_of_one_award_are_refused_by_the_database(issue):
    first, second = issue(award("a"), award("b"))

    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=second.pk).update(award_key=first.award_key)


def test_remove_leftovers_deletes_half_files_that_nobody_works_on(issue):
    (row,) = issue(award())
    make_certificate(certificate_id=row.pk)
    folder = settings.MEDIA_ROOT / "certificates" / row.series.edition.slug
    old, fresh = folder / "a.1.part", folder / "b.1.part"
    for path in (old, fresh):
        path.write_bytes(b"%PDF")
    moment = timezone.now()
    os.utime(old, times=(moment.timestamp() - 300,) * 2)

    assert services.remove_leftovers(now=moment) == 1

    row.refresh_from_db()
    assert (settings.MEDIA_ROOT / row.file).exists()
    assert (old.exists(), fresh.exists()) == (False, True)
    fresh.unlink()
