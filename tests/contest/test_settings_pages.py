"""Pages of a contest's set-up: what was typed stays, faults stand at their fields, times are Beijing's."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from accounts.models import Role
from accounts.services import grant_role
from contest.models import Contest, ExcludedPerson, Material, MaterialRequirement
from contest.services.contests import create_contest
from contest.services.exclusions import Exclusion, add_exclusions
from contest.services.requirements import RequirementSettings, add_requirement
from core.models import Edition
from tests.contest.office import at, id_number

PAGES = (
    "organise_settings",
    "organise_settings_groups",
    "organise_settings_fields",
    "organise_settings_materials",
    "organise_material_new",
    "organise_settings_consent",
    "organise_settings_call",
    "organise_exclusions",
    "organise_exclusions_template",
)
ACTS = ("organise_call_publish", "organise_call_withdraw")
BASICS = {
    "title": "2026 年科普讲解大赛",
    "venue": "科技馆",
    "first_day": "2026-12-20",
    "registration_opens_at": "2026-11-01T08:00",
    "registration_closes_at": "2026-12-01T00:00",
    "individuals_may_register": "on",
    "file_name_rule": "{姓名}-{材料}",
}
MATERIAL = {"title": "原创承诺书", "hint": "签字", "formats": ["pdf"], "megabytes": "5", "audience": "everybody"}


@pytest.fixture
def contest(contest):
    """The same before its call is published."""
    contest.call_published_at = None
    contest.save(update_fields=["call_published_at"])
    return contest


@pytest.fixture
def office(signed_in, organiser):
    return signed_in(organiser)


@pytest.fixture
def requirement(contest, organiser, now) -> MaterialRequirement:
    settings = RequirementSettings("讲稿", "", ["pdf"], 10, True, "everybody")
    return add_requirement(contest=contest, settings=settings, actor=organiser, now=now)


@pytest.fixture
def excluded(contest, organiser, now) -> ExcludedPerson:
    rows = [Exclusion("张三", id_number(date(1990, 5, 1)), "2025 年省金奖")]
    add_exclusions(contest=contest, rows=rows, actor=organiser, now=now)
    return ExcludedPerson.objects.get()


def addresses(contest, requirement, excluded) -> list[str]:
    on_rows = {
        "organise_material": requirement.pk,
        "organise_material_move": requirement.pk,
        "organise_material_remove": requirement.pk,
        "organise_exclusion_remove": excluded.pk,
    }
    return [*(at(name, contest.pk) for name in (*PAGES, *ACTS)), *(at(name, pk) for name, pk in on_rows.items())]


def test_pages_open_for_the_organiser(office, contest, requirement):
    found = {name: office.get(at(name, contest.pk)).status_code for name in PAGES}
    assert found == dict.fromkeys(PAGES, 200)
    assert office.get(at("organise_material", requirement.pk)).status_code == 200


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.JUDGE, Role.CLERK, None])
def test_pages_are_not_there_for_others(signed_in, make_person, contest, requirement, excluded, role):
    client = signed_in(make_person("别人", *([role] if role else []), email="other@example.com"))
    for address in addresses(contest, requirement, excluded):
        assert client.get(address).status_code in (404, 405), address
        assert client.post(address).status_code in (404, 405), address
    assert MaterialRequirement.objects.exists()
    assert ExcludedPerson.objects.exists()


def test_another_editions_organiser_does_not_reach_them(signed_in, stranger, contest, requirement, excluded, now):
    other = Edition.objects.create(slug="2027", title="别届", year=2027, organiser_name="别市", created_at=now)
    grant_role(user=stranger, edition=other, role=Role.ORGANISER, actor=None, now=now)
    client = signed_in(stranger)
    for address in addresses(contest, requirement, excluded):
        for slug in ("2026", "2027"):
            own = address.replace("/2026/", f"/{slug}/")
            assert client.post(own).status_code in (404, 405), own


def test_pitfall_16_acts_do_not_act_on_get(office, contest, requirement, excluded):
    names = [("organise_material_move", requirement.pk), ("organise_material_remove", requirement.pk)]
    names += [("organise_exclusion_remove", excluded.pk), *((name, contest.pk) for name in ACTS)]
    assert {office.get(at(name, pk)).status_code for name, pk in names} == {405}


def test_basics_are_saved_in_beijings_time(office, contest):
    page = office.post(at("organise_settings", contest.pk), BASICS, follow=True).content.decode()
    contest.refresh_from_db()
    assert contest.registration_opens_at == datetime(2026, 11, 1, 0, 0, tzinfo=UTC)
    assert contest.registration_closes_at == datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    assert (contest.venue, contest.individuals_may_register) == ("科技馆", True)
    assert 'value="2026-12-01T00:00"' in page
    assert "<strong>王小明-讲稿.pdf</strong>" in page
    assert "下一步写通知、发布" in page


def test_basics_with_faults_keep_what_was_typed(office, contest):
    form = BASICS | {"registration_closes_at": "2026-10-01T00:00", "title": "改过的名称"}
    page = office.post(at("organise_settings", contest.pk), form).content.decode()
    assert "报名截止须晚于报名开始" in page
    assert 'value="改过的名称"' in page
    page = office.post(at("organise_settings", contest.pk), form | {"file_name_rule": "{姓}"}).content.decode()
    assert "没有“{姓}”这一项" in page
    contest.refresh_from_db()
    assert contest.title == "2026 年科普讲解大赛"


def test_basics_over_somebody_elses_change(office, contest):
    """Pitfall 20: the second is shown what the first has stored, and may then mean it."""
    address = at("organise_settings", contest.pk)
    seen = office.get(address).context["form"]["seen"].value()
    office.post(address, BASICS | {"venue": "别人写的", "seen": seen})
    response = office.post(address, BASICS | {"venue": "我写的", "seen": seen})
    page = response.content.decode()
    assert "别人刚刚改过这些设置" in page
    assert "现在保存的是“别人写的”" in page
    assert 'value="我写的"' in page
    now_seen = response.context["form"]["seen"].value()
    office.post(address, BASICS | {"venue": "我写的", "seen": now_seen})
    contest.refresh_from_db()
    assert contest.venue == "我写的"


def groups_form(contest, **changes) -> dict[str, object]:
    form: dict[str, object] = {}
    for group in contest.groups.all():
        for name in ("title", "min_age", "max_age", "unit_quota"):
            value = getattr(group, name)
            form[f"{group.pk}-{name}"] = "" if value is None else value
    return form | changes


def test_groups_are_saved_together(office, contest, adult, junior):
    changes = {f"{adult.pk}-unit_quota": "3", f"{junior.pk}-title": "青少年组"}
    office.post(at("organise_settings_groups", contest.pk), groups_form(contest, **changes))
    assert list(contest.groups.values_list("title", "unit_quota")) == [("成年组", 3), ("青少年组", None)]


def test_groups_refused_at_the_field(office, contest, adult, enter):
    people = enter(1)
    people[0].status = "accepted"
    people[0].save()
    form = groups_form(contest, **{f"{adult.pk}-max_age": "30"})
    response = office.post(at("organise_settings_groups", contest.pk), form)
    assert "选手1（36 周岁）" in response.context["form"].errors[f"{adult.pk}-max_age"][0]
    assert 'value="30"' in response.content.decode()


def test_groups_over_somebody_elses_change(office, contest, adult):
    """Pitfall 20."""
    address = at("organise_settings_groups", contest.pk)
    seen = office.get(address).context["form"]["seen"].value()
    office.post(address, groups_form(contest, **{f"{adult.pk}-unit_quota": "3"}) | {"seen": seen})
    form = groups_form(contest, **{f"{adult.pk}-unit_quota": "5"}) | {"seen": seen}
    page = office.post(address, form).content.decode()
    assert "别人刚刚改过组别" in page
    assert "现在保存的是“3”" in page


def test_fields_asked_keep_their_order(office, contest):
    office.post(at("organise_settings_fields", contest.pk), {"ask_grade": "on", "need_education": "on"})
    contest.refresh_from_db()
    assert contest.asked_fields == [
        {"code": "education", "required": True},
        {"code": "grade", "required": False},
    ]


def test_materials_added_changed_moved_removed(office, contest, requirement):
    listed = at("organise_settings_materials", contest.pk)
    assert office.post(at("organise_material_new", contest.pk), MATERIAL).url == listed
    made = contest.material_requirements.get(title="原创承诺书")
    assert (made.formats, made.max_bytes, made.required) == (["pdf"], 5 * 1024 * 1024, False)
    office.post(at("organise_material_move", made.pk), {"to": "up"})
    assert list(contest.material_requirements.values_list("title", flat=True)) == ["原创承诺书", "讲稿"]
    office.post(at("organise_material", made.pk), MATERIAL | {"formats": ["pdf", "jpg"], "required": "on"})
    made.refresh_from_db()
    assert (made.formats, made.required) == (["pdf", "jpg"], True)
    page = office.post(at("organise_material_remove", made.pk), follow=True).content.decode()
    assert "已删去“原创承诺书”" in page
    assert list(contest.material_requirements.values_list("title", flat=True)) == ["讲稿"]


def test_materials_with_faults_keep_what_was_typed(office, contest, requirement):
    form = MATERIAL | {"title": "讲稿", "megabytes": "7"}
    response = office.post(at("organise_material_new", contest.pk), form)
    assert response.context["form"].errors == {"title": ["已经有一种材料叫“讲稿”，请改名。"]}
    assert 'value="7"' in response.content.decode()
    page = office.post(at("organise_material_new", contest.pk), MATERIAL | {"formats": []}).content.decode()
    assert "请至少选一种格式" in page


def test_materials_with_files_are_not_removed(office, contest, requirement, enter, organiser, now):
    """Pitfall 24."""
    (contestant,) = enter(1)
    Material.objects.create(
        contestant=contestant,
        requirement=requirement,
        path="x",
        original_name="x.pdf",
        format="pdf",
        size=1,
        sha256="0" * 64,
        uploaded_by=organiser,
        uploaded_at=now,
    )
    page = office.post(at("organise_material_remove", requirement.pk), follow=True).content.decode()
    assert "已有 1 位选手交过“讲稿”，不能删除" in page
    assert "已有 1 人提交" in page
    response = office.post(at("organise_material", requirement.pk), MATERIAL | {"title": "讲稿", "formats": ["jpg"]})
    assert "不能取消这种格式" in response.context["form"].errors["formats"][0]


@pytest.mark.parametrize("rows", [1, 3])
def test_materials_queries(office, contest, organiser, now, rows, django_assert_num_queries):
    for number in range(rows):
        settings = RequirementSettings(f"材料{number}", "", ["pdf"], 10, True, "everybody")
        add_requirement(contest=contest, settings=settings, actor=organiser, now=now)
    with django_assert_num_queries(6):
        office.get(at("organise_settings_materials", contest.pk))


def test_consent_text_in_versions(office, contest):
    address = at("organise_settings_consent", contest.pk)
    first = contest.consent_texts.get().body
    form = {"body": first + "\n\n九、补充一条。", "seen_version": "1"}
    assert "第 2 版已发布" in office.post(address, form, follow=True).content.decode()
    assert "补充一条" not in office.get(address, {"version": "1"}).content.decode()
    assert "补充一条" in office.get(address, {"version": "2"}).content.decode()
    for unknown in ("3", "x", "0"):
        assert office.get(address, {"version": unknown}).status_code == 404
    page = office.post(address, {"body": first + "我的一版。", "seen_version": "1"})
    assert "别人刚刚发布了第 2 版" in page.content.decode()
    assert page.context["form"]["seen_version"].value() == "2"


@pytest.mark.parametrize("rows", [1, 3])
def test_consent_queries(office, contest, rows, django_assert_num_queries):
    address = at("organise_settings_consent", contest.pk)
    for version in range(1, rows):
        body = contest.consent_texts.first().body + f"补充 {version}"
        office.post(address, {"body": body, "seen_version": version})
    with django_assert_num_queries(8):
        office.get(address)


def test_a_call_is_drafted_saved_published_and_withdrawn(office, contest):
    address = at("organise_settings_call", contest.pk)
    page = office.get(address).content.decode()
    assert "下面是按现有设置拟的稿" in page
    assert "还没有定下报名开始时间" in page
    refused = office.post(at("organise_call_publish", contest.pk), follow=True).content.decode()
    assert "还不能发布" in refused
    form = office.get(address).context["form"]
    office.post(address, {"text": form["text"].value(), "seen": form["seen"].value() or ""})
    office.post(at("organise_settings", contest.pk), BASICS)
    contest.refresh_from_db()
    contest.registration_closes_at = datetime(2036, 12, 1, tzinfo=UTC)
    contest.save()
    assert "下一步：发布通知" in office.get(address).content.decode()
    assert office.post(at("organise_call_publish", contest.pk)).url == at("organise_contest", contest.pk)
    assert "通知已发布" in office.get(address).content.decode()
    assert "通知已撤回" in office.post(at("organise_call_withdraw", contest.pk), follow=True).content.decode()
    again = office.post(at("organise_call_withdraw", contest.pk), follow=True).content.decode()
    assert "没有发布" in again


def test_a_call_over_somebody_elses(office, contest):
    """Pitfall 20: the other text is shown, one's own stays in the form, and may then be meant."""
    address = at("organise_settings_call", contest.pk)
    office.post(address, {"text": "别人\r\n写的", "seen": ""})
    response = office.post(address, {"text": "我写的", "seen": ""})
    assert "别人刚刚改过通知正文" in response.content.decode()
    assert "别人<br>写的" in response.content.decode()
    seen = response.context["form"]["seen"].value()
    office.post(address, {"text": "我写的", "seen": seen})
    contest.refresh_from_db()
    assert contest.call_text == "我写的"


