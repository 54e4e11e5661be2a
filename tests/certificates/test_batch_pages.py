"""Pages of batches: the office's, the supervisor's, and a unit's own certificates."""

import zipfile
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import Role, Unit
from accounts.services import grant_role
from certificates.models import Batch, Certificate
from certificates.services import claim_certificates, fail_certificate
from certificates.tasks import make_proof
from tests.certificates.conftest import honour
from tests.certificates.proofed import make_whole_proof, proofed_and_approved


def page_of(batch, audience="organise", act=""):
    return reverse(f"{audience}_certificate_batch{act}", args=["2026", batch.pk])


def opens_as_pdf(client, address):
    return client.get(address).getvalue().startswith(b"%PDF")  # close() would close the database too


@pytest.fixture
def unit(db):
    return Unit.objects.create(name="市天文馆")


@pytest.fixture
def coordinator(make_person, edition, unit, now):
    person = make_person("连报送", email="unit@example.com")
    grant_role(user=person, edition=edition, role=Role.COORDINATOR, unit=unit, actor=None, now=now)
    return person


def test_page_follows_a_batch_from_proof_to_files(draft, signed_in, organiser, supervisor, client):
    batch = draft(honour(1), honour(2))
    office = page_of(batch)
    page = signed_in(organiser).get(office).content.decode()
    assert "正在制作校样" in page
    assert "hx-trigger" in page
    assert "单位1" in page

    make_whole_proof(batch)
    page = client.get(office).content.decode()
    assert "由另一个账号核准" in page
    assert "核准校样" not in page
    assert "hx-trigger" not in page
    assert opens_as_pdf(client, page_of(batch, act="_proof"))

    client.force_login(supervisor, backend="accounts.backends.PhoneOrEmailBackend")
    page = client.get(page_of(batch, "supervise")).content.decode()
    assert batch.proof_sha256 in page
    assert opens_as_pdf(client, page_of(batch, "supervise", "_proof"))
    refused = client.post(page_of(batch, "supervise", "_approve"), {"proof_sha256": batch.proof_sha256})
    assert "请先打开校样看过" in refused.content.decode()
    client.post(page_of(batch, "supervise", "_approve"), {"proof_sha256": batch.proof_sha256, "seen": "on"})

    client.force_login(organiser, backend="accounts.backends.PhoneOrEmailBackend")
    assert "签发 2 张证书" in client.get(office).content.decode()
    page = client.post(page_of(batch, act="_issue"), follow=True).content.decode()
    assert "已签发，2 张证书取得编号，正在后台制作。" in page
    assert "<b>2</b>待制作" in page
    assert "hx-trigger" in page


def test_progress_is_polled_until_it_is_done_then_the_page_reloads(draft, signed_in, organiser):
    batch = draft(honour(1))
    client = signed_in(organiser)
    busy = client.get(page_of(batch), {"progress": ""})
    assert "已排 0 / 1 张" in busy.content.decode()
    assert "<html" not in busy.content.decode()
    assert "HX-Refresh" not in busy.headers

    make_whole_proof(batch)

    done = client.get(page_of(batch), {"progress": ""})
    assert (done.headers["HX-Refresh"], "hx-trigger" in done.content.decode()) == ("true", False)


def test_failed_proof_shows_its_reason_and_is_retried(draft, signed_in, organiser, settings, tmp_path):
    batch = draft(honour(1))
    settings.MEDIA_ROOT = tmp_path / "no folder"
    settings.MEDIA_ROOT.write_text("a file")
    for _ in range(3):
        make_proof(batch_id=batch.pk)
    client = signed_in(organiser)
    page = client.get(page_of(batch)).content.decode()
    assert "校样没有做成" in page
    assert "文件没有存下来：Not a directory" in page

    settings.MEDIA_ROOT = tmp_path / "media"
    client.post(page_of(batch, act="_retry"))
    make_whole_proof(batch)

    assert batch.state == Batch.State.PROOFED


