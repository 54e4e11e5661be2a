import hashlib
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from certificates import services
from certificates.models import Certificate, Series
from certificates.services import Award, check_character, issue_certificates
from certificates.tasks import make_certificate, sweep_certificates
from ledger.models import Event


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
    services.claim_certificate(certificate_id=row.pk, now=now)
    sent = []
    monkeypatch.setattr("celery.current_app.send_task", lambda name, kwargs, retry: sent.append((name, kwargs)))

    with django_capture_on_commit_callbacks(execute=True):
        assert services.sweep_owed(now=now + timedelta(minutes=1)) == 0
        assert services.sweep_owed(now=now + timedelta(minutes=3)) == 1

    assert sent == [("certificates.tasks.make_certificate", {"certificate_id": row.pk})]


def test_finish_certificate_after_another_worker_took_over_changes_nothing(issue, now):
    (row,) = issue(award())
    slow = services.claim_certificate(certificate_id=row.pk, now=now)
    services.claim_certificate(certificate_id=row.pk, now=now + timedelta(minutes=3))

    finished = services.finish_certificate(certificate=slow, file="x.pdf", file_sha256="0" * 64, now=now)

    row.refresh_from_db()
    assert (finished, row.state, row.file) == (False, Certificate.State.CLAIMED, "")


def test_sweep_task_enqueues_owed_rows(issue, monkeypatch, django_capture_on_commit_callbacks):
    (row,) = issue(award())
    sent = []
    monkeypatch.setattr("celery.current_app.send_task", lambda name, kwargs, retry: sent.append(kwargs))

    with django_capture_on_commit_callbacks(execute=True):
        sweep_certificates()

    assert sent == [{"certificate_id": row.pk}]


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
