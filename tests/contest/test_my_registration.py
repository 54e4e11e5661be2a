"""One's own registration in the browser: begun, kept as typed, in two tabs, handed in, taken back, given up."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.services import create_user
from contest.models import Contest, Contestant, Material
from contest.services import accept_registrations, hand_in_material, return_registrations, typed_values
from contest.services.consent_texts import latest_consent_text
from ledger.models import Event
from tests.contest.family import upload
from tests.contest.office import id_number
from tests.core.samples import jpeg, pdf

BACKEND = "accounts.backends.PhoneOrEmailBackend"
BORN = date(2016, 3, 8)


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def call(call):
    """The same call, open by the machine's clock too, which pages go by."""
    now = timezone.now()
    call.registration_closes_at = now + timedelta(days=10)
    call.first_day = (now + timedelta(days=20)).date()
    call.save()
    return call


@pytest.fixture
def home(guardian):
    """The guardian's browser."""
    browser = Client()
    browser.force_login(guardian, backend=BACKEND)
    return browser


@pytest.fixture
def own(call, home, junior):
    """A draft begun on the page."""
    answer = home.post(reverse("my_register", args=[call.pk]), {"group": junior.pk})
    return Contestant.objects.get(pk=re.search(r"(\d+)/$", answer["Location"])[1])


def fields(own, **changes):
    own.refresh_from_db()
    values = {
        "base_version": own.version,
        "group": own.group_id,
        "name": "周小禾",
        "gender": "女",
        "id_kind": "id_card",
        "id_number": id_number(BORN),
        "birth_date": "",
        "workplace": "示范小学",
        "title": "看得见的声音",
        "tutors": "",
        "guardian_name": "周母",
        "guardian_phone": "19900008888",
        "phone": "19900008888",
        "email": "",
        "remark": "",
        "details.education": "小学",
        "details.position": "",
        "details.grade": "四年级",
        "details.biography": "",
    }
    return values | changes


def page_of(own, name="my_registration", *args):
    return reverse(name, args=[own.pk, *args])


def save(browser, own, act="save", **changes):
    return browser.post(page_of(own), fields(own, act=act, **changes))


# --- begun ---


def test_groups_are_offered_by_birth_date(call, home):
    page = home.get(reverse("my_register", args=[call.pk])).content.decode()

    assert "及以后出生" in page
    assert "及以前出生" in page
    assert "请用监护人的账号报名" in page


def test_draft_begun_belongs_to_the_account(own, guardian, junior):
    assert (own.user, own.group, own.channel, own.status) == (guardian, junior, "individual", "draft")


@pytest.mark.parametrize("group", ["", "0", "x"])
def test_beginning_without_a_group_begins_nothing(call, home, group):
    page = home.post(reverse("my_register", args=[call.pk]), {"group": group}).content.decode()

    assert "请选择组别。" in page
    assert not Contestant.objects.exists()


def test_nobody_begins_where_only_units_register(call, home, junior):
    Contest.objects.update(individuals_may_register=False)
    address = reverse("my_register", args=[call.pk])

    assert "由推荐单位统一报送" in home.get(address).content.decode()
    assert home.post(address, {"group": junior.pk})["Location"] == address
    assert not Contestant.objects.exists()


def test_calls_that_are_not_public_or_over_cannot_be_registered_for(call, home):
    address = reverse("my_register", args=[call.pk])

    Contest.objects.update(registration_closes_at=timezone.now())
    assert home.get(address).status_code == 404
    Contest.objects.update(registration_closes_at=None, call_published_at=None)
    assert home.get(address).status_code == 404


# --- kept as typed ---


def test_draft_keeps_everything_even_if_it_is_wrong(own, home):
    wrong = {"name": "<script>alert(1)</script>", "phone": "没有", "birth_date": "三月", "title": "题" * 99}

    answer = save(home, own, **wrong)

    assert answer["Location"] == page_of(own)
    page = home.get(page_of(own)).content.decode()
    assert 'value="&lt;script&gt;alert(1)&lt;/script&gt;"' in page
    assert 'value="没有"' in page
    assert 'value="三月"' in page
    assert f'value="{"题" * 99}"' in page
    assert "<script>alert" not in page
    assert "field-error" not in page


