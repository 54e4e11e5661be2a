"""One registration in the organiser's hands: read masked, decided, corrected, written about."""

import json
from datetime import date

import pytest

from contest.models import Contestant, OfficeNote, PersonalDataExport, ReviewDecision
from contest.services import accept_registrations, import_contestants
from ledger.models import Event
from ledger.rendering import KINDS
from outbox.models import Message
from tests.contest.office import at, id_number

NUMBER = id_number(date(1990, 5, 1), 1)


@pytest.fixture
def people(contest, registration, organiser, now):
    """Return a function: n imported adults whom nobody has accepted yet."""

    def make(count: int = 3) -> list[Contestant]:
        rows = [registration(serial) for serial in range(1, count + 1)]
        import_contestants(contest=contest, rows=rows, actor=organiser, now=now)
        return list(Contestant.objects.order_by("pk"))

    return make


@pytest.fixture
def one(people):
    return people(1)[0]


def test_page_reads_in_order_and_masks_what_is_personal(one, signed_in, organiser):
    page = signed_in(organiser).get(at("organise_contestant", one.pk)).content.decode()
    for text in ("资料齐全，没有发现问题", "36 周岁（大赛首日 2026-11-20）", "99*************", "199****0001", "题目1"):
        assert text in page
    assert page.index("资料齐全") < page.index("联系电话") < page.index("讲解题目") < page.index("材料")
    for secret in (NUMBER, "19900000001", "1990-05-01"):
        assert secret not in page


def test_pitfall_15_numbers_are_in_the_answer_to_a_recorded_purpose_only(one, signed_in, organiser):
    client = signed_in(organiser)
    address = at("organise_contestant_reveal", one.pk)
    refused = client.post(address, {"purpose": " "}).content.decode()
    assert "请写明用途" in refused
    assert NUMBER not in refused
    assert PersonalDataExport.objects.count() == 0
    answer = client.post(address, {"purpose": "电话联系报名人"})
    page = answer.content.decode()
    for shown in (NUMBER, "19900000001", "1990-05-01"):
        assert shown in page
    assert "no-store" in answer.headers["Cache-Control"]
    export = PersonalDataExport.objects.get()
    assert (export.reason, export.count, export.exported_by) == ("电话联系报名人", 1, organiser)
    event = Event.objects.order_by("-number")[0]
    assert (event.kind, json.loads(event.payload)) == (
        "personal_data_revealed",
        {"contest": one.contest_id, "contestant": one.pk, "export": export.pk},
    )
    assert event.kind in KINDS
    assert NUMBER not in client.get(at("organise_contestant", one.pk)).content.decode()


def test_list_is_walked_through(people, signed_in, organiser):
    first, second, third = people(3)
    client = signed_in(organiser)
    page = client.get(at("organise_contestant", second.pk), {"status": "draft", "sort": "-name"}).content.decode()
    assert "2 / 3" in page
    query = "?status=draft&amp;sort=-name"
    assert f'href="{at("organise_contestant", third.pk)}{query}" rel="prev"' in page
    assert f'href="{at("organise_contestant", first.pk)}{query}" rel="next"' in page


def test_accepted_and_on_to_the_next(people, signed_in, organiser):
    first, second, third = people(3)
    client = signed_in(organiser)
    address = f"{at('organise_contestant_decide', second.pk)}?status=draft"
    answer = client.post(address, {"act": "accept", "version": second.version})
    assert answer.url == f"{at('organise_contestant', third.pk)}?status=draft"
    assert "选手2：受理，已办理" in client.get(answer.url).content.decode()
    last = client.post(
        f"{at('organise_contestant_decide', third.pk)}?status=draft", {"act": "accept", "version": third.version}
    )
    assert last.url == f"{at('organise_contestant', third.pk)}?status=draft"
    page = client.get(last.url).content.decode()
    assert f'href="{at("organise_contestant", first.pk)}?status=draft" rel="next"' in page


def test_pitfall_20_who_changed_meanwhile_is_not_decided_on(one, signed_in, organiser):
    Contestant.objects.filter(pk=one.pk).update(version=9)
    client = signed_in(organiser)
    answer = client.post(at("organise_contestant_decide", one.pk), {"act": "accept", "version": "0"}, follow=True)
    assert "这份报名有了改动" in answer.content.decode()
    assert ReviewDecision.objects.count() == 0


def test_returned_with_reasons_and_a_date(one, signed_in, organiser, now):
    accept_registrations(contest=one.contest, contestants=[one.pk], actor=organiser, now=now)
    one.refresh_from_db()
    client = signed_in(organiser)
    address = at("organise_contestant_decide", one.pk)
    fields = {"act": "return", "version": one.version, "return-due_at": "2099-01-05T17:00"}
    refused = client.post(address, fields).content.decode()
    assert "请勾选一条原因" in refused
    assert 'value="2099-01-05T17:00"' in refused
    fields |= {"return-reasons": ["请补齐缺少的材料。"], "return-words": "缺讲稿"}
    page = client.post(address, fields, follow=True).content.decode()
    assert "退回补正：请补齐缺少的材料。缺讲稿（1月5日 17:00 前补正）" in page
    assert "期限 2099-01-05 17:00" in page
    decision = ReviewDecision.objects.order_by("-pk")[0]
    assert (decision.act, decision.reason) == ("return", "请补齐缺少的材料。缺讲稿")


def test_decision_that_makes_no_sense_changes_nothing(one, signed_in, organiser):
    client = signed_in(organiser)
    for fields in ({"act": "delete"}, {"act": "accept", "version": "x"}, {}):
        assert client.post(at("organise_contestant_decide", one.pk), fields).status_code == 302
    one.refresh_from_db()
    assert one.status == "draft"


