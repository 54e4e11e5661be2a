"""The page of one's own messages."""

import pytest
from django.urls import reverse

from outbox.selectors import unread_count
from outbox.services import send_message


@pytest.fixture
def message(stranger, now):
    return send_message(recipient=stranger, subject="评审提醒", body="<b>正文</b>", link="/judge/", now=now)


def test_messages_page_shows_own_messages_escaped(signed_in, stranger, message):
    page = signed_in(stranger).get(reverse("my_messages")).content.decode()

    assert "评审提醒" in page
    assert "&lt;b&gt;正文&lt;/b&gt;" in page
    assert "1 条未读" in page


def test_messages_page_of_another_person_is_empty(signed_in, organiser, message):
    assert "还没有消息" in signed_in(organiser).get(reverse("my_messages")).content.decode()


def test_messages_page_needs_sign_in(client, db):
    assert client.get(reverse("my_messages")).status_code == 302


def test_mark_read_goes_where_the_message_leads(signed_in, stranger, message):
    response = signed_in(stranger).post(reverse("my_message_read", args=[message.pk]))

    assert (response.status_code, response["Location"]) == (302, "/judge/")
    assert unread_count(stranger) == 0


def test_mark_read_by_another_person_is_not_found(signed_in, organiser, stranger, message):
    assert signed_in(organiser).post(reverse("my_message_read", args=[message.pk])).status_code == 404
    assert unread_count(stranger) == 1


def test_pitfall_16_get_marks_nothing(signed_in, stranger, message):
    client = signed_in(stranger)

    assert client.get(reverse("my_message_read", args=[message.pk])).status_code == 405
    assert client.get(reverse("my_messages_read")).status_code == 405
    assert unread_count(stranger) == 1


def test_mark_all_read_empties_the_count(signed_in, stranger, message):
    assert signed_in(stranger).post(reverse("my_messages_read")).status_code == 302
    assert unread_count(stranger) == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_messages_page_queries(signed_in, stranger, now, rows, django_assert_num_queries):
    for _ in range(rows):
        send_message(recipient=stranger, subject="提醒", body="正文", now=now)
    client = signed_in(stranger)

    with django_assert_num_queries(5):
        client.get(reverse("my_messages"))