def test_autosave_tells_what_it_kept(own, home):
    answer = home.post(page_of(own, "my_autosave"), fields(own, name="周"))

    own.refresh_from_db()
    assert (answer.status_code, answer.json()["state"], answer.json()["version"]) == (200, "saved", own.version)
    assert typed_values(own)["name"] == "周"
    again = home.post(page_of(own, "my_autosave"), fields(own, name="周", base_version=0))
    assert again.json()["version"] == own.version


def test_second_tab_is_told_and_sees_both_side_by_side(own, home):
    """Pitfall 20: the second writer gets a conflict, never a silent overwrite, and nothing of either is lost."""
    first, second = fields(own, title="第一个窗口"), fields(own, title="第二个窗口", tutors="李老师")
    home.post(page_of(own), first | {"act": "save"})

    autosaved = home.post(page_of(own, "my_autosave"), second)
    saved = home.post(page_of(own), second | {"act": "save"})

    assert (autosaved.status_code, autosaved.json()["state"]) == (409, "conflict")
    page = saved.content.decode()
    assert saved.status_code == 409
    rows = re.findall(r"<tr><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td></tr>", page)
    assert rows == [("讲解题目", "第一个窗口", "第二个窗口"), ("指导教师", "（空）", "李老师")]
    assert 'value="第二个窗口"' in page
    own.refresh_from_db()
    assert typed_values(own)["title"] == "第一个窗口"
    assert f'name="base_version" value="{own.version}"' in page

    kept = home.post(page_of(own), second | {"act": "save", "base_version": own.version})

    assert kept.status_code == 302
    own.refresh_from_db()
    assert typed_values(own)["title"] == "第二个窗口"


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999"])
def test_made_up_version_overwrites_nothing(own, home, version):
    assert save(home, own, base_version=version).status_code == 409


def test_flood_of_text_is_refused_in_words_and_stays_on_the_page(own, home):
    answer = save(home, own, remark="长" * 20_001)

    assert "填写的内容太长" in answer.content.decode()
    assert "长" * 100 in answer.content.decode()


# --- handed in ---


def test_submission_gives_a_receipt_with_the_number_and_what_comes_next(own, home):
    answer = save(home, own, act="submit")

    assert answer["Location"] == page_of(own, "my_receipt")
    page = home.get(answer["Location"]).content.decode()
    assert f'<p class="receipt-number">{own.pk}</p>' in page
    assert "监护人阅读并同意" in page
    assert "缺监护人同意" in page
    own.refresh_from_db()
    assert (own.status, own.name, own.birth_date) == ("submitted", "周小禾", BORN)


def test_faults_stand_on_top_and_at_their_fields_and_the_draft_stays(own, home):
    answer = save(home, own, act="submit", phone="123", id_number=id_number(BORN)[:-1], guardian_name="")

    page = answer.content.decode()
    assert "有 4 处要改" in page
    assert set(re.findall(r'<li><a href="#(id_\w+)">', page)) == {
        "id_id_number",
        "id_birth_date",
        "id_phone",
        "id_guardian_name",
    }
    assert page.count('class="field-error"') >= 4
    own.refresh_from_db()
    assert (own.status, typed_values(own)["phone"]) == ("draft", "123")


def test_submission_after_the_deadline_is_refused_and_the_draft_stays(own, home):
    Contest.objects.update(registration_closes_at=timezone.now())

    page = save(home, own, act="submit").content.decode()

    assert "截止，不再接收" in page
    assert 'value="周小禾"' in page
    own.refresh_from_db()
    assert (own.status, typed_values(own)["name"]) == ("draft", "周小禾")


def test_one_person_in_two_registrations_is_said_at_the_number(own, home, handed_in):
    handed_in()

    page = save(home, own, act="submit").content.decode()

    assert "此人已经报名，每人只能报名一次" in page


def test_what_was_typed_into_a_page_that_is_too_old_is_still_there(own, home):
    """Handed in from the telephone meanwhile: the computer's page keeps what was typed and says why it is not kept."""
    save(home, own, act="submit")

    answer = save(home, own, title="晚来的改动")

    assert answer.status_code == 409
    assert "不能再改" in answer.content.decode()
    assert 'value="晚来的改动"' in answer.content.decode()


