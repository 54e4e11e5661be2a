"""The organiser's and the participant's pages of a contest."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Role
from contest.models import Contest, Contestant, Finalist, GroupRound
from contest.services import (
    commit_draw,
    propose_group_result,
    record_finalists,
    set_up_round,
    withdraw_finalist,
)
from core.models import Edition
from ledger.models import Event
from results.models import Result, Roster
from results.services import confirm_result, publish_result
from scoring.models import Entry, Round
from scoring.services import add_seat
from tests.contest.office import id_number


def at(name: str, *ids: int) -> str:
    """Address of an organiser's page in the edition of the tests."""
    return reverse(name, args=["2026", *ids])


FOLDER = Path(__file__).parent / "workbooks"


@pytest.fixture
def finished(contest, locked, organiser, supervisor, now):
    """A contest whose adults are judged, confirmed, public and nominated."""
    round = locked()
    roster = propose_group_result(round=round, actor=organiser, now=now)
    confirm_result(roster=roster, actor=supervisor, now=now)
    publish_result(result=roster.result, actor=organiser, now=now)
    record_finalists(result=roster.result, actor=organiser, now=now)
    return roster.result


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
        "organise_contestant_leave": Contestant.objects.first().pk,
        "organise_draw_commit": adult.pk,
        "organise_draw_lots": adult.pk,
        "organise_draw_order": adult.pk,
        "organise_draw_kinship": adult.pk,
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
    assert "下一步：成年组：导入报名表" in page


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


def test_import_shows_each_faulty_cell_and_keeps_nothing(contest, signed_in, organiser):
    before = stored_files()
    page = upload(signed_in(organiser), contest, "registrations-with-errors.xlsx").content.decode()
    assert "有 13 处需要改正，没有导入任何人" in page
    assert all(f"<strong>{cell}</strong>" in page for cell in ("C8", "F9", "B20"))
    assert stored_files() == before


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
    assert client.post(address, {"reason": ""}).status_code == 409
    full = client.post(address, {"reason": "上报省赛"})
    assert number in cells_of(full)
    assert Event.objects.order_by("-number")[0].kind == "personal_data_exported"


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


def test_round_with_a_new_panel_then_draw(contest, adult, enter, signed_in, organiser):
    people = enter(3)
    client = signed_in(organiser)
    new = at("organise_round_new", adult.pk)
    assert "请选择现有的评委组" in client.post(new, {"title": "决赛"}).content.decode()
    client.post(new, {"title": "决赛", "panel_title": "评委一组"})
    round = Round.objects.get()
    assert (round.title, round.panel.title, round.group_round.sequence) == ("决赛", "评委一组", 1)
    draw = at("organise_draw", adult.pk)
    assert "公布承诺值" in client.get(draw).content.decode()
    order = at("organise_draw_order", adult.pk)
    numbers = {f"number_{one.pk}": 3 - place for place, one in enumerate(people)}
    page = client.post(order, numbers | {f"number_{people[1].pk}": 3}).content.decode()
    assert "3 号已经给了选手1" in page
    client.post(order, numbers)
    assert list(Entry.objects.order_by("order").values_list("title", flat=True)) == ["题目3", "题目2", "题目1"]
    assert "必填" in client.post(order, numbers).content.decode()
    assert "录入" in client.post(order, numbers | {"reason": "录错"}, follow=True).content.decode()


def test_draw_by_the_system_on_the_page(contest, adult, enter, make_panel, signed_in, organiser, now):
    enter(3)
    set_up_round(group=adult, panel=make_panel(), title="决赛", actor=organiser, now=now)
    client = signed_in(organiser)
    args = [contest.edition.slug, adult.pk]
    client.post(reverse("organise_draw_commit", args=args))
    group_round = GroupRound.objects.get()
    page = client.get(reverse("organise_draw", args=args)).content.decode()
    assert group_round.draw_commitment in page
    assert group_round.draw_secret not in page
    lots = reverse("organise_draw_lots", args=args)
    assert "必填" in client.post(lots, {"public": ""}).content.decode()
    page = client.post(lots, {"public": "03 08 14"}, follow=True).content.decode()
    assert group_round.draw_secret in page
    assert Entry.objects.count() == 3


def test_draw_page_before_there_is_a_round(contest, junior, signed_in, organiser):
    args = [contest.edition.slug, junior.pk]
    client = signed_in(organiser)
    assert "先建立轮次" in client.get(reverse("organise_draw", args=args)).content.decode()
    assert client.post(reverse("organise_draw_commit", args=args)).status_code == 404


