"""What a recommending unit's coordinator sees and does."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Role
from accounts.services import create_unit, revoke_role
from contest.models import Contestant, Material, MaterialRequirement, PersonalDataExport
from contest.services import (
    accept_registrations,
    import_contestants,
    refuse_registrations,
    return_registrations,
    set_unit_order,
    start_registration,
    submit_unit_entries,
    typed_values,
)
from core.models import Edition
from outbox.models import Message
from tests.contest.desk import desk_address
from tests.contest.family import upload
from tests.contest.office import id_number

Status = Contestant.Status


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def entry(open_call, adult, unit, coordinator, now) -> Contestant:
    """A draft that the coordinator began."""
    return start_registration(
        contest=open_call,
        group=adult,
        channel=Contestant.Channel.UNIT,
        unit=unit,
        owner=None,
        actor=coordinator,
        now=now,
    )


def pages(contest, unit, entry) -> dict[str, str]:
    group = entry.group_id
    addresses = {
        name: desk_address(name, unit, contest.pk)
        for name in (
            *("unit_entry_new", "unit_list", "unit_list_xlsx", "unit_import", "unit_import_template"),
            "unit_import_annotated",
        )
    }
    addresses |= {
        name: reverse(name, args=[entry.pk]) for name in ("unit_entry", "unit_entry_form", "unit_entry_print")
    }
    return addresses | {
        "unit_home": desk_address("unit_home", unit),
        "unit_order": desk_address("unit_order", unit, group),
    }


def acts(contest, unit, entry) -> list[str]:
    requirement = MaterialRequirement.objects.first()
    return [
        *(desk_address(name, unit, contest.pk) for name in ("unit_submit", "unit_list_xlsx", "unit_import_confirm")),
        desk_address("unit_import_discard", unit, contest.pk),
        *(reverse(f"unit_entry_{act}", args=[entry.pk]) for act in ("recall", "autosave", "delete", "withdraw")),
        reverse("unit_entry", args=[entry.pk]),
        reverse("unit_material", args=[entry.pk, requirement.pk]),
        desk_address("unit_order", unit, entry.group_id),
    ]


def test_pages_open_for_the_coordinator(open_call, unit, entry, coordinator, signed_in):
    client = signed_in(coordinator)
    wanted = dict.fromkeys(pages(open_call, unit, entry), 200) | {"unit_import_annotated": 302}
    assert {name: client.get(page).status_code for name, page in pages(open_call, unit, entry).items()} == wanted


def test_pages_are_not_there_for_others(
    open_call, unit, entry, signed_in, stranger, organiser, supervisor, make_coordinator, make_person, now
):
    """Another unit's coordinator meets what does not exist, by GET and POST alike; so does everybody else."""
    neighbour = make_coordinator("邻居", create_unit(name="邻县科协"))
    other = Edition.objects.create(slug="2027", title="别届", year=2027, organiser_name="别市", created_at=now)
    last_year = make_person("去年的", email="last@example.com")
    last_year.grants.create(edition=other, role=Role.COORDINATOR, unit=unit, granted_at=now)
    for person in (stranger, organiser, supervisor, neighbour, last_year):
        client = signed_in(person)
        for page in pages(open_call, unit, entry).values():
            assert client.get(page).status_code == 404, (person, page)
        for act in acts(open_call, unit, entry):
            assert client.post(act).status_code == 404, (person, act)


def test_a_revoked_coordinator_is_out(open_call, unit, entry, coordinator, organiser, signed_in, now):
    revoke_role(grant=coordinator.grants.get(), actor=organiser, now=now)
    client = signed_in(coordinator)
    assert client.get(desk_address("unit_home", unit)).status_code == 404
    assert client.get(reverse("unit_start")).status_code == 404


def test_who_registered_by_himself_is_not_shown(open_call, unit, entry, coordinator, signed_in):
    Contestant.objects.filter(pk=entry.pk).update(channel=Contestant.Channel.INDIVIDUAL, name="自荐人")
    client = signed_in(coordinator)
    assert client.get(reverse("unit_entry", args=[entry.pk])).status_code == 404
    assert "自荐人" not in text(client.get(desk_address("unit_home", unit)))


def test_start_leads_to_the_only_unit_and_lets_choose_of_several(unit, coordinator, make_coordinator, signed_in):
    home = desk_address("unit_home", unit)
    assert signed_in(coordinator).get(reverse("unit_start")).url == home
    assert signed_in(coordinator).get(reverse("start")).url == reverse("unit_start")
    other = create_unit(name="示范区科协")
    page = text(signed_in(make_coordinator("双联络", unit, other)).get(reverse("unit_start")))
    assert f'href="{home}"' in page
    assert f'href="{desk_address("unit_home", other)}"' in page


