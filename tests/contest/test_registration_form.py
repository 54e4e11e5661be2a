"""The form of a registration: every fault at once at its field, and what was typed stays as it was typed."""

from datetime import date

import pytest

from contest.forms import ContestantForm, RegistrationForm
from contest.services import save_draft, typed_values
from tests.contest.office import id_number

BORN = date(2016, 3, 8)


@pytest.fixture
def typed(call, junior):
    """A child's registration as it is typed, untidily."""
    return {
        "group": str(junior.pk),
        "name": " 周 小禾 ",
        "gender": "女",
        "id_kind": "id_card",
        "id_number": id_number(BORN).replace("990000", "990000 "),
        "birth_date": "2016年3月8日",
        "workplace": "示范小学",
        "title": "看得见的声音",
        "tutors": "",
        "guardian_name": "周　母",
        "guardian_phone": "+86 199-0000-8888",
        "phone": "１９９００００８８８８",
        "email": "",
        "remark": "",
        "details.education": "小学",
        "details.position": "",
        "details.grade": "四年级",
        "details.biography": "喜欢星星。\r\n也喜欢树。",
    }


def faults(form):
    return {field: messages[0] for field, messages in form.errors.items()}


def test_whole_form_gives_a_clean_registration(call, typed, junior, child):
    form = RegistrationForm(typed, contest=call)

    assert form.errors == {}
    assert form.registration() == child(
        workplace="示范小学",
        title="看得见的声音",
        phone="19900008888",
        details={"education": "小学", "grade": "四年级", "biography": "喜欢星星。\r\n也喜欢树。"},
    )


def test_identity_card_tells_the_birth_date(call, typed):
    form = RegistrationForm(typed | {"birth_date": ""}, contest=call)

    assert form.is_valid()
    assert form.registration().birth_date == BORN


def test_passport_does_not_tell_the_birth_date(call, typed):
    form = RegistrationForm(typed | {"birth_date": "", "id_kind": "passport", "id_number": "E1234567"}, contest=call)

    assert faults(form) == {"birth_date": "此项必须填写。"}


def test_empty_form_says_everything_at_once(call):
    required = ("name", "gender", "id_number", "birth_date", "workplace", "title", "phone")

    assert faults(RegistrationForm({}, contest=call)) == {
        "group": "请选择组别。",
        **dict.fromkeys(required, "此项必须填写。"),
    }


def test_faults_of_shape_and_of_rules_come_together(call, typed, adult):
    call.asked_fields = [{"code": "education", "required": True}, {"code": "biography", "required": False}]
    wrong = {
        "birth_date": "三月八日",
        "phone": "12345678901",
        "email": "a@b",
        "workplace": "",
        "title": "题" * 61,
        "guardian_name": "",
        "details.education": "",
        "details.biography": "字" * 201,
    }

    assert faults(RegistrationForm(typed | wrong, contest=call)) == {
        "birth_date": "请写成 2015-03-08 或 20150308 这样的日期，年份四位。",
        "phone": "手机号“12345678901”不正确，请核对 11 位号码。",
        "email": "这不是电子邮箱地址，请核对，例如 name@example.com。",
        "workplace": "此项必须填写。",
        "title": "最多 60 个字，现有 61 个，请缩短。",
        "guardian_name": "少年组选手须填写监护人姓名。",
        "details.education": "此项必须填写。",
        "details.biography": "最多 200 个字，现有 201 个，请缩短。",
    }


def test_wrong_group_is_said_at_the_group(call, typed, adult):
    found = faults(RegistrationForm(typed | {"group": str(adult.pk)}, contest=call))

    assert list(found) == ["group"]
    assert "成年组须满 17 周岁" in found["group"]


def test_adult_group_keeps_no_guardian(call, typed, adult):
    born = date(1990, 5, 1)
    fields = {"group": str(adult.pk), "birth_date": "19900501", "id_number": id_number(born)}

    form = RegistrationForm(typed | fields, contest=call)

    assert form.is_valid()
    registration = form.registration()

    assert (registration.guardian_name, registration.guardian_phone) == ("", "")


def test_office_may_leave_for_later_what_a_workbook_may(call, typed):
    form = ContestantForm(typed | {"guardian_phone": "", "details.education": ""}, contest=call)

    assert form.errors == {}


def test_draft_reappears_exactly_as_typed(call, typed, draft, junior, guardian, now):
    typed |= {"birth_date": "三月八号？", "phone": "还没有", "name": "<b>小禾</b>", "details.grade": "  四 "}
    form = RegistrationForm(typed, contest=call)
    assert not form.is_valid()

    made = draft(junior)
    save_draft(contestant=made, typed=form.typed(), base_version=made.version, actor=guardian, now=now)

    made.refresh_from_db()
    assert typed_values(made) == typed
    page = str(RegistrationForm.of(made))
    assert 'value="三月八号？"' in page
    assert 'value="&lt;b&gt;小禾&lt;/b&gt;"' in page
    assert "errorlist" not in page


def test_guardian_is_asked_for_only_where_a_group_needs_one(call, junior):
    with_minors = [section.title for section in RegistrationForm(contest=call).sections()]
    junior.delete()

    assert "监护人" in with_minors
    assert "监护人" not in [section.title for section in RegistrationForm(contest=call).sections()]


def test_only_what_the_contest_asks_for_is_asked(call):
    call.asked_fields = []

    assert not any(name.startswith("details.") for name in RegistrationForm(contest=call).fields)