def test_failed_certificates_show_their_reason_and_are_retried_one_or_all(issued, signed_in, organiser, now):
    batch = issued(honour(1), honour(2), honour(3), made=False)
    rows = list(batch.certificates.order_by("place"))
    for row in claim_certificates(certificate_ids=[row.pk for row in rows], now=now):
        fail_certificate(certificate=row, reason=f"印不出来{row.place}", parks=True)
    client = signed_in(organiser)
    page = client.get(page_of(batch)).content.decode()
    assert "有 3 张没有做成" in page
    assert "<b>3</b>失败" in page
    assert all(f"印不出来{place}" in page for place in (1, 2, 3))

    answer = client.post(reverse("organise_certificate_retry", args=["2026", rows[0].pk]))
    assert answer.url == page_of(batch)
    assert "2 张证书已重新排队" in client.post(page_of(batch, act="_retry"), follow=True).content.decode()

    assert set(batch.certificates.values_list("state", "attempts", "last_error")) == {("owed", 0, "")}


def test_cancelling_takes_a_reason(draft, signed_in, organiser):
    batch = draft(honour(1))
    client = signed_in(organiser)

    assert "请写明原因" in client.post(page_of(batch, act="_cancel"), {"reason": ""}).content.decode()
    page = client.post(page_of(batch, act="_cancel"), {"reason": "单位名称有误"}, follow=True).content.decode()

    assert "单位名称有误" in page
    assert Batch.objects.get().state == Batch.State.CANCELLED


def test_downloads_of_a_batch_whole_and_by_unit(issued, signed_in, organiser, unit):
    batch = issued(honour(1, unit_id=unit.pk), honour(2), honour(3))
    client = signed_in(organiser)
    page = client.get(page_of(batch)).content.decode()
    assert "市天文馆（1 张）" in page

    whole = zipfile.ZipFile(BytesIO(client.get(page_of(batch, act="_zip")).getvalue())).namelist()
    own = zipfile.ZipFile(BytesIO(client.get(page_of(batch, act="_zip"), {"unit": unit.pk}).getvalue())).namelist()
    merged = PdfReader(BytesIO(client.get(page_of(batch, act="_pdf")).getvalue()))

    assert [name.partition(" ")[2] for name in whole[2:]] == ["单位1.pdf", "单位2.pdf", "单位3.pdf"]
    assert [name.partition(" ")[2] for name in own[2:]] == ["单位1.pdf"]
    assert len(merged.pages) == 3
    assert client.get(page_of(batch, act="_zip"), {"unit": "9" * 30}).status_code == 404


def test_downloads_before_the_files_are_made_say_so(issued, signed_in, organiser):
    batch = issued(honour(1), made=False)
    client = signed_in(organiser)

    assert "还没有已签发的证书" in client.get(page_of(batch, act="_zip"), follow=True).content.decode()
    assert "还不能合并" in client.get(page_of(batch, act="_pdf"), follow=True).content.decode()


ACTS = ("", "_proof", "_zip", "_pdf")
POSTS = ("_approve", "_cancel", "_retry", "_issue")


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.JUDGE, Role.CLERK])
def test_office_pages_of_another_are_not_found(draft, signed_in, make_person, role):
    batch = make_whole_proof(draft(honour(1)))
    client = signed_in(make_person("别人", role, email="other@example.com"))

    assert client.get("/organise/2026/certificates/batches/").status_code == 404
    assert {client.get(page_of(batch, act=act)).status_code for act in ACTS} == {404}
    assert {client.post(page_of(batch, act=act), {"reason": "x"}).status_code for act in POSTS} == {404}
    batch.refresh_from_db()
    assert batch.state == Batch.State.PROOFED


def test_supervisor_pages_of_another_are_not_found(draft, signed_in, organiser, stranger):
    batch = make_whole_proof(draft(honour(1)))
    for person in (organiser, stranger):
        client = signed_in(person)
        assert client.get("/supervise/2026/certificates/batches/").status_code == 404
        assert {client.get(page_of(batch, "supervise", act)).status_code for act in ("", "_proof")} == {404}
        assert client.post(page_of(batch, "supervise", "_approve")).status_code == 404