def test_home_without_entries_says_how_to_begin(open_call, unit, coordinator, signed_in):
    page = text(signed_in(coordinator).get(desk_address("unit_home", unit)))
    assert "报送第一位选手" in page
    assert f'href="{desk_address("unit_entry_new", unit, open_call.pk)}"' in page
    assert "还有 10 天" in page


def test_home_without_a_call_says_so(contest, unit, coordinator, signed_in):
    contest.call_published_at = None
    contest.save()
    page = text(signed_in(coordinator).get(desk_address("unit_home", unit)))
    assert "还没有发布报名通知的比赛" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_home_queries(open_call, unit, coordinator, bring, signed_in, rows, django_assert_num_queries):
    bring(*range(1, rows + 1))
    client = signed_in(coordinator)
    with django_assert_num_queries(12):
        client.get(desk_address("unit_home", unit))


@pytest.mark.parametrize("rows", [1, 3])
def test_list_and_order_queries(open_call, adult, unit, coordinator, bring, signed_in, rows, django_assert_num_queries):
    _, registrations = bring(*range(1, rows + 1))
    submit_unit_entries(
        unit=unit, contest=open_call, registrations=registrations, actor=coordinator, now=timezone.now()
    )
    client = signed_in(coordinator)
    with django_assert_num_queries(9):
        client.get(desk_address("unit_list", unit, open_call.pk))
    with django_assert_num_queries(13):
        client.get(desk_address("unit_order", unit, adult.pk))


def test_home_shows_places_states_and_what_is_missing(
    open_call, adult, unit, coordinator, organiser, bring, signed_in, now
):
    adult.unit_quota = 2
    adult.save()
    (first, _, _), rows = bring(1, 2, 3)
    submit_unit_entries(
        unit=unit, contest=open_call, registrations={first.pk: rows[first.pk]}, actor=coordinator, now=timezone.now()
    )
    due = timezone.now() + timedelta(days=2)
    return_registrations(
        contest=open_call,
        contestants=[first.pk],
        reason="照片不清楚",
        due_at=due,
        actor=organiser,
        now=timezone.now(),
    )

    page = text(signed_in(coordinator).get(desk_address("unit_home", unit)))

    assert "名额 2，已用 1" in page
    assert "1 人被退回补正" in page
    assert f"照片不清楚（最迟 {timezone.localtime(due):%-m月%-d日 %H:%M} 重新提交）" in page
    assert "缺材料：报名表（盖章扫描件）、免冠照片、讲稿" in page
    assert page.count("排在名额之后") == 1


def test_autosave_keeps_what_is_typed_and_tells_of_a_conflict(entry, adult, coordinator, signed_in):
    client = signed_in(coordinator)
    address = reverse("unit_entry_autosave", args=[entry.pk])

    kept = client.post(address, {"group": adult.pk, "title": "一半的题", "base_version": 0})
    stale = client.post(address, {"group": adult.pk, "title": "另一个", "base_version": 0})

    assert (kept.json()["state"], kept.json()["version"]) == ("saved", 1)
    assert (stale.status_code, stale.json()["state"], stale.json()["version"]) == (409, "conflict", 1)
    entry.refresh_from_db()
    assert typed_values(entry)["title"] == "一半的题"
    assert "一半的题" in text(client.get(reverse("unit_entry_print", args=[entry.pk])))


def test_entry_is_begun_saved_as_typed_and_submitted(open_call, adult, unit, coordinator, signed_in):
    MaterialRequirement.objects.all().delete()
    client = signed_in(coordinator)
    begun = client.post(desk_address("unit_entry_new", unit, open_call.pk), {"group": adult.pk})
    entry = Contestant.objects.get()
    page = reverse("unit_entry", args=[entry.pk])
    assert (begun.url, entry.channel, entry.unit, entry.user) == (page, "unit", unit, None)

    half = {"group": adult.pk, "name": " 张 三", "id_number": "不记得", "base_version": 0, "act": "save"}
    assert client.post(page, half).url == page
    entry.refresh_from_db()
    assert {name: typed_values(entry)[name] for name in ("name", "id_number")} == {
        "name": " 张 三",
        "id_number": "不记得",
    }
    assert 'value=" 张 三"' in text(client.get(page))

    refused = text(client.post(page, {**half, "act": "submit", "base_version": entry.version}))
    assert "内容已保存为草稿，还没有提交" in refused
    assert 'value="不记得"' in refused
    entry.refresh_from_db()
    assert entry.status == Status.DRAFT

    whole = typed_of(adult, entry)
    done = client.post(page, {**whole, "act": "submit"}, follow=True)
    assert "张三的报名已提交" in text(done)
    entry.refresh_from_db()
    assert (entry.status, entry.name) == (Status.SUBMITTED, "张三")
    assert "撤回提交" in text(client.get(page))

    client.post(reverse("unit_entry_recall", args=[entry.pk]))
    entry.refresh_from_db()
    assert entry.status == Status.DRAFT