def test_recalled_registration_is_a_draft_again(own, home):
    save(home, own, act="submit")

    home.post(page_of(own, "my_recall"))

    own.refresh_from_db()
    assert own.status == "draft"
    assert 'value="看得见的声音"' in home.get(page_of(own)).content.decode()


def test_returned_registration_says_what_and_until_when_and_is_completed(own, home, organiser, call):
    save(home, own, act="submit")
    due = timezone.now() + timedelta(days=30)
    return_registrations(
        contest=call, contestants=[own.pk], reason="请写<b>年级", due_at=due, actor=organiser, now=timezone.now()
    )
    Contest.objects.update(registration_closes_at=timezone.now())

    home_page, page = (home.get(address).content.decode() for address in (reverse("my_home"), page_of(own)))

    for shown in (home_page, page):
        assert "请写&lt;b&gt;年级" in shown
        assert timezone.localtime(due).strftime("%H:%M") in shown
    assert save(home, own, act="submit", **{"details.grade": "五年级"})["Location"] == page_of(own, "my_receipt")


def test_draft_deleted_without_a_trace_and_submission_withdrawn_with_a_reason(own, home, call, junior):
    home.post(page_of(own, "my_withdraw"), {"act": "delete"})
    assert not Contestant.objects.exists()

    home.post(reverse("my_register", args=[call.pk]), {"group": junior.pk})
    second = Contestant.objects.get()
    save(home, second, act="submit")
    assert "请写明原因" in home.post(page_of(second, "my_withdraw"), {"reason": ""}).content.decode()
    home.post(page_of(second, "my_withdraw"), {"act": "delete"})
    assert Contestant.objects.get().status == "submitted"
    home.post(page_of(second, "my_withdraw"), {"reason": "搬家"})

    second.refresh_from_db()
    assert (second.status, second.status_reason) == ("withdrawn", "搬家")
    assert "搬家" in home.get(page_of(second)).content.decode()


def test_printed_form_holds_what_was_typed_and_places_to_sign(own, home):
    save(home, own, **{"details.biography": "喜欢<星星>"})

    page = home.get(page_of(own, "my_registration_form")).content.decode()

    assert "喜欢&lt;星星&gt;" in page
    assert "监护人签名" in page
    assert "（盖章）" in page
    assert f"报名号 {own.pk}" in page


# --- materials ---


@pytest.fixture
def script(call):
    return call.material_requirements.get(code="script")


def test_material_uploaded_looked_at_and_taken_back(own, home, script):
    answer = home.post(page_of(own, "my_material", script.pk), {"file": upload("我的讲稿.pdf")})

    assert answer["Location"] == page_of(own, "my_materials")
    material = Material.objects.get()
    assert "我的讲稿.pdf" in home.get(answer["Location"]).content.decode()
    file = home.get(page_of(own, "my_material_file", material.pk))
    assert file.getvalue() == pdf()
    assert file["Content-Disposition"].startswith("attachment")
    home.post(page_of(own, "my_material_take_back", material.pk))
    assert "我的讲稿.pdf" not in home.get(page_of(own, "my_materials")).content.decode()


def test_wrong_file_is_refused_beside_its_place(own, home, script):
    answer = home.post(page_of(own, "my_material", script.pk), {"file": upload("<b>.pdf", jpeg())})

    assert answer.status_code == 400
    assert "“&lt;b&gt;.pdf”的内容是JPG 图片，这里收的是" in answer.content.decode()
    assert "请先选择文件" in home.post(page_of(own, "my_material", script.pk)).content.decode()
    assert not Material.objects.exists()


def test_script_of_the_page_is_answered_in_json(own, home, script, settings):
    address, accept = page_of(own, "my_material", script.pk), {"headers": {"Accept": "application/json"}}

    assert home.post(address, {"file": upload()}, **accept).json() == {"message": ""}
    refused = home.post(address, {"file": upload(content=jpeg())}, **accept)
    assert (refused.status_code, "JPG" in refused.json()["message"]) == (400, True)
    settings.UPLOAD_MAX_BYTES = 10
    assert "太大，没有接收" in home.post(address, {"file": upload("大.pdf")}, **accept).json()["message"]


def test_registration_handed_in_from_the_page_of_materials(own, home):
    save(home, own)

    assert home.post(page_of(own), {"act": "submit_stored"})["Location"] == page_of(own, "my_receipt")