def test_note_with_nobody_to_read_it_keeps_the_words(one, signed_in, organiser):
    page = signed_in(organiser).post(at("organise_contestant_note", one.pk), {"body": "请带原件"}).content.decode()
    assert "请打电话联系" in page
    assert "请带原件</textarea>" in page
    assert OfficeNote.objects.count() == 0


def test_note_is_kept_with_the_registration(one, stranger, signed_in, organiser):
    Contestant.objects.filter(pk=one.pk).update(user=stranger)
    client = signed_in(organiser)
    page = client.post(at("organise_contestant_note", one.pk), {"body": "<b>请带原件"}, follow=True).content.decode()
    assert "留言已发给 1 个账号" in page
    assert "&lt;b&gt;请带原件" in page
    assert Message.objects.filter(recipient=stranger, channel="in_app").count() == 1


def form_of(contestant, **changes) -> dict[str, object]:
    """What the correcting form sends when nothing is typed into its masked fields."""
    shown = {
        "group": contestant.group_id,
        "name": contestant.name,
        "gender": contestant.gender,
        "id_kind": "id_card",
        "workplace": contestant.workplace,
        "title": contestant.title,
        "version": contestant.version,
    }
    return shown | dict.fromkeys(("id_number", "birth_date", "phone", "guardian_phone"), "") | changes


def test_correcting_form_holds_no_number_and_keeps_it(one, signed_in, organiser):
    client = signed_in(organiser)
    address = at("organise_contestant_edit", one.pk)
    page = client.get(address).content.decode()
    assert "（不改则留空）" in page
    for secret in (NUMBER, "19900000001", "1990-05-01"):
        assert secret not in page
    assert "已保存" in client.post(address, form_of(one, title="新题目"), follow=True).content.decode()
    one.refresh_from_db()
    assert (one.title, one.id_number, one.phone, one.birth_date) == ("新题目", NUMBER, "19900000001", date(1990, 5, 1))


def test_correcting_form_refused_shows_what_was_typed_and_still_no_number(people, signed_in, organiser):
    first, second = people(2)
    client = signed_in(organiser)
    address = at("organise_contestant_edit", first.pk)
    page = client.post(address, form_of(first, title="改过的题目", phone="12345")).content.decode()
    assert 'value="改过的题目"' in page
    assert 'value="12345"' in page
    assert "不是电话号码" in page
    assert NUMBER not in page
    page = client.post(address, form_of(first, birth_date="1991-01-01")).content.decode()
    assert "与身份证号中的出生日期 1990-05-01 不一致" in page
    page = client.post(address, form_of(first, id_number=second.id_number)).content.decode()
    assert "每人只能报名一次" in page
    first.refresh_from_db()
    assert (first.title, first.phone) == ("题目1", "19900000001")


def test_another_document_brings_its_own_birth_date(one, signed_in, organiser):
    number = id_number(date(1985, 2, 3), 7)
    signed_in(organiser).post(at("organise_contestant_edit", one.pk), form_of(one, id_number=number))
    one.refresh_from_db()
    assert (one.id_number, one.birth_date) == (number, date(1985, 2, 3))


def test_pitfall_20_second_editor_sees_both_versions(one, signed_in, organiser):
    client = signed_in(organiser)
    address = at("organise_contestant_edit", one.pk)
    client.post(address, form_of(one, title="别人改的"))
    page = client.post(address, form_of(one, title="我改的")).content.decode()
    assert "这份报名刚被别人改过" in page
    assert "现在是“别人改的”，您填的是“我改的”" in page
    assert NUMBER not in page
    one.refresh_from_db()
    assert one.title == "别人改的"
    client.post(address, form_of(one, title="我改的"))
    one.refresh_from_db()
    assert one.title == "我改的"


def test_contestant_typed_in_by_the_office(contest, adult, signed_in, organiser):
    client = signed_in(organiser)
    address = at("organise_contestant_new", contest.pk)
    form = {
        "group": adult.pk,
        "name": "张 三",
        "gender": "男",
        "id_kind": "id_card",
        "birth_date": "1990-05-01",
        "id_number": id_number(date(1990, 5, 1)),
        "workplace": "市科学技术馆",
        "title": "黑洞",
        "phone": "１９９ 0000 0001",
    }
    answer = client.post(address, form)
    made = Contestant.objects.get()
    assert answer.url == at("organise_contestant", made.pk)
    assert (made.name, made.status, made.channel) == ("张三", "draft", "office")
    page = client.post(address, form).content.decode()
    assert "此人已经报名" in page
    assert 'value="黑洞"' in page


def test_contestant_withdrawn_or_refused(people, signed_in, organiser):
    first, second = people(2)
    client = signed_in(organiser)
    leave = at("organise_contestant_leave", first.pk)
    assert "必填" in client.post(leave, {"kind": "withdraw", "reason": ""}).content.decode()
    assert "已退出：生病" in client.post(leave, {"kind": "withdraw", "reason": "生病"}, follow=True).content.decode()
    client.post(at("organise_contestant_leave", second.pk), {"kind": "refuse", "reason": "超龄"})
    assert list(Contestant.objects.order_by("pk").values_list("status", flat=True)) == ["withdrawn", "refused"]


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_queries(people, signed_in, organiser, django_assert_num_queries, count):
    first = people(count)[0]
    client = signed_in(organiser)
    with django_assert_num_queries(16):
        client.get(at("organise_contestant", first.pk))