def typed_of(group, entry, serial=5) -> dict[str, object]:
    return {
        "group": group.pk,
        "name": "张三",
        "gender": "女",
        "id_kind": "id_card",
        "id_number": id_number(date(1990, 5, 1), serial),
        "workplace": "市天文爱好者协会",
        "title": "月亮的背面",
        "phone": "19900000005",
        "base_version": entry.version,
    }


def test_pitfall_20_a_form_opened_earlier_overwrites_nothing(entry, adult, coordinator, signed_in):
    client = signed_in(coordinator)
    page = reverse("unit_entry", args=[entry.pk])
    client.post(page, {"group": adult.pk, "title": "甲题", "base_version": 0, "act": "save"})

    second = text(client.post(page, {"group": adult.pk, "title": "乙题", "base_version": 0, "act": "save"}))

    assert "已被改动" in second
    assert "<td>甲题</td><td>乙题</td>" in second
    entry.refresh_from_db()
    assert typed_values(entry)["title"] == "甲题"
    assert f'name="base_version" value="{entry.version}"' in second
    client.post(page, {"group": adult.pk, "title": "乙题", "base_version": entry.version, "act": "save"})
    entry.refresh_from_db()
    assert typed_values(entry)["title"] == "乙题"


def test_what_was_typed_while_the_office_decided_stays_on_the_page(
    open_call, adult, unit, coordinator, organiser, bring, signed_in
):
    (entry,), _ = bring(1)
    MaterialRequirement.objects.all().delete()
    accept_registrations(contest=open_call, contestants=[entry.pk], actor=organiser, now=timezone.now())

    page = text(
        signed_in(coordinator).post(
            reverse("unit_entry", args=[entry.pk]), {"group": adult.pk, "title": "改了的题目", "base_version": 0}
        )
    )

    assert "已是“已受理”，不能再改" in page
    assert 'value="改了的题目"' in page


def test_draft_is_deleted_and_a_submitted_one_withdrawn(
    open_call, unit, entry, coordinator, bring, signed_in, organiser, now
):
    client = signed_in(coordinator)
    client.post(reverse("unit_entry_delete", args=[entry.pk]))
    assert not Contestant.objects.exists()

    (one,), _ = bring(1)
    client.post(reverse("unit_entry_delete", args=[one.pk]))
    empty = text(client.post(reverse("unit_entry_withdraw", args=[one.pk]), {"reason": ""}))
    assert "field-error" in empty
    client.post(reverse("unit_entry_withdraw", args=[one.pk]), {"reason": "出差"})
    one.refresh_from_db()
    assert (one.status, one.status_reason) == (Status.WITHDRAWN, "出差")