def test_draw_page_says_why_it_waits(contest, adult, make_panel, signed_in, organiser, now):
    round = set_up_round(group=adult, panel=make_panel(), title="决赛", actor=organiser, now=now)
    page = signed_in(organiser).get(at("organise_draw", adult.pk)).content.decode()
    assert "成年组还没有已受理的选手" in page
    response = signed_in(organiser).post(at("organise_draw_commit", adult.pk))
    assert response.status_code == 409
    assert round.entries.count() == 0
    with pytest.raises(Exception, match="还没有已受理"):
        commit_draw(round=round, actor=organiser, now=now)


def test_kinship_listed_from_the_draw_page(contest, adult, drawn, make_person, signed_in, organiser, now):
    round = drawn(3)
    judge = make_person("选手2", Role.JUDGE, email="late@example.com")
    add_seat(panel=round.panel, judge=judge, actor=organiser, now=now)
    client = signed_in(organiser)
    overview = client.get(at("organise_contest", contest.pk)).content.decode()
    assert "1 对评委和选手可能需要回避" in overview
    page = client.post(at("organise_draw_kinship", adult.pk), follow=True).content.decode()
    assert "1 对已列入回避名单" in page


def test_propose_page_previews_and_proposes(contest, locked, signed_in, organiser):
    round = locked()
    client = signed_in(organiser)
    address = at("organise_propose", round.pk)
    assert "选手1" in client.get(address).content.decode()
    response = client.post(address)
    assert response.url == at("organise_result", Result.objects.get().pk)
    page = client.post(address, {"reason": "再来一次"}).content.decode()
    assert "完全相同" in page
    Contestant.objects.filter(name="选手1").update(name="选手一")
    assert "请写明更正的缘由" in client.post(address).content.decode()
    client.post(address, {"reason": "更正姓名"})
    assert Roster.objects.count() == 2


def test_pitfall_02_propose_page_lists_the_tie(contest, locked, signed_in, organiser):
    round = locked(["49", "48", "47", "47", "45", "44"])
    page = signed_in(organiser).get(at("organise_propose", round.pk)).content.decode()
    assert "一等奖名额线上并列：03、04 号" in page
    assert at("organise_ties", round.pk) in page


def test_propose_page_before_the_lock(contest, drawn, signed_in, organiser):
    round = drawn(3)
    page = signed_in(organiser).get(at("organise_propose", round.pk)).content.decode()
    assert "还没有封存" in page


def test_finalists_page_withdraws_and_moves_up(contest, finished, signed_in, organiser):
    client = signed_in(organiser)
    first = Finalist.objects.get(kind="finalist", place=1)
    reserve = Finalist.objects.get(kind="reserve", place=1)
    withdraw = at("organise_finalist_withdraw", first.pk)
    assert "必填" in client.post(withdraw, {"reason": ""}).content.decode()
    page = client.post(withdraw, {"reason": "出国"}, follow=True).content.decode()
    assert "空缺 1 个名额" in page
    page = client.post(at("organise_finalist_move_up", reserve.pk), follow=True).content.decode()
    assert "选手4已递补晋级" in page
    record = at("organise_finalists_record", finished.pk)
    assert client.post(record).status_code == 409


def test_finalists_page_records(contest, locked, signed_in, organiser, supervisor, now):
    roster = propose_group_result(round=locked(), actor=organiser, now=now)
    client = signed_in(organiser)
    address = at("organise_finalists", roster.result_id)
    assert "disabled" in client.get(address).content.decode()
    confirm_result(roster=roster, actor=supervisor, now=now)
    record = at("organise_finalists_record", roster.result_id)
    assert "共 5 人" in client.post(record, follow=True).content.decode()


def test_overview_follows_the_contest(contest, finished, signed_in, organiser, now):
    page = signed_in(organiser).get(at("organise_contest", contest.pk)).content.decode()
    assert "已公布，可以签发证书、办理晋级" in page
    assert "下一步：少年组：导入报名表" in page
    withdraw_finalist(finalist=Finalist.objects.first(), reason="出国", actor=organiser, now=now)


def test_my_home_shows_own_registrations_only(contest, finished, stranger, signed_in, make_person):
    Contestant.objects.filter(name="选手1").update(user=stranger)
    page = signed_in(stranger).get(reverse("my_home")).content.decode()
    assert "选手1 · 《题目1》" in page
    assert "01 号出场" in page
    assert reverse("public_result", args=[finished.pk]) in page
    assert "选手2" not in page
    other = make_person("别人", email="other@example.com")
    assert "还没有报名" in signed_in(other).get(reverse("my_home")).content.decode()


def test_my_home_asks_to_sign_in(client, db):
    assert client.get(reverse("my_home")).status_code == 302


@pytest.mark.parametrize("count", [1, 30])
def test_my_home_takes_few_queries(drawn, stranger, signed_in, django_assert_max_num_queries, count):
    drawn(count)
    Contestant.objects.update(user=stranger)
    client = signed_in(stranger)
    with django_assert_max_num_queries(8):
        client.get(reverse("my_home"))
