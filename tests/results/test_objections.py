"""Objections from lodging to settlement, through the services (domain.md B1; pitfalls 8, 13, 20, 28)."""

import json
import re
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.exceptions import TooManyAttempts
from accounts.models import Role, Unit, User
from accounts.services import create_user, grant_role
from contest.models import Contestant
from contest.services import propose_group_result
from core.exceptions import ConflictError
from core.models import Edition
from ledger.models import Event
from ledger.selectors import chain_faults
from outbox.models import Message
from portal.services.verification import verify_edition
from results.exceptions import ObjectionRefused
from results.models import Objection, ObjectionFile, ObjectionStep, Result
from results.selectors import (
    blockers,
    handler_candidates,
    handler_fault,
    objection_faults,
    objections_of,
    open_objections,
    publicised_rows,
)
from results.services import (
    accept_objection,
    assign_handler,
    confirm_result,
    decline_objection,
    lodge_objection,
    note_objection,
    record_paper_objection,
    recuse_handler,
    reveal_objection,
    rule_objection,
    settle_objection,
    start_publicity,
    withdraw_publicity,
)
from scoring.models import Entry
from scoring.services import confirm_correction, request_entry_correction
from tests.core.samples import jpeg, office, pdf
from tests.results.objecting import BODY, NAME, PHONE, submission, upload

SECOND = timedelta(seconds=1)
S = Objection.State


def fresh(objection: Objection) -> Objection:
    return Objection.objects.get(pk=objection.pk)


def kinds(objection: Objection) -> list[str]:
    return list(objection.steps.values_list("kind", flat=True))


def kept(media):
    return [path for path in media.rglob("objections/*/*") if path.is_file()]


# receiving


def test_lodged_in_the_period(said, organiser, now):
    found = fresh(
        lodge_objection(**said(files=[upload("现场.jpg", jpeg()), upload("说明.docx", office("word/document.xml"))]))
    )

    assert (found.receipt, found.state, found.publicity.number) == ("YY-2026-0001", S.RECEIVED, 1)
    assert (found.name, found.phone, found.body, found.entry) == (NAME, PHONE, BODY, "02")
    assert re.fullmatch(r"[\w-]{43}", found.token)
    assert list(found.files.values_list("kind", "name", "format")) == [
        ("evidence", "现场.jpg", "jpg"),
        ("evidence", "说明.docx", "docx"),
    ]
    assert kinds(found) == ["received"]
    assert objection_faults(found) == []
    event = Event.objects.order_by("-number")[0]
    assert (event.kind, event.actor) == ("objection_received", None)
    payload = json.loads(event.payload)
    assert (payload["receipt"], payload["content_digest"]) == ("YY-2026-0001", found.content_digest)
    message = Message.objects.get(recipient=organiser, channel="in_app", subject="收到异议 YY-2026-0001")
    assert (NAME in message.body, PHONE in message.body) == (False, False)
    assert list(open_objections(found.result)) == list(objections_of(found.result.edition)) == [found]


def test_pitfall_16_the_same_form_twice_is_one_objection(said, media):
    first = said(files=[upload("现场.jpg", jpeg())])
    second = {**first, "files": [upload("现场.jpg", jpeg())], "now": first["now"] + SECOND}

    assert lodge_objection(**first) == lodge_objection(**second)
    assert Objection.objects.count() == ObjectionFile.objects.count() == len(kept(media)) == 1
    assert Event.objects.filter(kind="objection_received").count() == 1


def test_the_same_form_with_another_text_is_refused_and_names_the_receipt(said):
    first = said()
    lodge_objection(**first)
    with pytest.raises(ObjectionRefused, match="回执编号 YY-2026-0001；改动后的内容没有收下"):
        lodge_objection(**{**first, "body": BODY + "补充。"})
    assert Objection.objects.count() == 1


