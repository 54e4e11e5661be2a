"""The organiser's and the participant's pages of a contest."""

import json
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Role
from contest.models import Appearance, Contest, Contestant, Finalist, PersonalDataExport
from core.models import Edition
from ledger.models import Event
from results.models import Result
from scoring.models import Round
from tests.contest.office import at, id_number

FOLDER = Path(__file__).parent / "workbooks"


def organise_addresses(contest) -> dict[str, str]:
    """Every page of the organiser about this contest, by URL name."""
    slug = contest.edition.slug
    round = Round.objects.first()
    ids = {
        "organise_contest": contest.pk,
        "organise_contestants": contest.pk,
        "organise_contestant_new": contest.pk,
        "organise_contestants_export": contest.pk,
        "organise_import": contest.pk,
        "organise_contestant": Contestant.objects.first().pk,
        "organise_round_new": contest.groups.get(code="junior").pk,
        "organise_draw": contest.groups.get(code="adult").pk,
        "organise_advancement": round.pk,
        "organise_running_order": round.pk,
        "organise_running_order_print": round.pk,
        "organise_running_order_xlsx": round.pk,
        "organise_propose": round.pk,
        "organise_finalists": Result.objects.get().pk,
    }
    addresses = {name: reverse(name, args=[slug, pk]) for name, pk in ids.items()}
    return addresses | {"organise_contest_new": at("organise_contest_new")}


def test_pages_open_for_the_organiser(contest, finished, signed_in, organiser):
    client = signed_in(organiser)
    assert {
        name: client.get(address).status_code for name, address in organise_addresses(contest).items()
    } == dict.fromkeys(organise_addresses(contest), 200)


def test_pages_are_not_there_for_others(contest, finished, signed_in, stranger, supervisor, make_person, now):
    other = Edition.objects.create(slug="2027", title="别届", year=2027, organiser_name="别市", created_at=now)
    judge = make_person("评委", Role.JUDGE, email="judge@example.com")
    neighbour = make_person("别届组委会", email="other@example.com")
    neighbour.grants.create(edition=other, role=Role.ORGANISER, granted_at=now)
    addresses = organise_addresses(contest)
    for person in (stranger, supervisor, judge, neighbour):
        client = signed_in(person)
        assert {name: client.get(address).status_code for name, address in addresses.items()} == dict.fromkeys(
            addresses, 404
        )


def test_pages_ask_to_sign_in(contest, finished, client):
    for address in organise_addresses(contest).values():
        assert client.get(address).status_code == 302


def acts(contest) -> dict[str, str]:
    slug = contest.edition.slug
    adult, result = contest.groups.get(code="adult"), Result.objects.get()
    finalist = Finalist.objects.first()
    ids = {
        "organise_consent": contest.pk,
        "organise_contestants_export": contest.pk,
        "organise_import_confirm": contest.pk,
        "organise_import_discard": contest.pk,
        "organise_contestant_account": Contestant.objects.first().pk,
        "organise_contestant_leave": Contestant.objects.first().pk,
        "organise_draw_commit": adult.pk,
        "organise_draw_lots": adult.pk,
        "organise_draw_order": adult.pk,
        "organise_draw_kinship": adult.pk,
        "organise_draw_videos": adult.pk,
        "organise_redraw": adult.pk,
        "organise_video_forfeit": Appearance.objects.first().pk,
        "organise_advancement_move_up": Round.objects.first().pk,
        "organise_finalists_record": result.pk,
        "organise_finalist_withdraw": finalist.pk,
        "organise_finalist_move_up": finalist.pk,
    }
    return {name: reverse(name, args=[slug, pk]) for name, pk in ids.items()}


def test_acts_are_not_there_for_others(contest, finished, signed_in, stranger, supervisor):
    events = Event.objects.count()
    for person in (stranger, supervisor):
        client = signed_in(person)
        assert {name: client.post(address).status_code for name, address in acts(contest).items()} == dict.fromkeys(
            acts(contest), 404
        )
    assert Event.objects.count() == events


def test_pitfall_16_acts_do_not_act_on_get(contest, finished, signed_in, organiser):
    client = signed_in(organiser)
    events = Event.objects.count()
    codes = {name: client.get(address).status_code for name, address in acts(contest).items()}
    assert codes == dict.fromkeys(acts(contest), 405) | {"organise_contestants_export": 200}
    assert Event.objects.count() == events