def workbook(*rows: tuple[object, ...]) -> BytesIO:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "往届.xlsx"
    return file


HEADER = ("姓名", "证件号码", "往届获奖")


def test_former_winners_come_by_workbook_once(office, contest):
    address = at("organise_exclusions", contest.pk)
    rows = [HEADER, ("张 三", id_number(date(1990, 5, 1)), "2025 年省金奖"), ("李四", None, "2024 年省金奖")]
    assert "已加入 2 人" in office.post(address, {"file": workbook(*rows)}, follow=True).content.decode()
    page = office.post(address, {"file": workbook(*rows)}, follow=True).content.decode()
    assert "已加入 0 人，2 人早已在名单中" in page
    assert list(ExcludedPerson.objects.values_list("name", "award")) == [
        ("张三", "2025 年省金奖"),
        ("李四", "2024 年省金奖"),
    ]
    assert id_number(date(1990, 5, 1)) not in page
    assert "只比姓名" in page


def test_former_winners_with_faults_add_nobody(office, contest):
    bad = id_number(date(1990, 5, 1))[:-1] + "Y"
    rows = [HEADER, ("张三", bad, "2025 年省金奖"), ("李四", 4.1e17, "金奖"), ("王五", None, None)]
    response = office.post(at("organise_exclusions", contest.pk), {"file": workbook(*rows)})
    page = response.content.decode()
    assert [fault.cell for fault in response.context["faults"]] == ["B2", "B3", "C4"]
    assert "有 3 处需要改正，没有加入任何人" in page
    assert not ExcludedPerson.objects.exists()


