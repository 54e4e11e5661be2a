from datetime import date

import pytest

from certificates.models import Certificate
from certificates.services import Award, fail_certificate, issue_certificates, revoke_certificates
from certificates.tasks import make_certificate


@pytest.fixture
def certificate(edition, organiser, make_person, now):
    winner = make_person("上官思远", email="winner@example.com")
    award = Award(
        award_key="a",
        recipient="上官思远",
        salutation="同志",
        before="在2026年科普讲解大赛中荣获",
        award="金奖",
        issuers=("示范市科学技术协会",),
        source="定格成绩 No. 1 · 名册 v1",
        recipient_user_id=winner.pk,
    )
    (row,) = issue_certificates(
        edition=edition, prefix="KP2026-", awards=[award], issued_on=date(2026, 11, 20), actor=organiser, now=now
    )
    make_certificate(certificate_id=row.pk)
    row.refresh_from_db()
    return row


def test_my_certificates_lists_and_downloads_own(certificate, signed_in):
    client = signed_in(certificate.recipient_user)

    assert certificate.serial in client.get("/my/certificates/").content.decode()
    response = client.get(f"/my/certificates/{certificate.pk}/")
    assert response["Content-Type"] == "application/pdf"
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    response.close()


def test_my_certificate_file_of_another_is_not_found(certificate, signed_in, stranger):
    client = signed_in(stranger)

    assert client.get(f"/my/certificates/{certificate.pk}/").status_code == 404
    assert certificate.serial not in client.get("/my/certificates/").content.decode()


def test_organise_certificates_shows_states_and_downloads(certificate, signed_in, organiser):
    client = signed_in(organiser)

    page = client.get("/organise/2026/certificates/", {"source": "定格成绩 No. 1"}).content.decode()
    assert "已签发 1" in page
    assert certificate.serial in page
    response = client.get(f"/organise/2026/certificates/{certificate.pk}/")
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    response.close()


def test_organise_certificates_of_another_is_not_found(certificate, signed_in, stranger):
    client = signed_in(stranger)

    assert client.get("/organise/2026/certificates/").status_code == 404
    assert client.get(f"/organise/2026/certificates/{certificate.pk}/").status_code == 404
    assert client.post(f"/organise/2026/certificates/{certificate.pk}/retry/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_organise_certificates_query_count(
    certificate, edition, organiser, signed_in, now, rows, django_assert_num_queries
):
    awards = [
        Award(f"k{n}", "贺泽怡", "同志", "荣获", "一等奖", ("市科协",), "定格成绩 No. 1") for n in range(rows - 1)
    ]
    issue_certificates(edition=edition, prefix="KP2026-", awards=awards, issued_on=now.date(), actor=organiser, now=now)
    client = signed_in(organiser)

    with django_assert_num_queries(8):
        client.get("/organise/2026/certificates/")


def test_retry_certificate_owes_a_parked_one_again(certificate, signed_in, organiser):
    Certificate.objects.update(state=Certificate.State.CLAIMED, attempts=3)
    certificate.refresh_from_db()
    fail_certificate(certificate=certificate, reason="无法排版")
    client = signed_in(organiser)

    assert "重试" in client.get("/organise/2026/certificates/").content.decode()
    client.post(f"/organise/2026/certificates/{certificate.pk}/retry/")

    certificate.refresh_from_db()
    assert (certificate.state, certificate.attempts) == (Certificate.State.OWED, 0)


def test_check_by_code_shows_masked_name_and_award(certificate, client):
    page = client.get(f"/v/{certificate.token}/").content.decode()

    assert "有效" in page
    assert "金奖" in page
    assert "上官思远" not in page


def test_check_by_unknown_code_says_so(certificate, client):
    response = client.get("/v/nonsense/")

    assert response.status_code == 404
    assert "没有查到" in response.content.decode()


@pytest.mark.parametrize("name", ["上官思远", " 上官 思远 "])
def test_check_by_number_and_name_finds_it(certificate, client, name):
    page = client.post("/certificates/check/", {"serial": certificate.serial.lower(), "name": name}).content.decode()

    assert "有效" in page


def test_check_of_a_revoked_certificate_says_so_and_why(certificate, client, edition, organiser, now):
    revoke_certificates(edition=edition, family="a", reason="结果已撤回：录入有误", actor=organiser, now=now)

    page = client.get(f"/v/{certificate.token}/").content.decode()

    assert "已撤销" in page
    assert "结果已撤回：录入有误" in page
    assert "有效</span>" not in page


def test_my_certificates_show_a_revoked_one_without_its_file(certificate, signed_in, edition, organiser, now):
    revoke_certificates(edition=edition, family="a", reason="结果已撤回", actor=organiser, now=now)
    client = signed_in(certificate.recipient_user)

    assert "已撤销" in client.get("/my/certificates/").content.decode()
    assert client.get(f"/my/certificates/{certificate.pk}/").status_code == 404