def test_new_contest_from_a_preset(edition, signed_in, organiser):
    client = signed_in(organiser)
    form = {"title": "2026 年科普讲解大赛", "slug": "jj", "first_day": "2026-11-20", "preset": "contest-two-groups"}
    response = client.post(at("organise_contest_new"), form)
    contest = Contest.objects.get()
    assert response.url == reverse("organise_contest", args=[edition.slug, contest.pk])
    assert list(contest.groups.values_list("code", "title", "min_age", "max_age")) == [
        ("adult", "成年组", 17, None),
        ("junior", "少年组", None, 16),
    ]
    page = client.get(response.url).content.decode()
    assert "下一步：定下报名时间" in page
    assert "直接导入报名表" in page


def test_new_contest_with_a_taken_slug_keeps_what_was_typed(contest, signed_in, organiser):
    form = {"title": "另一场", "slug": "jiangjie", "first_day": "2026-11-20", "preset": "contest-one-group"}
    page = signed_in(organiser).post(at("organise_contest_new"), form).content.decode()
    assert "请换一个代号" in page
    assert 'value="另一场"' in page


def upload(client, contest, name):
    with (FOLDER / name).open("rb") as file:
        return client.post(at("organise_import", contest.pk), {"file": file}, follow=True)


def stored_files() -> list[Path]:
    folder = Path(settings.MEDIA_ROOT) / "imports"
    return list(folder.iterdir()) if folder.exists() else []


def test_import_previews_and_then_imports(contest, signed_in, organiser):
    client = signed_in(organiser)
    before = stored_files()
    page = upload(client, contest, "registrations-clean.xlsx").content.decode()
    assert "新增 36 人" in page
    assert "卫滨区科学技术协会" in page
    assert Contestant.objects.count() == 0
    (kept,) = set(stored_files()) - set(before)
    assert "990484197209124929" not in kept.read_text(encoding="ascii")
    confirm = at("organise_import_confirm", contest.pk)
    page = client.post(confirm, follow=True).content.decode()
    assert "导入完成：新增 36 人" in page
    assert Contestant.objects.count() == 36
    assert not kept.exists()
    page = client.post(confirm, follow=True).content.decode()
    assert "预览已过期" in page


def test_import_again_says_that_nothing_is_new(contest, signed_in, organiser):
    client = signed_in(organiser)
    for _ in range(2):
        page = upload(client, contest, "registrations-clean.xlsx").content.decode()
        client.post(at("organise_import_confirm", contest.pk))
    assert "36 人已在名单中，不会改动" in page
    assert Contestant.objects.count() == 36


def test_import_of_something_else(contest, signed_in, organiser):
    file = BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest")
    file.name = "a.xlsx"
    client = signed_in(organiser)
    page = client.post(at("organise_import", contest.pk), {"file": file})
    assert "旧版 .xls" in page.content.decode()


def test_import_discarded(contest, signed_in, organiser):
    client = signed_in(organiser)
    before = stored_files()
    upload(client, contest, "registrations-clean.xlsx")
    client.post(at("organise_import_discard", contest.pk))
    assert stored_files() == before
    assert Contestant.objects.count() == 0


def test_preview_belongs_to_one_session(contest, signed_in, organiser, make_person):
    upload(signed_in(organiser), contest, "registrations-clean.xlsx")
    second = make_person("另一位", Role.ORGANISER, email="second@example.com")
    page = signed_in(second).get(at("organise_import", contest.pk)).content.decode()
    assert "确认导入" not in page


def test_list_is_searched_filtered_and_paged(contest, enter, signed_in, organiser):
    enter(60)
    address = at("organise_contestants", contest.pk)
    client = signed_in(organiser)
    page = client.get(address, {"q": "题目59"}).content.decode()
    assert "选手59" in page
    assert "选手58" not in page
    assert "第 1 / 2 页" in client.get(address).content.decode()
    assert "没有符合条件的选手" in client.get(address, {"group": "junior"}).content.decode()


@pytest.mark.parametrize("count", [3, 300])
def test_list_takes_few_queries(contest, enter, signed_in, organiser, django_assert_max_num_queries, count):
    enter(count)
    client = signed_in(organiser)
    with django_assert_max_num_queries(10):
        client.get(at("organise_contestants", contest.pk))


@pytest.mark.parametrize("count", [3, 30])
def test_overview_takes_few_queries(contest, drawn, signed_in, organiser, django_assert_max_num_queries, count):
    drawn(count)
    client = signed_in(organiser)
    with django_assert_max_num_queries(14):
        client.get(at("organise_contest", contest.pk))


