"""Objections on pages: the form from outside, its state, the office's and the supervisor's view."""

import logging
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from ledger.models import Event
from outbox.models import Message
from results.models import Objection, ObjectionFile, Result
from results.services import (
    accept_objection,
    assign_handler,
    decline_objection,
    lodge_objection,
    rule_objection,
    start_publicity,
    withdraw_publicity,
)
from tests.core.samples import jpeg, pdf
from tests.results.objecting import BODY, NAME, PHONE, submission, upload

S = Objection.State
SCRIPT = "<script>alert('异议')</script>，请核实这一情况。"


@pytest.fixture
def running(confirmed, organiser, media):
    """A period that runs by the real clock, for pages read that one."""
    Result.objects.update(publicity_days=5)
    return start_publicity(result=Result.objects.get(), actor=organiser, now=timezone.now())


@pytest.fixture
def over(confirmed, organiser, media):
    Result.objects.update(publicity_days=5)
    return start_publicity(result=Result.objects.get(), actor=organiser, now=datetime(2026, 1, 5, 1, tzinfo=UTC))


@pytest.fixture
def lodged(running) -> Objection:
    return lodged_by(running, files=[upload("现场.jpg", jpeg())])


def lodged_by(period, **changes) -> Objection:
    usual = {"kind": "person", "name": NAME, "phone": PHONE, "entry": "02", "body": BODY, "submission": submission()}
    return lodge_objection(result=period.result, address="192.0.2.1", now=timezone.now(), **(usual | changes))


def form_of(period) -> str:
    return reverse("objection_new", args=[period.result_id])


def typed(**changes):
    usual = {"kind": "person", "name": NAME, "phone": PHONE, "entry": "02", "body": BODY, "submission": submission()}
    return usual | changes


def office(name: str, *args) -> str:
    return reverse(name, args=["2026", *args])


def text_of(answer) -> str:
    return answer.content.decode()


# from outside


def test_the_form_is_there_only_for_what_is_or_was_public(confirmed, client, organiser, signed_in):
    assert client.get(reverse("objection_new", args=[confirmed.pk])).status_code == 404
    assert client.get(reverse("objection_new", args=[confirmed.pk + 1])).status_code == 404


def test_the_form_says_until_when_and_lists_the_publicised_rows(running, client):
    answer = client.get(form_of(running))
    page = text_of(answer)
    assert f"{running.ends_on.year}年{running.ends_on.month}月{running.ends_on.day}日 24:00 前提交" in page
    assert "选手2 · 《题目2》 · 市天文爱好者协会" in page
    assert re.search(r'name="submission" value="[\w-]{32}"', page)
    assert (answer["X-Robots-Tag"], "no-store" in answer["Cache-Control"]) == ("noindex, nofollow", True)


def test_lodging_leads_to_the_receipt_and_nothing_private_is_shown(running, client):
    answer = client.post(form_of(running), {**typed(), "files": [upload("现场.jpg", jpeg()), upload("二.pdf", pdf())]})
    found = Objection.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/objections/{found.token}/?received=1")
    state = client.get(answer.url)
    page = text_of(state)
    assert ("YY-2026-0001" in page, "请保存这个网址" in page, found.files.count()) == (True, True, 2)
    assert f"http://testserver/objections/{found.token}/" in page
    assert state["Referrer-Policy"] == "no-referrer"
    assert "noindex" in state["X-Robots-Tag"]
    for private in (NAME, PHONE, "1234", BODY, "现场.jpg", "选手2"):
        assert private not in page
    assert "<form" not in page.partition("<main")[2]