@pytest.mark.parametrize(("offset", "state"), [(-SECOND, S.RECEIVED), (0 * SECOND, S.DECLINED), (SECOND, S.DECLINED)])
def test_the_deadline_is_the_servers_clock_to_the_second(said, publicity, offset, state):
    found = fresh(lodge_objection(**said(now=publicity.closes_at + offset)))

    assert (found.state, found.publicity_id) == (state, publicity.pk if state == S.RECEIVED else None)
    if state == S.DECLINED:
        answer = found.steps.get(kind="declined").answer
        assert (found.reason, kinds(found)) == ("late", ["received", "declined"])
        assert "公示已于 2026年11月27日 24:00 结束" in answer
        assert list(open_objections(found.result)) == []
    assert objection_faults(found) == []


def test_before_any_publicity_and_after_its_withdrawal(confirmed, publicity, said, organiser, now):
    withdraw_publicity(publicity=publicity, reason="名单有误", actor=organiser, now=now)
    with pytest.raises(ObjectionRefused, match="现在没有公示"):
        lodge_objection(**said())
    assert Objection.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name": "匿名"}, "name", "须实名"),
        ({"name": ""}, "name", "须实名"),
        ({"name": "某群众"}, "name", "须实名"),
        ({"name": "12345"}, "name", "不像真实姓名"),
        ({"name": "张"}, "name", "不像真实姓名"),
        ({"name": "张先生"}, "name", "不像真实姓名"),
        ({"name": "啊啊啊"}, "name", "不像真实姓名"),
        ({"name": "<script>alert(1)</script>"}, "name", "不像真实姓名"),
        ({"name": "甄" * 21}, "name", "不像真实姓名"),
        ({"phone": ""}, "phone", "联系电话"),
        ({"phone": "12345"}, "phone", "电话"),
        ({"phone": "0571-88881234"}, "phone", "11 位手机号码"),
        ({"entry": "99"}, "entry", "名单里没有"),
        ({"entry": "", "about": " "}, "about", "写明针对谁"),
        ({"entry": "", "about": "程" * 201}, "about", "最多 200 个字"),
        ({"body": "太短了。"}, "body", "10 至 5000 个字，现在有 4 个字"),
        ({"body": "长" * 5001}, "body", "现在有 5001 个字"),
        ({"kind": "robot"}, "kind", "个人还是以单位"),
        ({"kind": "unit"}, "unit_name", "单位全称"),
        ({"kind": "unit", "unit_name": "市第一中学"}, "letter", "加盖公章"),
    ],
)
def test_refused_with_a_sentence_beside_the_field(said, changes, field, sentence):
    with pytest.raises(ObjectionRefused, match=sentence) as refused:
        lodge_objection(**said(**changes))
    assert (refused.value.field, Objection.objects.count()) == (field, 0)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("空.pdf", b"", "空文件"),
        ("程序.pdf", b"MZ" + b"\0" * 600, "收的是"),
        ("网页.pdf", b"<html><script>alert(1)</script></html>", "收的是"),
        ("断.docx", office("word/document.xml")[:-30], "不完整|内容是"),
        ("大.pdf", pdf() + b"\0" * (20 * 1024 * 1024), "最大收 20 MB"),
    ],
)
def test_files_are_refused_by_name_and_nothing_stays(said, media, name, content, sentence):
    with pytest.raises(ObjectionRefused, match=sentence) as refused:
        lodge_objection(**said(files=[upload("好.jpg", jpeg()), upload(name, content)]))
    assert (refused.value.field, kept(media), Objection.objects.count()) == ("files", [], 0)
    assert name in refused.value.message


def test_six_files_are_too_many(said, media):
    with pytest.raises(ObjectionRefused, match="最多 5 份，现在有 6 份"):
        lodge_objection(**said(files=[upload(f"{n}.jpg", jpeg()) for n in range(6)]))
    assert kept(media) == []


def test_scripts_and_names_of_files_are_texts(said):
    body = "<script>alert('异议')</script>{{ 7*7 }}' OR 1=1 --"
    found = fresh(lodge_objection(**said(body=body, files=[upload("../../etc/<b>证.据.jpg", jpeg())])))
    assert (found.body, found.files.get().name) == (body, "－b－证.据.jpg")
    assert ".." not in found.files.get().path


