"""An edition's words for its messages, what is sent by which way, and the office's pages of both."""

import pytest
from django.urls import reverse

from core.exceptions import ConflictError
from ledger.models import Event
from outbox.engine.filling import fill, fill_subject
from outbox.engine.kinds import KINDS, SAMPLES
from outbox.models import Message, MessageTemplate
from outbox.services import (
    ATTEMPTS,
    Letter,
    MessageInvalid,
    copy_templates,
    deliver_message,
    reset_template,
    save_template,
    send_letters,
    send_message,
)

sent: list[tuple[str, str]] = []


class Operator:
    def send(self, *, phone, text):
        sent.append((phone, text))


class Dead:
    def send(self, *, phone, text):
        raise OSError("no line")


@pytest.fixture
def save(edition, organiser, now):
    def save_as(**changes):
        given = {"code": "office_note", "subject": "留言：{姓名}", "body": "{留言}", "base_version": 0, **changes}
        return save_template(edition=edition, actor=organiser, now=now, **given)

    return save_as


@pytest.fixture
def parked(edition, stranger, now):
    send_message(recipient=stranger, subject="提醒", body="正文", now=now, edition=edition, code="office_note")
    Message.objects.filter(channel="mail").update(
        state="parked", attempts=3, last_error="SMTPRecipientsRefused: {'stranger@example.com': 550}"
    )
    return Message.objects.get(channel="mail")


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
def test_every_shipped_text_uses_words_it_is_given(kind):
    words = {name: SAMPLES[name] for name in kind.placeholders}

    assert "{" not in fill(kind.subject + kind.body, words)


@pytest.mark.parametrize(
    "hostile", ["{原因}", "{{ 7*7 }}", "{0.__class__}", "{姓名.__class__}", "｛原因｝", "%(x)s {% x %}"]
)
def test_pitfall_21_a_name_with_braces_stays_text(edition, stranger, now, hostile):
    words = {"姓名": hostile, "名单": hostile, "比赛": "大赛", "留言": "密"}
    send_letters(edition=edition, code="office_note", letters=[Letter(stranger, words)], now=now)

    message = Message.objects.get(channel="in_app")
    assert (message.subject, message.body) == (f"组委会留言：{hostile}", f"大赛\n{hostile}：密")


def test_pitfall_21_line_breaks_never_reach_a_subject():
    assert fill_subject("留言：{姓名}", {"姓名": "张三\r\nBcc: x@example.com\x00"}) == "留言：张三 Bcc: x@example.com"


@pytest.mark.parametrize("bad", ["{口令}", "{姓名.__class__}", "{姓名!r}", "{姓名:>9}", "{{ 7*7 }}", "｛口令｝", "{}"])
def test_save_template_names_an_unknown_placeholder(save, bad):
    with pytest.raises(MessageInvalid, match="占位符；可用的是 姓名、名单"):
        save(body=f"您好 {bad}")

    assert not MessageTemplate.objects.exists()


@pytest.mark.parametrize(
    "empty", [{"subject": " \r\n"}, {"body": "  "}, {"subject": "字" * 121}, {"body": "字" * 2001}]
)
def test_save_template_without_words_or_with_too_many_is_refused(save, empty):
    with pytest.raises(MessageInvalid):
        save(**empty)


def test_save_template_is_an_event_without_the_words(save, edition):
    save()

    event = Event.objects.get(kind="message_template_changed")
    assert '"template":"office_note"' in event.payload
    assert "留言" not in event.payload


def test_save_template_over_anothers_change_is_a_conflict(save):
    save()
    with pytest.raises(ConflictError):
        save(subject="别的")

    assert MessageTemplate.objects.get().subject == "留言：{姓名}"


def test_send_letters_in_the_editions_words_until_they_are_off_or_reset(save, edition, organiser, stranger, now):
    letters = [Letter(stranger, {"姓名": "张三", "名单": "张三", "比赛": "大赛", "留言": "你好"})]
    bodies = []
    save()
    send_letters(edition=edition, code="office_note", letters=letters, now=now)
    save(base_version=1, is_active=False)
    send_letters(edition=edition, code="office_note", letters=letters, now=now)
    reset_template(edition=edition, code="office_note", base_version=2, actor=organiser, now=now)
    send_letters(edition=edition, code="office_note", letters=letters, now=now)

    bodies = list(Message.objects.filter(channel="in_app").order_by("pk").values_list("body", flat=True))
    assert bodies == ["你好", "大赛\n张三：你好", "大赛\n张三：你好"]
    assert MessageTemplate.objects.get().version == 3


@pytest.mark.parametrize("people", [3, 60])
def test_send_letters_queries(edition, make_person, now, people, django_assert_num_queries):
    letters = [Letter(make_person(f"人{number}")) for number in range(people)]

    with django_assert_num_queries(4):
        send_letters(edition=edition, code="result_published", letters=letters, now=now)


def test_sms_says_the_subject_alone_to_whom_has_a_phone(save, edition, make_person, now, settings, caplog):
    settings.SMS_BACKEND = "tests.outbox.test_wording.Operator"
    sent.clear()
    person = make_person("有号", phone="13800001234")
    letters = [Letter(one, {"姓名": "张三", "留言": "秘密"}) for one in (person, make_person("没号"))]
    save(sms=True)

    send_letters(edition=edition, code="office_note", letters=letters, now=now)
    with caplog.at_level("INFO"):
        deliver_message(message_id=Message.objects.get(channel="sms").pk, now=now)

    assert sent == [("13800001234", "留言：张三。详情请登录后在“我的消息”中查看。")]
    assert "SMS to 138****1234: office_note" in caplog.text
    assert "秘密" not in caplog.text
    assert "13800001234" not in caplog.text
    assert Message.objects.get(channel="sms").state == "sent"


