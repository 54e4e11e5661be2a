import logging

import pytest
from django.db import transaction
from django.http import HttpResponse

from core.middleware import domain_errors
from core.models import Edition


@pytest.mark.parametrize(
    "address",
    [
        "/organise/2026/people/?q=%00",
        "/organise/2026/units/?q=a%00b",
        "/organise/2026/certificates/?source=%00",
        "/supervise/2026/ledger/?kind=%00",
        "/v/a%00b/",
    ],
)
def test_a_nul_in_an_address_is_not_found_on_every_database(signed_in, organiser, address):
    response = signed_in(organiser).get(address)

    assert (response.status_code, response.content.decode()) == (404, "没有这个网址，请核对。")
    assert response["X-Request-Id"]


def test_pitfall_28_what_the_database_refuses_is_a_clear_answer_and_a_log_line(edition, rf, caplog):
    """Two taps on "new contest" at the same moment: the second one's check came before the first one's row."""
    request = rf.post("/organise/2026/contests/new/")
    try:
        with transaction.atomic():
            Edition.objects.create(slug=edition.slug, title="再来", year=2026, created_at=edition.created_at)
    except Exception as error:
        with caplog.at_level(logging.ERROR):
            response = domain_errors(lambda _: HttpResponse()).process_exception(request, error)

    assert response.status_code == 409
    assert "同样的内容刚刚已由您或他人保存" in response.content.decode()
    assert "refused by the database: /organise/2026/contests/new/" in caplog.text


def test_an_error_of_ours_stays_an_error(rf):
    assert domain_errors(lambda _: HttpResponse()).process_exception(rf.get("/"), ValueError("ours")) is None
