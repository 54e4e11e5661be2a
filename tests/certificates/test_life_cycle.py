"""拟定 → 校样 → 核准 → 签发: what each step takes, and what it refuses (issue 5, §4)."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from accounts.models import Role
from certificates import services
from certificates.exceptions import BatchRefused, IssuingBlocked
from certificates.models import Batch, Certificate, Series
from certificates.services import approve_batch, cancel_batch, issue_batch
from certificates.tasks import make_certificate, make_proof, sweep_certificates
from core.exceptions import DomainError
from ledger.models import Event
from tests.certificates.conftest import honour
from tests.certificates.proofed import make_whole_proof, proofed_and_approved


@pytest.fixture
def sent(monkeypatch):
    """What is sent to the workers."""
    tasks = []
    monkeypatch.setattr("celery.current_app.send_task", lambda name, kwargs, retry: tasks.append((name, kwargs)))
    return tasks


def text_of(page):
    return "".join(page.extract_text().split())


def kinds(edition):
    return list(Event.objects.filter(edition=edition).exclude(kind="role_granted").values_list("kind", flat=True))


def test_batch_goes_from_draft_to_certificates_by_two_accounts(edition, draft, organiser, supervisor, now):
    batch = draft(honour(1), honour(2))
    assert (batch.state, batch.size, Certificate.objects.count()) == (Batch.State.DRAFTED, 2, 0)

    make_whole_proof(batch)
    approve_batch(batch=batch, proof_sha256=batch.proof_sha256, actor=supervisor, now=now)
    made = issue_batch(batch=batch, actor=organiser, now=now)
    make_certificate(certificate_id=made[0].pk)

    batch.refresh_from_db()
    assert (batch.state, batch.approved_by, batch.issued_by) == (Batch.State.ISSUED, supervisor, organiser)
    assert [(row.number, row.place, row.batch, row.text["recipient"]) for row in made] == [
        (1, 1, batch, "单位1"),
        (2, 2, batch, "单位2"),
    ]
    assert kinds(edition) == [
        "batch_drafted",
        "batch_proofed",
        "batch_approved",
        "certificates_ordered",
        "certificate_issued",
    ]
    approval = Event.objects.get(kind="batch_approved")
    assert batch.proof_sha256 in approval.payload
    assert batch.sha256 in approval.payload


def test_proof_holds_every_row_marked_as_proof_and_a_table_of_all(draft):
    batch = make_whole_proof(draft(honour(1), honour(2, "示范市䶮城区科协"), layout="classic"))

    content = (Path(settings.MEDIA_ROOT) / batch.proof_file).read_bytes()
    pages = [text_of(page) for page in PdfReader(BytesIO(content)).pages]
    assert len(pages) == 3
    assert all(
        words in pages[0] for words in ("优秀组织奖证书", "单位1", "示范市䶮城区科协", batch.sha256[:20], "核准")
    )
    assert all("校样" in page and "荣誉〔2026〕0000-0" in page for page in pages[1:])
    assert "第2/2张" in pages[2]
    assert not Series.objects.filter(last_number__gt=0).exists()


def test_proof_of_many_rows_is_made_in_parts_that_survive_a_killed_worker(draft, now, monkeypatch):
    monkeypatch.setattr(services.proofs, "PART", 2)
    batch = draft(*(honour(number) for number in range(5)))
    make_proof(batch_id=batch.pk)
    batch.refresh_from_db()
    assert (batch.proof_done, batch.state) == (2, Batch.State.DRAFTED)

    services.claim_proof(batch_id=batch.pk, now=now)  # a worker that dies
    assert services.claim_proof(batch_id=batch.pk, now=now + timedelta(minutes=1)) is None
    Batch.objects.update(proof_lease_until=now - timedelta(days=400))
    make_whole_proof(batch)

    assert len(PdfReader(Path(settings.MEDIA_ROOT) / batch.proof_file).pages) == 6
    assert sorted(path.suffix for path in (Path(settings.MEDIA_ROOT) / "certificates/2026/proofs").iterdir()) == [
        ".pdf"
    ]


def test_pitfall_30_sweep_finishes_a_proof_that_a_killed_worker_left(
    draft, now, sent, django_capture_on_commit_callbacks
):
    batch = draft(honour(1))
    services.claim_proof(batch_id=batch.pk, now=now)

    with django_capture_on_commit_callbacks(execute=True):
        assert services.sweep_proofs(now=now + timedelta(minutes=1)) == 0
        assert services.sweep_proofs(now=now + timedelta(minutes=6)) == 1
    assert sent == [("certificates.tasks.make_proof", {"batch_id": batch.pk})]


def test_proof_that_cost_three_workers_waits_for_a_person_with_the_reason(draft, now):
    batch = draft(honour(1))
    for attempt in range(3):
        services.claim_proof(batch_id=batch.pk, now=now + timedelta(minutes=6 * attempt))

    assert services.sweep_proofs(now=now + timedelta(hours=1)) == 0
    batch.refresh_from_db()
    assert batch.proof_error == "3 次制作都中途中断。"
    services.retry_proof(batch=batch, now=now + timedelta(hours=1))
    make_whole_proof(batch)
    assert batch.state == Batch.State.PROOFED


def test_proof_that_cannot_be_made_says_why(draft, settings, tmp_path):
    batch = draft(honour(1))
    settings.MEDIA_ROOT = tmp_path / "no folder"
    settings.MEDIA_ROOT.write_text("a file stands where the folder should be")

    make_proof(batch_id=batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.proof_error) == (Batch.State.DRAFTED, "文件没有存下来：Not a directory")


def test_proof_of_a_cancelled_batch_is_not_made(draft, organiser, now):
    batch = draft(honour(1))
    cancel_batch(batch=batch, reason="单位名称有误", actor=organiser, now=now)

    make_proof(batch_id=batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.cancel_reason, batch.proof_file) == (Batch.State.CANCELLED, "单位名称有误", "")


def test_retry_of_a_proof_that_did_not_fail_is_refused(draft, now):
    with pytest.raises(BatchRefused, match="校样没有失败"):
        services.retry_proof(batch=draft(honour(1)), now=now)


def test_who_drafted_cannot_approve_whatever_roles_he_holds(draft, make_person, organiser, now):
    batch = make_whole_proof(draft(honour(1)))

    with pytest.raises(BatchRefused, match="须由另一个账号核准"):
        approve_batch(batch=batch, proof_sha256=batch.proof_sha256, actor=organiser, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.update(approved_by=organiser)
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.update(state=Batch.State.APPROVED)


def test_another_organiser_may_approve_but_no_judge(draft, make_person, now):
    batch = make_whole_proof(draft(honour(1)))
    judge = make_person("评委", Role.JUDGE, email="judge@example.com")
    second = make_person("副手", Role.ORGANISER, email="second@example.com")

    with pytest.raises(BatchRefused, match="只有本届的组委会或监督员"):
        approve_batch(batch=batch, proof_sha256=batch.proof_sha256, actor=judge, now=now)
    approve_batch(batch=batch, proof_sha256=batch.proof_sha256, actor=second, now=now)

    batch.refresh_from_db()
    assert batch.approved_by == second


def test_pitfall_20_a_proof_that_was_not_read_is_not_approved(draft, supervisor, now):
    batch = make_whole_proof(draft(honour(1)))

    with pytest.raises(BatchRefused, match="不是最新的校样"):
        approve_batch(batch=batch, proof_sha256="0" * 64, actor=supervisor, now=now)
    (Path(settings.MEDIA_ROOT) / batch.proof_file).write_bytes(b"%PDF- another")
    with pytest.raises(BatchRefused, match="与制作时不一致"):
        approve_batch(batch=batch, proof_sha256=batch.proof_sha256, actor=supervisor, now=now)


@pytest.mark.parametrize("steps", [0, 1])
def test_batch_that_is_not_approved_is_not_issued(draft, organiser, now, steps):
    batch = draft(honour(1))
    if steps:
        make_whole_proof(batch)

    with pytest.raises(BatchRefused, match="请刷新页面再看下一步"):
        issue_batch(batch=batch, actor=organiser, now=now)
    assert not Certificate.objects.exists()


def test_batch_is_issued_once(issued, organiser, now):
    batch = issued(honour(1), made=False)

    with pytest.raises(BatchRefused, match="已签发"):
        issue_batch(batch=batch, actor=organiser, now=now)
    with pytest.raises(BatchRefused, match="已签发"):
        cancel_batch(batch=batch, reason="晚了", actor=organiser, now=now)
    assert Certificate.objects.count() == 1


def test_what_a_batch_says_cannot_be_changed(draft):
    batch = draft(honour(1))

    for change in ({"awards": []}, {"sha256": "0" * 64}, {"prefix": "别的"}, {"supersedes": ["x"]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Batch.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        batch.delete()


def test_batch_whose_rows_were_issued_meanwhile_is_refused(draft, issued, organiser, supervisor, now):
    first = proofed_and_approved(draft(honour(1), honour(2)), approver=supervisor, now=now)
    issued(honour(2), made=False)

    with pytest.raises(BatchRefused, match="与核准的校样不一致"):
        issue_batch(batch=first, actor=organiser, now=now)
    assert Certificate.objects.count() == 1


def test_rows_that_were_issued_are_left_out_of_the_next_batch(draft, issued):
    issued(honour(1), made=False)

    assert [row["recipient"] for row in draft(honour(1), honour(2)).awards] == ["单位2"]
    with pytest.raises(BatchRefused, match="没有需要制作的证书"):
        draft(honour(1))


def test_second_open_batch_of_one_family_is_refused(draft, organiser, now):
    first = draft(honour(1), family="list-")

    with pytest.raises(BatchRefused, match="还有一批没有签发（待校样）"):
        draft(honour(1), family="list-")
    cancel_batch(batch=first, reason="换版式", actor=organiser, now=now)
    assert draft(honour(1), family="list-").size == 1


def test_batch_of_a_family_is_not_issued_without_its_source(draft, supervisor, organiser, now):
    batch = proofed_and_approved(draft(honour(1), family="list-"), approver=supervisor, now=now)

    with pytest.raises(BatchRefused, match="须与结果核对后签发"):
        issue_batch(batch=batch, actor=organiser, now=now)


def test_pitfall_22_draft_with_words_that_cannot_be_printed_is_refused(draft):
    with pytest.raises(IssuingBlocked, match="标准字是“䶮”"):
        draft(honour(1, "王\ue863"))
    assert not Batch.objects.exists()


@pytest.mark.parametrize("prefix", ["", "荣誉2026", "荣誉 ", "长" * 31, "荣\u202e誉"])
def test_series_whose_numbers_could_be_misread_is_refused(draft, prefix):
    with pytest.raises(BatchRefused, match="编号前缀须在 30 个字以内"):
        draft(honour(1), prefix=prefix)


def test_series_of_another_edition_is_refused(draft, edition, now):
    other = type(edition).objects.create(slug="old", title="去年", year=2025, organiser_name="科协", created_at=now)
    Series.objects.create(edition=other, prefix="荣誉〔2026〕")

    with pytest.raises(BatchRefused, match="已由“去年”使用"):
        draft(honour(1))


def test_two_awards_of_one_key_are_refused(draft):
    with pytest.raises(BatchRefused, match="出现了两次"):
        draft(honour(1), honour(1))


def test_layout_saved_after_the_proof_does_not_reach_the_certificates(draft, edition, organiser, supervisor, now):
    batch = proofed_and_approved(draft(honour(1), layout="classic"), approver=supervisor, now=now)
    document = {**batch.layout.document, "title": "改过"}
    services.save_layout(edition=edition, code="classic", document=document, base_version=1, actor=organiser, now=now)

    (row,) = issue_batch(batch=batch, actor=organiser, now=now)

    assert (row.layout.code, row.layout.version) == ("classic", 1)


def test_numbers_are_gap_free_when_two_batches_are_issued_at_once(draft, organiser, supervisor, now, at_once):
    batches = [
        proofed_and_approved(draft(*(honour(f"{b}-{n}") for n in range(4))), approver=supervisor, now=now)
        for b in range(2)
    ]

    at_once(*(lambda batch=batch: issue_batch(batch=batch, actor=organiser, now=now) for batch in batches))

    (numbers,) = at_once(lambda: list(Certificate.objects.order_by("number").values_list("number", flat=True)))
    assert numbers == list(range(1, 9))


def test_one_batch_issued_by_two_at_once_is_issued_once(draft, organiser, supervisor, now, at_once):
    batch = proofed_and_approved(draft(honour(1), honour(2)), approver=supervisor, now=now)

    outcomes = at_once(*[lambda: issue_batch(batch=batch, actor=organiser, now=now)] * 2)

    assert sorted(isinstance(outcome, DomainError) for outcome in outcomes) == [False, True]
    assert at_once(lambda: Certificate.objects.count()) == [2]


def test_making_a_batch_twice_changes_no_byte(issued):
    batch = issued(honour(1), honour(2))
    before = list(batch.certificates.order_by("pk").values_list("state", "file_sha256", "finished_at"))

    for row in batch.certificates.all():
        make_certificate(certificate_id=row.pk)
    sweep_certificates()

    assert list(batch.certificates.order_by("pk").values_list("state", "file_sha256", "finished_at")) == before