def test_sms_that_fails_three_times_is_parked(save, edition, make_person, now, settings):
    settings.SMS_BACKEND = "tests.outbox.test_wording.Dead"
    save(sms=True)
    letter = Letter(make_person("有号", phone="13800001234"), {"姓名": "张三", "留言": "x"})
    send_letters(edition=edition, code="office_note", letters=[letter], now=now)
    sms = Message.objects.filter(channel="sms")

    for _ in range(ATTEMPTS):
        sms.update(lease_until=None)
        deliver_message(message_id=sms.get().pk, now=now)

    assert (sms.get().state, sms.get().attempts, sms.get().last_error) == ("parked", 3, "OSError: no line")


def test_copy_templates_leaves_what_the_new_edition_has(save, edition, organiser, now):
    from core.models import Edition

    save()
    new = Edition.objects.create(slug="2027", title="新", year=2027, organiser_name="办", created_at=now)

    assert copy_templates(source=edition, edition=new, actor=organiser, now=now) == 1
    assert copy_templates(source=edition, edition=new, actor=organiser, now=now) == 0


def test_outbox_shows_names_and_masks_addresses(signed_in, organiser, edition, parked):
    page = signed_in(organiser).get(reverse("organise_outbox", args=[edition.slug])).content.decode()

    assert "路人" in page
    assert "s***@example.com" in page
    assert "stranger@example.com" not in page


def test_outbox_leaves_password_mails_out(signed_in, organiser, edition, stranger, now):
    send_message(recipient=stranger, subject="密码重置码已发放", body="x", now=now)

    assert (
        "密码重置码" not in signed_in(organiser).get(reverse("organise_outbox", args=[edition.slug])).content.decode()
    )


def test_outbox_filters(signed_in, organiser, edition, parked):
    address = reverse("organise_outbox", args=[edition.slug])
    client = signed_in(organiser)

    for query, count in (("state=parked", 1), ("channel=in_app", 1), ("code=office_note", 2), ("code=x", 0)):
        assert len(client.get(f"{address}?{query}").context["rows"]) == count


@pytest.mark.parametrize("name", ["organise_outbox_retry", "organise_outbox_retry_all"])
def test_retry_owes_a_parked_message_again(signed_in, organiser, stranger, edition, parked, name):
    keys = [edition.slug, parked.pk] if name == "organise_outbox_retry" else [edition.slug]
    assert signed_in(stranger).post(reverse(name, args=keys)).status_code == 404
    assert signed_in(organiser).get(reverse(name, args=keys)).status_code == 405

    assert signed_in(organiser).post(reverse(name, args=keys)).status_code == 302

    parked.refresh_from_db()
    assert (parked.state, parked.attempts, parked.last_error) == ("owed", 0, "")


@pytest.mark.parametrize("rows", [3, 300])
def test_outbox_queries(signed_in, organiser, edition, stranger, now, rows, django_assert_num_queries):
    letters = [Letter(stranger, {"姓名": "x", "留言": "x"})] * rows
    send_letters(edition=edition, code="office_note", letters=letters, now=now)
    client = signed_in(organiser)
    client.get(reverse("organise_outbox", args=[edition.slug]))

    with django_assert_num_queries(OUTBOX_QUERIES):
        client.get(reverse("organise_outbox", args=[edition.slug]))


OUTBOX_QUERIES = 8


def test_template_page_keeps_what_was_typed_when_refused_or_stale(signed_in, organiser, edition, save):
    address = reverse("organise_message_template", args=[edition.slug, "office_note"])
    client = signed_in(organiser)
    typed = {"subject": "我的标题", "body": "我写的 {口令}", "is_active": "on", "base_version": "0"}

    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert "没有名为“口令”的占位符" in refused.content.decode()
    assert "我写的" in refused.content.decode()

    save()
    stale = client.post(address, {**typed, "body": "我写的"})
    assert stale.status_code == 409
    assert "我的标题" in stale.content.decode()
    assert "现在保存着的文字" in stale.content.decode()
    assert client.post(address, {**typed, "body": "我写的", "base_version": "1"}).status_code == 302
    assert MessageTemplate.objects.get().body == "我写的"


def test_template_preview_saves_nothing(signed_in, organiser, edition):
    address = reverse("organise_message_template", args=[edition.slug, "office_note"])
    typed = {"subject": "{姓名}", "body": "<b>{留言}</b>", "base_version": "0", "act": "preview"}

    page = signed_in(organiser).post(address, typed).content.decode()

    assert "&lt;b&gt;请带上身份证原件。&lt;/b&gt;" in page
    assert not MessageTemplate.objects.exists()


@pytest.mark.parametrize("name", ["organise_outbox", "organise_message_templates"])
def test_pages_are_the_organisers_alone(signed_in, organiser, supervisor, edition, name):
    assert signed_in(organiser).get(reverse(name, args=[edition.slug])).status_code == 200
    assert signed_in(supervisor).get(reverse(name, args=[edition.slug])).status_code == 404