def test_stamped_form_is_handed_in_replaced_and_taken_back(entry, coordinator, signed_in, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = signed_in(coordinator)
    form = MaterialRequirement.objects.get(code="form")
    MaterialRequirement.objects.filter(pk=form.pk).update(audience=MaterialRequirement.Audience.UNIT)
    address = reverse("unit_material", args=[entry.pk, form.pk])

    assert "请先选择文件" in text(client.post(address, follow=True))
    assert "报名表（盖章扫描件）：" in text(
        client.post(address, {"file": SimpleUploadedFile("a.pdf", b"not a pdf at all")}, follow=True)
    )
    assert "已上传" in text(client.post(address, {"file": upload("盖章.pdf")}, follow=True))
    material = Material.objects.get()
    assert (material.uploaded_by, material.original_name) == (coordinator, "盖章.pdf")
    got = client.get(reverse("unit_material_file", args=[entry.pk, material.pk]))
    assert (got.status_code, got.getvalue()) == (200, upload().read())
    client.post(reverse("unit_material_take_back", args=[entry.pk, material.pk]))
    material.refresh_from_db()
    assert material.superseded_at is not None


def test_submit_several_tells_who_could_not_be_and_why(open_call, adult, unit, coordinator, bring, entry, signed_in):
    (first, second), _ = bring(1, 2)
    client = signed_in(coordinator)

    page = text(
        client.post(
            desk_address("unit_submit", unit, open_call.pk),
            {"contestant": [first.pk, second.pk, entry.pk, "x", "9" * 30]},
            follow=True,
        )
    )

    assert "已提交 2 人：选手1、选手2。其中 2 人材料不全" in page
    assert "（未填姓名）没有提交：" in page
    assert "请先勾选要提交的选手" in text(client.post(desk_address("unit_submit", unit, open_call.pk), {}, follow=True))


def test_order_by_numbers_and_by_buttons(open_call, adult, unit, coordinator, bring, signed_in):
    people, _ = bring(1, 2, 3, 4)
    client = signed_in(coordinator)
    page = desk_address("unit_order", unit, adult.pk)

    def order():
        entries = Contestant.objects.order_by("unit_order", "pk")
        return [one.name.removeprefix("选手") for one in entries]

    def send(**changes):
        form = client.get(page).context["form"]
        fields = {name: form[name].value() for name in form.fields if name.startswith("place-")}
        seen = client.get(page).context["seen"]
        return client.post(page, {**fields, "seen": seen, **changes}, follow=True)

    send(**{f"place-{people[0].pk}": "3"})
    assert order() == ["2", "3", "1", "4"]
    send(**{f"place-{people[3].pk}": "1"})
    assert order() == ["4", "2", "3", "1"]
    send(move=f"up-{people[2].pk}")
    assert order() == ["4", "3", "2", "1"]
    send(move=f"down-{people[0].pk}")
    assert order() == ["4", "3", "2", "1"]
    twice = text(send(**{f"place-{people[0].pk}": "1", f"place-{people[1].pk}": "1"}))
    assert "第 1 位已经给了" in twice
    assert "最大填 4" in text(send(**{f"place-{people[0].pk}": "9"}))
    assert "请填写数字" in text(send(**{f"place-{people[0].pk}": "一"}))
    assert order() == ["4", "3", "2", "1"]


def test_pitfall_20_an_order_from_an_older_page_is_refused(open_call, adult, unit, coordinator, bring, signed_in):
    first, second = bring(1, 2)[0]
    client = signed_in(coordinator)
    page = desk_address("unit_order", unit, adult.pk)
    seen = client.get(page).context["seen"]
    set_unit_order(unit=unit, group=adult, contestants=[second.pk, first.pk], actor=coordinator, now=timezone.now())

    answer = client.post(page, {f"place-{first.pk}": "2", f"place-{second.pk}": "1", "seen": seen}, follow=True)

    assert "刚才的顺序没有保存" in text(answer)
    assert list(Contestant.objects.order_by("unit_order").values_list("name", flat=True)) == ["选手2", "选手1"]


def test_list_page_and_workbook_mask_unless_asked_for_in_full(open_call, adult, unit, coordinator, bring, signed_in):
    (first, second, third), rows = bring(1, 2, 3, title="=cmd")
    chosen = {pk: row for pk, row in rows.items() if pk in (first.pk, second.pk)}
    submit_unit_entries(unit=unit, contest=open_call, registrations=chosen, actor=coordinator, now=timezone.now())
    order = [second.pk, first.pk, third.pk]
    set_unit_order(unit=unit, group=adult, contestants=order, actor=coordinator, now=timezone.now())
    client = signed_in(coordinator)
    page = text(client.get(desk_address("unit_list", unit, open_call.pk)))
    assert page.index("选手2") < page.index("选手1")
    assert "推荐单位意见（盖章）" in page
    assert "1 份草稿没有列入" in page
    assert rows[first.pk].id_number not in page
    assert rows[first.pk].phone not in page

    masked = client.get(desk_address("unit_list_xlsx", unit, open_call.pk)).content
    full = client.post(desk_address("unit_list_xlsx", unit, open_call.pk)).content

    assert not any(rows[first.pk].id_number in str(cell) for row in values(masked) for cell in row)
    lines = values(full)
    assert lines[0][0] == "2026 年科普讲解大赛推荐汇总表"
    assert [line[2] for line in lines[3:5]] == ["选手2", "选手1"]
    assert (lines[4][9], lines[4][6], lines[4][10]) == (rows[first.pk].id_number, "=cmd", 2)
    assert lines[5][0].startswith("推荐单位意见（盖章）")
    assert PersonalDataExport.objects.get().count == 2


def values(content: bytes) -> list[tuple[object, ...]]:
    sheet = load_workbook(BytesIO(content)).active
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def test_import_a_row_of_another_unit_is_a_fault_at_its_cell(
    open_call, unit, coordinator, organiser, registration, signed_in, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    create_unit(name="邻县科协")
    import_contestants(
        contest=open_call, rows=[registration(7, workplace="邻县科协")], actor=organiser, now=timezone.now()
    )
    client = signed_in(coordinator)
    page = desk_address("unit_import", unit, open_call.pk)

    rows = [
        registration(1, name="张三"),
        registration(2, name="李四", workplace="邻县科协"),
        registration(7, name="王五"),
    ]
    faulty = text(client.post(page, {"file": workbook(client, page, rows)}))

    assert "有 2 处需要改正，没有导入任何人" in faulty
    assert "“邻县科协”是另一个推荐单位" in faulty
    assert "此人已由本人或别的单位报名" in faulty
    annotated = client.get(desk_address("unit_import_annotated", unit, open_call.pk))
    assert load_workbook(BytesIO(annotated.content)) is not None
    assert Contestant.objects.count() == 1


def test_import_previews_then_brings_drafts_of_the_unit(
    open_call, unit, coordinator, registration, signed_in, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    client = signed_in(coordinator)
    page = desk_address("unit_import", unit, open_call.pk)
    rows = [registration(1, name="张三", workplace="某某小学"), registration(2, name="李四")]
    preview = text(client.post(page, {"file": workbook(client, page, rows)}, follow=True))
    assert "新增 2 人" in preview
    assert "新建" not in preview
    assert not Contestant.objects.exists()

    done = client.post(desk_address("unit_import_confirm", unit, open_call.pk), follow=True)

    assert "导入完成：新增 2 人" in text(done)
    assert set(Contestant.objects.values_list("name", "unit", "channel", "status")) == {
        ("张三", unit.pk, "unit", "draft"),
        ("李四", unit.pk, "unit", "draft"),
    }
    client.post(page, {"file": workbook(client, page, rows)})
    assert "新增 0 人；2 人已在名单中" in text(client.get(page))
    client.post(desk_address("unit_import_discard", unit, open_call.pk))
    assert "确认导入" not in text(client.get(page))


def workbook(client, page, rows) -> SimpleUploadedFile:
    """The empty table as it is downloaded, filled in."""
    book = load_workbook(BytesIO(client.get(f"{page}template/").content))
    sheet = book["报名表"]
    headings = {cell.value: cell.column for cell in sheet[1]}
    for place, row in enumerate(rows, start=2):
        texts = {
            "组别": row.group.title,
            "姓名": row.name,
            "性别": row.gender,
            "出生日期": row.birth_date.isoformat(),
            "身份证号": row.id_number,
            "工作单位（学校）": row.workplace,
            "讲解题目": row.title,
            "联系电话": row.phone,
        }
        for heading, value in texts.items():
            sheet.cell(row=place, column=headings[heading], value=value)
    stream = BytesIO()
    book.save(stream)
    return SimpleUploadedFile("本单位.xlsx", stream.getvalue())


def test_coordinators_are_told_once_for_many(open_call, unit, coordinator, organiser, bring, make_coordinator, now):
    """Returned, refused or accepted in bulk: one message to each live coordinator, with the way to the desk."""
    MaterialRequirement.objects.all().delete()
    people, rows = bring(1, 2, 3, 4, 5)
    make_coordinator("邻居", create_unit(name="邻县科协"))
    submit_unit_entries(unit=unit, contest=open_call, registrations=rows, actor=coordinator, now=now)
    pks = [one.pk for one in people]
    act = {"contest": open_call, "actor": organiser, "now": now}
    return_registrations(contestants=pks[:2], reason="照片不清楚", due_at=now + timedelta(days=2), **act)
    refuse_registrations(contestants=pks[2:3], reason="超龄", **act)
    accept_registrations(contestants=pks[3:], **act)

    told = Message.objects.filter(channel=Message.Channel.IN_APP).order_by("pk")

    assert [(one.recipient, one.subject, one.link) for one in told] == [
        (coordinator, "报名退回补正：2 人", "/unit/"),
        (coordinator, "报名不予受理：选手3", "/unit/"),
        (coordinator, "报名已受理：2 人", "/unit/"),
    ]
    assert "照片不清楚" in told[0].body
    assert "选手1、选手2" in told[0].body