def test_former_winners_from_something_else(office, contest):
    file = BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest")
    file.name = "a.xlsx"
    response = office.post(at("organise_exclusions", contest.pk), {"file": file})
    assert "旧版 .xls" in response.context["form"].errors["file"][0]
    assert office.post(at("organise_exclusions", contest.pk), {}).context["form"].errors["file"]


def test_former_winner_taken_off(office, contest, excluded):
    page = office.post(at("organise_exclusion_remove", excluded.pk), follow=True).content.decode()
    assert "已把张三移出名单" in page
    assert not ExcludedPerson.objects.exists()


def test_the_empty_table_of_former_winners_is_what_the_import_reads(office, contest):
    answer = office.get(at("organise_exclusions_template", contest.pk))
    book = load_workbook(BytesIO(answer.content))
    sheet = book.worksheets[0]
    for column, value in enumerate(("张三", id_number(date(1990, 5, 1)), "2025 年省金奖"), start=1):
        sheet.cell(row=2, column=column).value = value
    file = BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "往届.xlsx"
    page = office.post(at("organise_exclusions", contest.pk), {"file": file}, follow=True).content.decode()
    assert "已加入 1 人" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_former_winners_queries(office, contest, organiser, now, rows, django_assert_num_queries):
    people = [Exclusion(f"张{'甲乙丙'[number]}", "", "金奖") for number in range(rows)]
    add_exclusions(contest=contest, rows=people, actor=organiser, now=now)
    with django_assert_num_queries(7):
        office.get(at("organise_exclusions", contest.pk))