def test_pitfall_16_sent_twice_by_an_impatient_thumb(running, client):
    data = typed()
    assert client.post(form_of(running), data).url == client.post(form_of(running), data).url
    assert Objection.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "匿名"}, "异议须实名提出"),
        ({"phone": "1380000"}, "不是电话号码|不正确"),
        ({"body": "太短"}, "现在有 2 个字"),
        ({"entry": "99"}, "不在可用的选项中|选择一个有效"),
        ({"kind": "unit", "unit_name": "市一中"}, "加盖公章的异议书"),
        ({"website": "http://spam.example"}, "防自动提交"),
        ({"submission": ""}, "表单已过期"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(running, client, changes, sentence):
    answer = client.post(form_of(running), typed(**{"about": "评审程序的问题", **changes}))
    page = text_of(answer)
    assert (answer.status_code, Objection.objects.count()) == (422, 0)
    assert re.search(sentence, page)
    assert ("评审程序的问题" in page, (changes.get("body") or BODY) in page) == (True, True)
    assert re.search(r'name="submission" value="[\w-]{16,64}"', page)


def test_scripts_are_shown_as_text(running, client, signed_in, organiser):
    again = text_of(client.post(form_of(running), typed(body=SCRIPT, name="<b>名</b>")))
    assert "<script>alert" not in again
    assert "&lt;script&gt;alert(&#x27;异议&#x27;)" in again
    client.post(form_of(running), typed(body=SCRIPT, about="<img src=x onerror=alert(1)>"))
    page = text_of(signed_in(organiser).get(office("organise_objection", Objection.objects.get().pk)))
    assert ("<script>alert" in page, "<img src=x" in page, "&lt;script&gt;alert" in page) == (False, False, True)


def test_wrong_and_empty_files_are_named(running, client):
    for content, sentence in ((b"", "空文件"), (b"<html><script>1</script></html>", "这里收的是")):
        answer = client.post(form_of(running), {**typed(), "files": [upload("证据.pdf", content)]})
        assert (answer.status_code, sentence in text_of(answer), "证据.pdf" in text_of(answer)) == (422, True, True)
    assert Objection.objects.count() == 0


def test_a_file_above_the_installations_limit_is_read_past(running, client, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    answer = client.post(form_of(running), {**typed(), "files": [upload("大.pdf", pdf() + b"\0" * 5000)]})
    assert (answer.status_code, "“大.pdf”太大" in text_of(answer)) == (422, True)


def test_a_robot_meets_the_limit_and_keeps_its_words(running, client):
    for _ in range(3):
        assert client.post(form_of(running), typed()).status_code == 302
    answer = client.post(form_of(running), typed())
    assert (answer.status_code, "一小时内提交的异议过多" in text_of(answer), BODY in text_of(answer)) == (
        429,
        True,
        True,
    )
    assert Objection.objects.count() == 3


def test_after_the_period_the_page_says_so_and_keeps_it(over, client):
    assert "公示已经结束" in text_of(client.get(form_of(over)))
    page = text_of(client.get(client.post(form_of(over), typed()).url))
    assert Objection.objects.get().state == S.DECLINED
    assert "超出公示期" in page
    assert "已经收下并存档" in page


def test_a_withdrawn_period_takes_nothing_and_says_why(running, client, organiser, now):
    withdraw_publicity(publicity=running, reason="名单有误", actor=organiser, now=timezone.now())
    assert "公示已经撤回" in text_of(client.get(form_of(running)))
    assert client.post(form_of(running), typed(entry="", about="名单")).status_code == 422
    assert Objection.objects.count() == 0


def test_a_rehearsals_form_is_the_offices(running, client, signed_in, organiser, lodged):
    edition = running.result.edition
    edition.is_rehearsal = True
    edition.save()
    state = reverse("objection_state", args=[lodged.token])
    assert (client.get(form_of(running)).status_code, client.get(state).status_code) == (404, 404)
    signed_in(organiser)
    assert (client.get(form_of(running)).status_code, client.get(state).status_code) == (200, 200)


def test_the_state_page_tells_answers_and_no_notes(lodged, client, organiser, supervisor, now):
    accept_objection(objection=lodged, actor=organiser, now=now)
    assign_handler(objection=lodged, handler=supervisor, actor=organiser, now=now)
    rule_objection(
        objection=lodged, ruling=S.REJECTED, answer="回放显示\n未超时。", note="内部金丝雀", actor=supervisor, now=now
    )
    page = text_of(client.get(reverse("objection_state", args=[lodged.token])))
    assert "处理结论：异议不成立" in page
    assert "回放显示<br>未超时。" in page
    assert "内部金丝雀" not in page
    assert supervisor.name not in page
    assert client.get(reverse("objection_state", args=["no-such-token"])).status_code == 404


def test_the_canary_stands_in_no_anonymous_page_no_message_no_log(lodged, running, client, caplog):
    caplog.set_level(logging.DEBUG)
    client.post(form_of(running), typed(body=BODY, phone="1380000", name=NAME))
    client.post(form_of(running), typed(submission=lodged.submission, body=BODY + "另"))
    addresses = ["/", form_of(running), reverse("objection_state", args=[lodged.token]), reverse("public_results")]
    addresses += [reverse("public_notices"), reverse("public_notice", args=[running.notice_id])]
    addresses += [reverse("public_result", args=[running.result_id])]
    seen = "".join(text_of(client.get(address)) for address in addresses)
    told = "".join(f"{each.subject}{each.body}" for each in Message.objects.all())
    events = "".join(Event.objects.values_list("payload", flat=True))
    for canary in (NAME, PHONE, BODY):
        assert (canary in seen, canary in told, canary in events, canary in caplog.text) == (False,) * 4


# in the office


def test_the_office_reads_it_masked_and_reveals_with_a_purpose(lodged, signed_in, organiser):
    client = signed_in(organiser)
    address = office("organise_objection", lodged.pk)
    page = text_of(client.get(address))
    assert (NAME in page, PHONE in page, "甄*议" in page, "138****1234" in page, BODY in page) == (
        *(False, False),
        *(True, True, True),
    )
    act = office("organise_objection_act", lodged.pk, "reveal")
    assert client.post(act, {"reveal-purpose": " "}).status_code == 422
    full = text_of(client.post(act, {"reveal-purpose": "电话核实"}))
    assert (NAME in full, PHONE in full) == (True, True)
    assert PHONE not in text_of(client.get(address))
    assert Event.objects.filter(kind="objection_revealed").count() == 1
    assert "查看了姓名和电话，用途：电话核实" in text_of(client.get(address))


def test_from_the_list_to_the_ruling_by_pages(lodged, signed_in, client, organiser, supervisor):
    signed_in(organiser)
    page = text_of(client.get(office("organise_objections")))
    assert ("YY-2026-0001" in page, "成年组：1 件" in page, NAME in page) == (True, True, False)

    def send(act, **data):
        seen = lodged.steps.order_by("-pk").first().pk
        values = {f"{act}-{name}": value for name, value in {"seen": seen, **data}.items()}
        return client.post(office("organise_objection_act", lodged.pk, act), values)

    assert send("accept").status_code == 302
    assert f'<option value="{supervisor.pk}">纪监督</option>' in text_of(
        client.get(office("organise_objection", lodged.pk))
    )
    assert send("assign", handler=supervisor.pk).status_code == 302
    assert "只能由承办人" in text_of(send("rule", ruling="rejected", answer="不成立。"))
    signed_in(supervisor)
    assert "去办理" in text_of(client.get(office("supervise_objection", lodged.pk)))
    assert "作出处理结论" in text_of(client.get(office("organise_objection", lodged.pk)))
    refused = send("rule", ruling="", answer="理由写好了")
    assert (refused.status_code, "理由写好了" in text_of(refused)) == (422, True)
    assert send("rule", ruling="upheld", answer="成立。").status_code == 302
    assert "还没有结论之后的更正" in text_of(client.get(office("organise_objection", lodged.pk)))
    assert Objection.objects.get().state == S.UPHELD
    assert client.get(office("organise_objection_act", lodged.pk, "note")).status_code == 405
    assert client.post(office("organise_objection_act", lodged.pk, "explode")).status_code == 404


def test_a_supervisor_who_recuses_himself_is_led_back_to_reading(lodged, signed_in, organiser, supervisor, now):
    accept_objection(objection=lodged, actor=organiser, now=now)
    assign_handler(objection=lodged, handler=supervisor, actor=organiser, now=now)
    client = signed_in(supervisor)
    answer = client.post(office("organise_objection_act", lodged.pk, "recuse"), {"recuse-reason": "亲属"})
    assert answer.url == office("supervise_objection", lodged.pk)
    assert client.get(office("organise_objection", lodged.pk)).status_code == 404
    signed_in(organiser)
    refused = client.post(office("organise_objection_act", lodged.pk, "assign"), {"assign-handler": supervisor.pk})
    assert (refused.status_code, "已回避这件异议" in text_of(refused)) == (422, True)


def test_pitfall_20_a_stale_page_is_refused_and_keeps_what_was_typed(lodged, signed_in, organiser, now):
    seen = lodged.steps.get().pk
    decline_objection(objection=lodged, reason="late", answer="超期。", actor=organiser, now=now)
    accept_objection(objection=lodged, actor=organiser, now=now)
    client = signed_in(organiser)
    data = {"decline-seen": seen, "decline-reason": "repeated", "decline-answer": "与前一件重复，见彼处。"}
    answer = client.post(office("organise_objection_act", lodged.pk, "decline"), data)
    page = text_of(answer)
    assert (answer.status_code, "刚刚有了新的处理记录" in page, "与前一件重复，见彼处。" in page) == (409, True, True)
    assert Objection.objects.get().state == S.ACCEPTED
    gone = client.post(office("organise_objection_act", lodged.pk, "accept"), {"accept-seen": seen})
    assert (gone.status_code, "刚刚有了新的处理记录" in text_of(gone)) == (409, True)


def test_files_are_saved_never_shown(lodged, signed_in, organiser, supervisor, stranger, client):
    address = office("organise_objection_file", lodged.pk, ObjectionFile.objects.get().pk)
    assert client.get(address).status_code == 302
    for user, status in ((stranger, 404), (supervisor, 200), (organiser, 200)):
        answer = signed_in(user).get(address)
        answer.getvalue()
        assert answer.status_code == status
    assert answer["Content-Disposition"].startswith("attachment")
    assert "YY-2026-0001" in answer["Content-Disposition"]
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "image/jpeg")
    assert signed_in(organiser).get(office("organise_objection_file", lodged.pk + 1, 1)).status_code == 404


def test_who_may_see_what(lodged, signed_in, client, organiser, supervisor, stranger, make_person):
    clerk = make_person("统计员", Role.CLERK, email="clerk@example.com")
    own = [office("organise_objections"), office("organise_objection", lodged.pk)]
    own.append(office("organise_objection_new", lodged.result_id))
    read = [office("supervise_objections"), office("supervise_objection", lodged.pk)]
    for user, organise, supervise in (
        (organiser, 200, 404),
        (supervisor, 404, 200),
        (stranger, 404, 404),
        (clerk, 404, 404),
    ):
        signed_in(user)
        assert {client.get(address).status_code for address in own} == {organise}
        assert {client.get(address).status_code for address in read} == {supervise}
    signed_in(supervisor)
    page = text_of(client.get(read[1]))
    assert (NAME in page, PHONE in page, BODY in page, "<form" in page.partition("<main")[2]) == (
        *(False, False, True),
        False,
    )
    assert client.post(office("organise_objection_act", lodged.pk, "accept")).status_code == 404


def test_a_letter_on_paper_is_entered(running, signed_in, organiser):
    client = signed_in(organiser)
    address = office("organise_objection_new", running.result_id)
    assert "登记书面异议" in text_of(client.get(address))
    local = timezone.localtime(running.started_at + timedelta(seconds=1))
    data = {"kind": "person", "entry": "02", "body": BODY, "submission": submission()}
    data["received_at"] = (local - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")
    refused = client.post(address, {**data, "received_at": "2100-01-01T08:00"})
    assert (refused.status_code, "收到时间不能晚于现在" in text_of(refused)) == (422, True)
    answer = client.post(address, data)
    found = Objection.objects.get()
    assert (answer.url, found.state, found.reason) == (office("organise_objection", found.pk), S.DECLINED, "anonymous")
    page = text_of(client.get(answer.url))
    assert ("没有署名" in page, "重新受理" in page, "查看姓名和电话" in page) == (True, True, False)


def test_the_list_narrows_and_says_when_it_is_empty(lodged, signed_in, organiser):
    client = signed_in(organiser)
    address = office("organise_objections")
    assert "YY-2026-0001" in text_of(client.get(address + "?state=open"))
    assert "YY-2026-0001" in text_of(client.get(address + f"?state=received&result={lodged.result_id}"))
    for query in ("?state=settled", "?result=999", "?state=declined&page=x"):
        assert "没有符合条件的异议" in text_of(client.get(address + query))


def test_an_empty_list_says_so(edition, signed_in, organiser, supervisor):
    assert "还没有收到异议" in text_of(signed_in(organiser).get(office("organise_objections")))
    assert "还没有收到异议" in text_of(signed_in(supervisor).get(office("supervise_objections")))


@pytest.mark.parametrize("count", [3, 300])
def test_pages_take_a_fixed_number_of_queries(
    running, signed_in, organiser, supervisor, client, django_assert_num_queries, count
):
    first = lodged_by(running)
    rows = [copy_of(first, number) for number in range(2, count + 1)]
    Objection.objects.bulk_create(rows)
    signed_in(organiser)
    with django_assert_num_queries(9):
        client.get(office("organise_objections"))
    with django_assert_num_queries(9):
        client.get(office("organise_objection", first.pk))
    signed_in(supervisor)
    with django_assert_num_queries(8):
        client.get(office("supervise_objections"))
    client.logout()
    with django_assert_num_queries(5):
        client.get(form_of(running))
    with django_assert_num_queries(2):
        client.get(reverse("objection_state", args=[first.token]))


def copy_of(first: Objection, number: int) -> Objection:
    values = {field.attname: getattr(first, field.attname) for field in Objection._meta.concrete_fields}
    own = {"id": None, "receipt": f"YY-2026-{number:04d}", "token": f"token-{number}", "submission": f"form-{number}"}
    return Objection(**(values | own))


def test_two_lodge_at_once_and_one_sends_the_same_form_twice(at_once, running):
    data = {"result": running.result, "kind": "person", "name": NAME, "entry": "02", "body": BODY}
    same = {**data, "phone": PHONE, "submission": submission(), "now": timezone.now()}
    other = {**data, "phone": "13800005678", "submission": submission(), "now": timezone.now()}
    found = at_once(*(lambda each=each: lodge_objection(**each).receipt for each in (same, same, other)))
    assert found[0] == found[1] != found[2]
    assert {found[0], found[2]} == {"YY-2026-0001", "YY-2026-0002"}