def test_a_units_letter_is_kept(said):
    found = lodge_objection(
        **said(kind="unit", unit_name="示范市第一中学", phone="0571-88881234", letter=upload("公函.pdf", pdf()))
    )
    assert list(found.files.values_list("kind", "name")) == [("letter", "公函.pdf")]
    assert (found.unit_name, found.phone) == ("示范市第一中学", "057188881234")


def test_three_an_hour_by_phone_and_result_then_again(said, now):
    for minute in range(3):
        lodge_objection(**said(now=now + timedelta(minutes=minute), address=f"192.0.2.{minute}"))
    with pytest.raises(TooManyAttempts, match="过一小时"):
        lodge_objection(**said(phone="+86 138 0000 1234", now=now + timedelta(minutes=59), address="192.0.2.9"))
    assert lodge_objection(**said(now=now + timedelta(minutes=60))).receipt == "YY-2026-0004"


def test_twenty_an_hour_by_address(said, now):
    for number in range(20):
        lodge_objection(**said(phone=f"1380000{number:04d}"))
    with pytest.raises(TooManyAttempts):
        lodge_objection(**said(phone="13899990000"))
    lodge_objection(**said(phone="13899990000", address="198.51.100.7"))
    receipts = Objection.objects.order_by("pk").values_list("receipt", flat=True)
    assert list(receipts) == [f"YY-2026-{number:04d}" for number in range(1, 22)]


def test_another_edition_of_the_year_goes_on_and_a_rehearsal_has_its_own_numbers(said, publicity):
    lodge_objection(**said())
    Edition.objects.update(is_rehearsal=True)
    assert lodge_objection(**said()).receipt == "YL-2026-0001"
    Edition.objects.update(is_rehearsal=False)
    assert lodge_objection(**said()).receipt == "YY-2026-0002"


def test_publicised_rows_hide_who_asked_for_it(publicity, organiser, now):
    publicity.result.hidden_entries.create(entry="02", reason="家长要求", hidden_by=organiser, hidden_at=now)
    rows = {row["entry"]: row["people"] for row in publicised_rows(publicity)}
    assert (rows["01"], rows["02"]) == ("选手1", "某某")


# on paper


def test_a_letter_on_paper(publicity, organiser, now):
    found = record_paper_objection(
        result=publicity.result,
        kind="person",
        name=NAME,
        phone=PHONE,
        about="评审程序",
        body=BODY,
        received_at=publicity.closes_at - SECOND,
        submission=submission(),
        actor=organiser,
        now=publicity.closes_at + timedelta(days=1),
    )
    assert (found.state, found.publicity_id, found.steps.get().by) == (S.RECEIVED, publicity.pk, organiser)
    assert objection_faults(found) == []


@pytest.mark.parametrize(("hours", "reason"), [(1, "anonymous"), (24 * 30, "anonymous")])
def test_an_anonymous_letter_is_kept_and_answered(publicity, organiser, now, hours, reason):
    found = record_paper_objection(
        result=publicity.result,
        kind="person",
        entry="02",
        body=BODY,
        received_at=now + timedelta(hours=hours),
        submission=submission(),
        actor=organiser,
        now=now + timedelta(hours=hours),
    )
    assert (found.state, found.reason) == (S.DECLINED, reason)
    assert "没有实名" in found.steps.get(kind="declined").answer
    assert objection_faults(fresh(found)) == []


@pytest.mark.parametrize("year", [1, 26, 2020])
def test_a_letter_of_another_century_is_a_slip_of_the_pen(publicity, organiser, now, year):
    with pytest.raises(ObjectionRefused, match="核对年份"):
        record_paper_objection(
            result=publicity.result,
            kind="person",
            entry="02",
            body=BODY,
            received_at=timezone.make_aware(datetime(year, 1, 1)),
            submission=submission(),
            actor=organiser,
            now=now,
        )


