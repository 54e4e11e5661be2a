"""What goes wrong says in Chinese what happened and what to do, and leaves no trace but a log line."""

import logging

import celery
from django.test import Client

from core.errors import server_error
from core.middleware import current_request_id
from core.tasks import enqueue


def test_an_error_of_ours_names_the_number_that_the_log_has(rf, stranger):
    request = rf.get("/")
    request.user = stranger
    token = current_request_id.set("c0ffee")
    try:
        response = server_error(request)
    finally:
        current_request_id.reset(token)

    assert response.status_code == 500
    assert "编号 c0ffee，联系技术人员时请报这个编号" in response.content.decode()


def test_a_form_from_a_page_that_is_too_old_changes_nothing_and_says_so(db, stranger):
    client = Client(enforce_csrf_checks=True)
    client.force_login(stranger, backend="accounts.backends.PhoneOrEmailBackend")

    response = client.post("/sign-out/")

    assert response.status_code == 403
    assert "什么都没有改变" in response.content.decode()
    assert client.get("/my/").status_code == 200


def test_an_address_that_is_none_is_a_page_of_ours(client, db):
    response = client.get("/results/999999/")

    assert response.status_code == 404
    assert "明评" in response.content.decode()


def test_pitfall_30_a_queue_that_is_down_does_not_undo_what_was_done(
    edition, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    """The row is the truth: what was not queued is found by the sweep (design §10)."""

    def refuse(*args, **kwargs):
        raise ConnectionRefusedError("no broker")

    monkeypatch.setattr(celery.current_app, "send_task", refuse)

    with caplog.at_level(logging.ERROR), django_capture_on_commit_callbacks(execute=True):
        enqueue("certificates.tasks.make_certificate", certificate_id=7)

    assert "could not enqueue certificates.tasks.make_certificate {'certificate_id': 7}" in caplog.text