def test_unfinished_registration_is_not_handed_in_from_there(own, home):
    save(home, own, phone="")

    page = home.post(page_of(own), {"act": "submit_stored"}).content.decode()

    assert "有 1 处要改" in page
    assert f'name="base_version" value="{Contestant.objects.get().version}"' in page


# --- consent ---


def test_guardian_reads_ticks_and_confirms(own, home, call):
    save(home, own, act="submit")
    text = latest_consent_text(call)
    address = page_of(own, "my_consent")

    assert "第 1 版" in home.get(address).content.decode()
    assert "请读完同意书" in home.post(address, {"text": text.pk}).content.decode()
    assert home.post(address, {"text": text.pk, "agreed": "1"})["Location"] == page_of(own)

    own.refresh_from_db()
    assert (own.guardian_consent_how, own.guardian_consent_text) == ("online", text)
    assert "同意书第 1 版" in home.get(page_of(own)).content.decode()


def test_childs_own_account_is_told_how_the_guardian_consents(call, junior, child, handed_in):
    childs = create_user(name="周小禾", phone="19900007777")
    contestant = handed_in(owner=childs)
    browser = Client()
    browser.force_login(childs, backend=BACKEND)

    page = browser.get(page_of(contestant, "my_consent")).content.decode()

    assert "须由监护人周母用自己名下的账号同意" in page
    assert 'name="agreed"' not in page


# --- who and how much ---

PAGES = ("my_registration", "my_receipt", "my_registration_form", "my_consent", "my_materials", "my_withdraw")
ACTS = ("my_registration", "my_autosave", "my_recall", "my_withdraw", "my_consent")


def test_another_account_finds_nothing_of_mine(own, home, script, organiser, stranger, guardian):
    save(home, own)
    material = hand_in_material(contestant=own, requirement=script, file=upload(), actor=guardian, now=timezone.now())
    before = Contestant.objects.values().get()
    for user in (stranger, organiser):
        other = Client()
        other.force_login(user, backend=BACKEND)
        answers = [other.get(page_of(own, name)) for name in PAGES]
        answers += [other.post(page_of(own, name), fields(own, act="submit")) for name in ACTS]
        answers += [
            other.get(page_of(own, "my_material_file", material.pk)),
            other.post(page_of(own, "my_material", script.pk), {"file": upload(content=pdf() + b"x")}),
            other.post(page_of(own, "my_material_take_back", material.pk)),
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert "周小禾" not in other.get(reverse("my_home")).content.decode()
    assert Contestant.objects.values().get() == before


def test_file_of_another_registration_is_not_found_under_mine(own, home, script, handed_in, draft, junior, now):
    other = create_user(name="别人", phone="19900006666")
    theirs = draft(junior, other)
    material = hand_in_material(contestant=theirs, requirement=script, file=upload(), actor=other, now=now)

    assert home.get(page_of(own, "my_material_file", material.pk)).status_code == 404
    assert home.post(page_of(own, "my_material_take_back", material.pk)).status_code == 404


def test_reading_changes_nothing(own, home):
    """Pitfall 16."""
    save(home, own)
    before, acts = Contestant.objects.values().get(), Event.objects.count()

    for name in (*PAGES, "my_registration"):
        home.get(page_of(own, name))
    for name in ("my_autosave", "my_recall"):
        assert home.get(page_of(own, name)).status_code == 405

    assert (Contestant.objects.values().get(), Event.objects.count()) == (before, acts)


@pytest.mark.parametrize("rows", [1, 3])
def test_home_asks_the_same_however_many_registrations(call, home, draft, junior, rows, django_assert_num_queries):
    for _ in range(rows):
        draft(junior)

    with django_assert_num_queries(8):
        home.get(reverse("my_home"))


def test_home_shows_what_the_office_decided(own, home, organiser, call):
    save(home, own, act="submit")
    Contestant.objects.update(guardian_consent_at=timezone.now(), guardian_consent_how="written")
    call.material_requirements.all().delete()
    accept_registrations(contest=call, contestants=[own.pk], actor=organiser, now=timezone.now())

    page = home.get(reverse("my_home")).content.decode()

    assert "已受理，请留意抽签和比赛的通知" in page