def test_organiser_who_drafted_is_refused_when_he_posts_his_own_approval(draft, signed_in, organiser):
    batch = make_whole_proof(draft(honour(1)))
    answer = signed_in(organiser).post(
        page_of(batch, act="_approve"), {"proof_sha256": batch.proof_sha256, "seen": "on"}
    )

    assert answer.status_code == 409
    assert "须由另一个账号核准" in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("audience", "queries"), [("organise", 7), ("supervise", 6)])
def test_list_of_batches_query_count(
    draft, signed_in, organiser, supervisor, rows, audience, queries, django_assert_num_queries
):
    for number in range(rows):
        draft(honour(number))
    client = signed_in(organiser if audience == "organise" else supervisor)

    with django_assert_num_queries(queries):
        page = client.get(f"/{audience}/2026/certificates/batches/").content.decode()
    assert page.count("优秀组织奖证书</span>") == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_page_of_a_batch_query_count(issued, signed_in, organiser, unit, rows, django_assert_num_queries):
    batch = issued(*(honour(number, unit_id=unit.pk) for number in range(rows)), made=False)
    client = signed_in(organiser)

    with django_assert_num_queries(9):
        client.get(page_of(batch))


def test_unit_sees_and_downloads_its_own_peoples_certificates_alone(issued, signed_in, coordinator, unit):
    other = Unit.objects.create(name="别的单位")
    batch = issued(honour(1, unit_id=unit.pk), honour(2, unit_id=other.pk), honour(3))
    own, foreign, none = batch.certificates.order_by("place")
    client = signed_in(coordinator)
    address = reverse("unit_certificates", args=["2026", unit.pk])

    page = client.get(address).content.decode()
    assert (own.serial in page, foreign.serial in page, none.serial in page) == (True, False, False)
    packed = zipfile.ZipFile(BytesIO(client.get(f"{address}zip/").getvalue())).namelist()
    assert packed[2:] == [f"{own.serial} 单位1.pdf"]
    assert opens_as_pdf(client, f"{address}{own.pk}/")
    assert client.get(f"{address}{foreign.pk}/").status_code == 404
    theirs = reverse("unit_certificates", args=["2026", other.pk])
    assert {client.get(path).status_code for path in (theirs, f"{theirs}zip/", f"{theirs}{foreign.pk}/")} == {404}


def test_unit_sees_a_revoked_certificate_without_its_file(issued, signed_in, coordinator, unit):
    batch = issued(honour(1, unit_id=unit.pk))
    Certificate.objects.update(state="revoked", voided_at=batch.issued_at, void_reason="弄错了")
    client = signed_in(coordinator)
    address = reverse("unit_certificates", args=["2026", unit.pk])

    assert "弄错了" in client.get(address).content.decode()
    assert client.get(f"{address}{batch.certificates.get().pk}/").status_code == 404
    assert "还没有已签发的证书可以下载" in client.get(f"{address}zip/", follow=True).content.decode()


def test_unit_pages_of_another_are_not_found(issued, signed_in, unit, organiser, stranger):
    issued(honour(1, unit_id=unit.pk))
    address = reverse("unit_certificates", args=["2026", unit.pk])
    for person in (organiser, stranger):
        assert signed_in(person).get(address).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_unit_certificates_query_count(issued, signed_in, coordinator, unit, rows, django_assert_num_queries):
    issued(*(honour(number, unit_id=unit.pk) for number in range(rows)))
    client = signed_in(coordinator)

    with django_assert_num_queries(8):
        client.get(reverse("unit_certificates", args=["2026", unit.pk]))


def test_approved_batch_shows_the_organiser_the_button(draft, signed_in, organiser, supervisor, now):
    batch = proofed_and_approved(draft(honour(1)), approver=supervisor, now=now)
    page = signed_in(organiser).get(page_of(batch)).content.decode()
    assert "纪监督已核准校样" in page
    assert "签发 1 张证书" in page


def test_check_masks_each_name_of_a_work_and_names_the_work(issued, client):
    row = issued(honour(1, "上官思远、贺泽怡", fields={"作品": "黑洞"})).certificates.get()

    page = client.get(f"/v/{row.token}/").content.decode()

    assert "上**远、贺*怡" in page
    assert "<dt>作品</dt><dd>黑洞</dd>" in page