def test_a_letter_that_came_between_two_periods_is_late(publicity, organiser, supervisor, now):
    end = publicity.closes_at
    Contestant.objects.filter(name="选手1").update(name="选手一")
    roster = propose_group_result(round=publicity.result.round, reason="更正姓名", actor=organiser, now=end)
    confirm_result(roster=roster, actor=supervisor, now=end)
    start_publicity(result=publicity.result, actor=organiser, now=end + timedelta(days=2))
    found = record_paper_objection(
        result=publicity.result,
        kind="person",
        name=NAME,
        phone=PHONE,
        entry="02",
        body=BODY,
        received_at=end + timedelta(days=1),
        submission=submission(),
        actor=organiser,
        now=end + timedelta(days=3),
    )
    assert (found.state, found.reason, found.publicity_id) == (S.DECLINED, "late", None)
    assert "2026年11月27日" in found.steps.get(kind="declined").answer


def test_a_letter_from_the_future_is_refused(publicity, organiser, now):
    with pytest.raises(ObjectionRefused, match="不能晚于现在"):
        record_paper_objection(
            result=publicity.result,
            kind="person",
            entry="02",
            body=BODY,
            received_at=now + SECOND,
            submission=submission(),
            actor=organiser,
            now=now,
        )


# handling


def test_accept_decline_and_take_up_again(objection, organiser, now):
    decline_objection(objection=objection, reason="out_of_scope", answer="不属于公示内容。", actor=organiser, now=now)
    assert (fresh(objection).state, fresh(objection).reason) == (S.DECLINED, "out_of_scope")
    accept_objection(objection=objection, actor=organiser, now=now)
    assert (fresh(objection).state, fresh(objection).reason) == (S.ACCEPTED, "")
    assert kinds(objection) == ["received", "declined", "accepted"]
    with pytest.raises(ObjectionRefused, match="不能改为“已受理"):
        accept_objection(objection=objection, actor=organiser, now=now)
    assert objection_faults(fresh(objection)) == []


def test_decline_needs_a_reason_and_an_answer(objection, organiser, now):
    for reason, answer in (("unknown", "答"), ("late", "  ")):
        with pytest.raises(ObjectionRefused):
            decline_objection(objection=objection, reason=reason, answer=answer, actor=organiser, now=now)
    assert fresh(objection).state == S.RECEIVED


def test_pitfall_20_two_organisers_decide_at_once(objection, organiser, make_person, now):
    second = make_person("另一位组委会", Role.ORGANISER, email="second@example.com")
    seen = objection.steps.get().pk
    decline_objection(objection=objection, reason="late", answer="超期。", actor=second, now=now, seen=seen)
    with pytest.raises(ConflictError, match="现在的状态是“不予受理”"):
        accept_objection(objection=objection, actor=organiser, now=now, seen=seen)
    assert (fresh(objection).state, objection.steps.count()) == (S.DECLINED, 2)


def test_a_stranger_and_a_supervisor_do_not_act(objection, supervisor, stranger, now):
    for actor in (supervisor, stranger):
        with pytest.raises(ObjectionRefused, match="只有本届组委会"):
            accept_objection(objection=objection, actor=actor, now=now)


def test_pitfall_08_nobody_who_is_bound_handles_it(objection, organiser, supervisor, edition, now):
    accept_objection(objection=objection, actor=organiser, now=now)
    judge = User.objects.get(name="甘评委1")
    same_phone = create_user(name="甄同号", phone=PHONE)
    contestant = create_user(name="选手2", phone="19900000002")
    coordinator = create_user(name="联络员", phone="19900009999")
    unit = Unit.objects.get(pk=publicised_unit(objection))
    grant_role(user=coordinator, edition=edition, role=Role.COORDINATOR, unit=unit, actor=None, now=now)
    rows_name_the_user(objection, contestant, now, organiser)
    expected = {judge: "评委", same_phone: "与异议人相同", contestant: "选手", coordinator: "联络员"}
    for user, why in expected.items():
        grant_role(user=user, edition=edition, role=Role.SUPERVISOR, actor=None, now=now)
        with pytest.raises(ObjectionRefused, match=why):
            assign_handler(objection=objection, handler=user, actor=organiser, now=now)
    free = {each.user for each in handler_candidates(fresh(objection)) if not each.fault}
    assert free == {organiser, supervisor}
    assert "组委会成员或监督员" in handler_fault(fresh(objection), create_user(name="外人", phone="19900008888"))