def cells_of(response) -> list[object]:
    sheet = load_workbook(BytesIO(response.content)).worksheets[0]
    return [cell.value for row in sheet.rows for cell in row]


def test_export_masks_and_in_full_records(contest, enter, signed_in, organiser):
    enter(3)
    client = signed_in(organiser)
    address = at("organise_contestants_export", contest.pk)
    number = id_number(date(1990, 5, 1), 1)
    masked = [
        cell.value for row in load_workbook(BytesIO(client.get(address).content)).worksheets[0].rows for cell in row
    ]
    assert number not in masked
    for refused in ("", "长" * 201):
        assert client.post(address, {"reason": refused}).status_code == 409
    full = client.post(address, {"reason": " 上报省赛 "})
    assert number in cells_of(full)
    export = PersonalDataExport.objects.get()
    assert (export.reason, export.count, export.exported_by) == ("上报省赛", 3, organiser)
    event = Event.objects.order_by("-number")[0]
    assert (event.kind, json.loads(event.payload)) == (
        "personal_data_exported",
        {"contest": contest.pk, "count": 3, "export": export.pk},
    )


def test_consent_for_everybody(contest, signed_in, organiser, now):
    client = signed_in(organiser)
    upload(client, contest, "registrations-clean.xlsx")
    client.post(at("organise_import_confirm", contest.pk))
    consent = at("organise_consent", contest.pk)
    first = Contestant.objects.filter(status="draft").first()
    assert "已登记 1 位" in client.post(consent, {"contestant": [first.pk, "x"]}, follow=True).content.decode()
    assert "已登记 17 位" in client.post(consent, {"everybody": "1"}, follow=True).content.decode()
    assert Contestant.objects.filter(status="draft").count() == 0


def form_of(contestant) -> dict[str, object]:
    return {
        "group": contestant.group_id,
        "name": contestant.name,
        "gender": contestant.gender,
        "birth_date": contestant.birth_date.isoformat(),
        "id_number": contestant.id_number,
        "workplace": contestant.workplace,
        "title": contestant.title,
        "phone": contestant.phone,
    }


def test_contestant_typed_in(contest, adult, signed_in, organiser):
    client = signed_in(organiser)
    address = at("organise_contestant_new", contest.pk)
    form = {
        "group": adult.pk,
        "name": "张 三",
        "gender": "男",
        "birth_date": "1990-05-01",
        "id_number": id_number(date(1990, 5, 1)),
        "workplace": "市科学技术馆",
        "title": "黑洞",
        "phone": "１９９ 0000 0001",
    }
    assert client.post(address, form).status_code == 302
    assert Contestant.objects.values_list("name", "phone_index", "status").get()[::2] == ("张三", "accepted")
    page = client.post(address, form).content.decode()
    assert "此人已经报名" in page


def test_contestant_with_faults_keeps_what_was_typed(contest, enter, signed_in, organiser):
    (contestant,) = enter(1)
    address = at("organise_contestant", contestant.pk)
    form = form_of(contestant) | {"birth_date": "1991-01-01", "title": "改过的题目", "phone": "12345"}
    page = signed_in(organiser).post(address, form).content.decode()
    assert 'value="改过的题目"' in page
    assert "不是电话号码" in page
    form["phone"] = contestant.phone
    page = signed_in(organiser).post(address, form).content.decode()
    assert "与身份证号中的出生日期 1990-05-01 不一致" in page
    contestant.refresh_from_db()
    assert contestant.title == "题目1"


def test_contestant_changed_and_withdrawn(contest, enter, signed_in, organiser):
    first, second = enter(2)
    client = signed_in(organiser)
    address = at("organise_contestant", first.pk)
    page = client.post(address, form_of(first) | {"id_number": second.id_number}).content.decode()
    assert "每人只能报名一次" in page
    assert "已保存" in client.post(address, form_of(first) | {"title": "新题目"}, follow=True).content.decode()
    leave = at("organise_contestant_leave", first.pk)
    assert "必填" in client.post(leave, {"kind": "withdraw", "reason": ""}).content.decode()
    assert "已退出：生病" in client.post(leave, {"kind": "withdraw", "reason": "生病"}, follow=True).content.decode()
    client.post(
        at("organise_contestant_leave", second.pk),
        {"kind": "refuse", "reason": "超龄"},
    )
    assert list(Contestant.objects.order_by("pk").values_list("title", "status")) == [
        ("新题目", "withdrawn"),
        ("题目2", "refused"),
    ]