@pytest.mark.parametrize(("materials", "count"), [("usual", 6), ("none", 0)])
def test_new_contest_asks_for_materials_as_chosen(office, edition, materials, count):
    page = office.get(at("organise_contest_new")).content.decode()
    assert 'value="2026 年科普讲解大赛"' in page
    assert "照搬以前的设置" not in page
    form = {"title": "大赛", "slug": "x", "first_day": "2026-12-20", "preset": "contest-one-group"}
    office.post(at("organise_contest_new"), form | {"materials": materials})
    assert Contest.objects.get().material_requirements.count() == count


def test_new_contest_after_one_of_ones_own_editions(signed_in, make_person, organiser, contest, now):
    other = Edition.objects.create(slug="2027", title="明年", year=2027, organiser_name="本市", created_at=now)
    newcomer = make_person("新手", email="new@example.com")
    grant_role(user=newcomer, edition=other, role=Role.ORGANISER, actor=None, now=now)
    address = reverse("organise_contest_new", args=["2027"])
    form = {"title": "明年大赛", "slug": "x", "first_day": "2027-12-20", "source": contest.pk}
    form |= {"preset": "contest-one-group"}
    client = signed_in(newcomer)
    assert "照搬以前的设置" not in client.get(address).content.decode()
    client.post(address, form)
    assert Contest.objects.get(edition=other).groups.count() == 1
    grant_role(user=organiser, edition=other, role=Role.ORGANISER, actor=None, now=now)
    client = signed_in(organiser)
    assert "2026 年科普讲解大赛（2026 科技活动周）" in client.get(address).content.decode()
    client.post(address, form | {"slug": "y"})
    assert Contest.objects.get(slug="y").groups.count() == 2


def test_the_edition_says_each_contests_next_step(office, contest, edition, organiser, now):
    create_contest(
        edition=edition,
        title="第二场",
        slug="second",
        first_day=date(2026, 12, 1),
        preset="contest-one-group",
        actor=organiser,
        now=now,
    )
    page = office.get(reverse("organise_edition", args=["2026"])).content.decode()
    assert page.count("下一步：定下报名时间") == 2
    assert page.count("去设置") == 2