def publicised_unit(objection: Objection) -> int:
    [row] = [row for row in objection.result.rosters.get().rows if row["entry"] == "02"]
    return row["unit_id"]


def rows_name_the_user(objection: Objection, user: User, now, organiser) -> None:
    """A later roster, in which the account of entry 02 is known."""
    roster = objection.result.rosters.get()
    rows = json.loads(json.dumps(roster.rows))
    rows[1]["recipients"][0]["user"] = user.pk
    roster.pk, roster.version, roster.rows = None, 2, rows
    roster.save(force_insert=True)


def test_pitfall_08_a_recused_handler_is_never_named_again(handled, organiser, supervisor, make_person, now):
    other = make_person("另一位组委会", Role.ORGANISER, email="second@example.com")
    recuse_handler(objection=handled, reason="与选手同一学校", actor=supervisor, now=now)
    assert fresh(handled).handler is None
    with pytest.raises(ObjectionRefused, match="已回避这件异议"):
        assign_handler(objection=handled, handler=supervisor, actor=organiser, now=now)
    assign_handler(objection=handled, handler=other, actor=organiser, now=now)
    with pytest.raises(ObjectionRefused, match="正在承办"):
        assign_handler(objection=handled, handler=organiser, actor=organiser, now=now)
    assert kinds(handled) == ["received", "accepted", "assigned", "recused", "assigned"]
    assert Message.objects.filter(recipient=other, subject="请承办异议 YY-2026-0001").exists()


def test_only_the_handler_rules(handled, organiser, supervisor, now):
    with pytest.raises(ObjectionRefused, match="只能由承办人纪监督作出"):
        rule_objection(objection=handled, ruling=S.REJECTED, answer="不成立。", actor=organiser, now=now)
    for ruling in (S.SETTLED, S.DECLINED, "nonsense"):
        with pytest.raises(ObjectionRefused, match="请选择处理结论"):
            rule_objection(objection=handled, ruling=ruling, answer="答。", actor=supervisor, now=now)
    rule_objection(
        objection=handled, ruling=S.REJECTED, answer="回放显示未超时。", note="看了回放", actor=supervisor, now=now
    )
    assert (fresh(handled).state, fresh(handled).ruled_at) == (S.REJECTED, now)
    assert list(open_objections(handled.result)) == []
    with pytest.raises(ObjectionRefused):
        rule_objection(objection=handled, ruling=S.UPHELD, answer="改。", actor=supervisor, now=now)
    assert objection_faults(fresh(handled)) == []


def test_a_handler_who_became_a_judge_rules_no_more(handled, supervisor, organiser, now):
    panel = handled.result.round.panel
    panel.seats.model.objects.create(panel=panel, number=9, judge=supervisor)
    with pytest.raises(ObjectionRefused, match="评委"):
        rule_objection(objection=handled, ruling=S.REJECTED, answer="不成立。", actor=supervisor, now=now)


def test_notes_and_reveals_stay_in_the_house(handled, supervisor, organiser, stranger, now):
    note_objection(objection=handled, note="已看回放", actor=supervisor, now=now)
    reveal_objection(objection=handled, purpose="电话核实", actor=organiser, now=now)
    assert [step.note for step in handled.steps.filter(kind="noted")] == [
        "已看回放",
        "查看了姓名和电话，用途：电话核实",
    ]
    assert Event.objects.filter(kind="objection_revealed", actor=organiser).count() == 1
    with pytest.raises(ObjectionRefused, match="用途"):
        reveal_objection(objection=handled, purpose=" ", actor=organiser, now=now)
    with pytest.raises(ObjectionRefused):
        reveal_objection(objection=handled, purpose="好奇", actor=stranger, now=now)


# settling


def test_upheld_is_settled_by_a_real_correction_of_two_accounts(handled, organiser, supervisor, now):
    result, hour = handled.result, timedelta(hours=1)
    later = now + 3 * hour
    rule_objection(objection=handled, ruling=S.UPHELD, answer="超时属实，将更正。", actor=supervisor, now=later)

    def settle(at):
        settle_objection(objection=handled, answer="已更正并补充公示。", actor=organiser, now=at)

    with pytest.raises(ObjectionRefused, match="还没有结论之后的更正"):
        settle(later)
    assert list(open_objections(result)) == [handled]
    entry = Entry.objects.get(round=result.round, code="02")
    correction = request_entry_correction(
        entry=entry,
        subject="deduction",
        new={"points": "5", "reason": "超时"},
        reason="异议成立",
        actor=organiser,
        now=later + hour,
    )
    confirm_correction(correction=correction, actor=supervisor, now=later + 2 * hour)
    roster = propose_group_result(round=result.round, actor=organiser, now=later + 3 * hour, reason="异议成立，更正")
    with pytest.raises(ObjectionRefused, match="名册 v2 还没有由监督员确认"):
        settle(later + 3 * hour)
    confirm_result(roster=roster, actor=supervisor, now=later + 4 * hour)
    with pytest.raises(ObjectionRefused, match="名册 v2 还没有公示"):
        settle(later + 4 * hour)
    second = start_publicity(result=Result.objects.get(), actor=organiser, now=later + 5 * hour)
    assert any("YY-2026-0001" in each.text for each in blockers(Result.objects.get(), now=second.closes_at))
    settle(later + 6 * hour)

    found = fresh(handled)
    assert (found.state, found.settled_by) == (S.SETTLED, roster)
    assert not any("YY-2026-0001" in each.text for each in blockers(Result.objects.get(), now=second.closes_at))
    told = Event.objects.filter(kind__startswith="objection_").order_by("number").values_list("kind", flat=True)
    assert list(told) == [f"objection_{act}" for act in ("received", "accepted", "assigned", "ruled", "settled")]
    assert verify_edition(result.edition) == []


def test_an_older_roster_does_not_settle(handled, supervisor, organiser, now):
    """Proposed before the ruling, whatever was confirmed since."""
    later = now + timedelta(hours=3)
    Contestant.objects.filter(name="选手1").update(name="选手一")
    propose_group_result(round=handled.result.round, actor=organiser, now=later, reason="改名")
    rule_objection(objection=handled, ruling=S.PARTLY, answer="部分成立。", actor=supervisor, now=later)
    with pytest.raises(ObjectionRefused, match="还没有结论之后的更正"):
        settle_objection(objection=handled, answer="已更正。", actor=organiser, now=later)


# keeping


def test_what_was_written_and_done_never_changes(handled):
    for rows, change in (
        (Objection.objects.filter(pk=handled.pk), {"body": "改"}),
        (Objection.objects.filter(pk=handled.pk), {"received_at": handled.received_at + SECOND}),
        (ObjectionStep.objects.filter(objection=handled), {"state": "settled"}),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows.update(**change)


def test_faults_name_what_does_not_hold(said, media):
    found = lodge_objection(**said(files=[upload("证据.jpg", jpeg())]))
    [path] = kept(media)
    path.write_bytes(b"other")
    found.body += "。"
    found.state = S.ACCEPTED
    assert objection_faults(found) == [
        "内容与其摘要不符",
        "材料“证据.jpg”与收到时不同",
        "状态与最后一项处理记录不符",
    ]
    path.unlink()
    assert "材料“证据.jpg”不在了" in objection_faults(fresh(found))
    assert verify_edition(found.result.edition) == ["异议 YY-2026-0001：材料“证据.jpg”不在了"]


def test_the_ledger_and_the_tables_hold_nothing_that_was_written(handled, supervisor, now):
    rule_objection(
        objection=handled, ruling=S.REJECTED, answer="答复金丝雀", note="记录金丝雀", actor=supervisor, now=now
    )
    events = "".join(Event.objects.values_list("payload", flat=True))
    with connection.cursor() as cursor:
        rows = ""
        for table in ("results_objection", "results_objectionstep", "ledger_event"):
            cursor.execute(f"SELECT * FROM {table}")
            rows += str(cursor.fetchall())
    for canary in (NAME, PHONE, BODY, "答复金丝雀", "记录金丝雀"):
        assert (canary in events, canary in rows) == (False, False)
    assert chain_faults(handled.result.edition) == []
