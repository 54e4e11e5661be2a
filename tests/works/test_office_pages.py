"""The office's pages of a selection: who may see them, what they say, what they do."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Role
from ledger.models import Event
from outbox.models import Message
from tests.works.desk import add_file, works_address
from works.models import ContactExport, FileRequirement, Kind, PaperCopy, ScreeningDecision, Selection, Work
from works.services import refuse_works
from works.services.former_winners import FormerLine, add_former_winners

PAGES = (
    "organise_selection",
    "organise_selection_rulebook",
    "organise_selection_settings",
    "organise_selection_kinds",
    "organise_selection_files",
    "organise_selection_call",
    "organise_former_winners",
    "organise_former_winners_template",
    "organise_works",
    "organise_works_export",
    "organise_paper_copies",
)


def pages_of(selection: Selection, work: Work) -> list[str]:
    """Every page of the office that GET answers."""
    kind = work.kind
    requirement = kind.file_requirements.first()
    return [
        *(works_address(name, selection, selection.pk) for name in PAGES),
        works_address("organise_selection_new", selection),
        works_address("organise_work", selection, work.pk),
        works_address("organise_work_file", selection, work.files.get(requirement__code="form").pk),
        works_address("organise_work_kind", selection, kind.pk),
        works_address("organise_work_fields", selection, kind.pk),
        works_address("organise_work_requirement_new", selection, kind.pk),
        works_address("organise_work_requirement", selection, requirement.pk),
    ]


def status(client, address: str) -> int:
    """A page's status; a file that it opened is read to its end, and so closed."""
    answer = client.get(address)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return int(answer.status_code)


def test_every_page_answers_the_organiser_and_nobody_else(
    selection, book, make_work, signed_in, organiser, supervisor, stranger, coordinator, client, make_person
):
    work = make_work(book, files=True)
    judge = make_person("评委", Role.JUDGE, email="judge@example.com")
    addresses = pages_of(selection, work)
    answers = {
        person: {status(signed_in(user), address) for address in addresses}
        for person, user in (
            ("organiser", organiser),
            ("supervisor", supervisor),
            ("judge", judge),
            ("coordinator", coordinator),
            ("stranger", stranger),
        )
    }
    client.logout()
    answers["nobody"] = {status(client, address) for address in addresses}
    assert answers == {
        "organiser": {200},
        "supervisor": {404},
        "judge": {404},
        "coordinator": {404},
        "stranger": {404},
        "nobody": {302},
    }


def test_a_selection_is_of_its_own_edition_only(selection, signed_in, organiser):
    address = reverse("organise_selection", args=["2025", selection.pk])
    assert signed_in(organiser).get(address).status_code == 404


def test_acts_are_refused_to_others_and_to_get(selection, book, make_work, signed_in, stranger, organiser):
    work = make_work(book)
    requirement = book.file_requirements.get(code="licence")
    acts = [
        works_address("organise_work_decide", selection, work.pk),
        works_address("organise_work_reveal", selection, work.pk),
        works_address("organise_screening_batch", selection, selection.pk),
        works_address("organise_selection_call_withdraw", selection, selection.pk),
        works_address("organise_selection_call_publish", selection, selection.pk),
        works_address("organise_work_kind_remove", selection, book.pk),
        works_address("organise_work_requirement_move", selection, requirement.pk),
        works_address("organise_work_requirement_remove", selection, requirement.pk),
    ]
    assert {signed_in(stranger).post(address).status_code for address in acts} == {404}
    assert {signed_in(organiser).get(address).status_code for address in acts} == {405}
    assert (FileRequirement.objects.filter(pk=requirement.pk).exists(), Kind.objects.count()) == (True, 2)


def test_a_new_selection_is_made_and_says_what_comes_next(edition, signed_in, organiser):
    address = reverse("organise_selection_new", args=["2026"])
    typed = {"title": "2026 年优秀科普作品评选", "slug": "zuopin", "preset": "works"}
    answer = signed_in(organiser).post(address, typed, follow=True)
    made = Selection.objects.get()
    assert answer.redirect_chain == [(reverse("organise_selection", args=["2026", made.pk]), 302)]
    page = answer.content.decode()
    assert "下一步：定下申报时间" in page
    assert "还没有定下申报的起止时间" in page


def test_a_selection_leads_from_dates_to_call_to_screening(edition, signed_in, organiser, make_work, now):
    client = signed_in(organiser)
    client.post(
        reverse("organise_selection_new", args=["2026"]), {"title": "作品评选", "slug": "zuopin", "preset": "works"}
    )
    selection = Selection.objects.get()
    settings = works_address("organise_selection_settings", selection, selection.pk)
    opens = timezone.localtime() - timedelta(days=1)
    client.post(
        settings,
        {
            "title": "作品评选",
            "opens_at": f"{opens:%Y-%m-%dT%H:%M}",
            "closes_at": f"{opens + timedelta(days=9):%Y-%m-%dT%H:%M}",
            "grace_minutes": "60",
            "individuals_may_submit": "on",
            "most_authors": "12",
            "file_name_rule": "{类别}-{编号}-{作品}-{材料}",
            "seen": "",
        },
    )
    overview = works_address("organise_selection", selection, selection.pk)
    assert "下一步：写好征集通知，发布" in client.get(overview).content.decode()
    call = works_address("organise_selection_call", selection, selection.pk)
    assert "市科学技术协会开展“作品评选”" in client.get(call).content.decode()
    client.post(call, {"text": "现将申报事项通知如下。", "seen": ""})
    client.post(works_address("organise_selection_call_publish", selection, selection.pk))
    assert "申报进行中" in client.get(overview).content.decode()
    make_work(selection.kinds.get(code="book"))
    page = client.get(overview).content.decode()
    assert "下一步：形式审查 1 件作品" in page
    assert f"{works_address('organise_works', selection, selection.pk)}?status=submitted" in page


def test_the_editions_overview_shows_each_selection_with_its_next_step(selection, signed_in, organiser, edition):
    page = signed_in(organiser).get(reverse("organise_edition", args=[edition.slug])).content.decode()
    assert selection.title in page
    assert "申报进行中" in page


def test_an_open_call_stands_on_the_public_home_and_on_its_own_page(selection, client):
    home = client.get(reverse("home")).content.decode()
    address = reverse("public_selection", args=[selection.pk])
    assert selection.title in home
    assert address in home
    page = client.get(address).content.decode()
    for text in (
        "2023-01-01 起至 2025-12-31出版；丛书以最后一册为准，须整套申报",
        "时长 2 分 至 5 分",
        "画面 16:9，不低于 1080p",
        "另寄样书 5 份，不退",
        "我要申报",
    ):
        assert text in page
    assert client.get(reverse("public_selection_rules", args=[selection.pk])).status_code == 200


@pytest.mark.parametrize("name", ["public_selection", "public_selection_rules"])
def test_a_call_that_is_not_published_is_nobodys(selection, client, signed_in, organiser, name):
    selection.call_published_at = None
    selection.save()
    address = reverse(name, args=[selection.pk])
    assert client.get(address).status_code == 404
    assert signed_in(organiser).get(address).status_code == 404
    assert selection.title not in client.get(reverse("home")).content.decode()


def test_a_refused_setting_keeps_what_was_typed_and_names_its_field(selection, book, signed_in, organiser):
    address = works_address("organise_work_kind", selection, book.pk)
    typed = {"window_from": "2025-01-01", "window_to": "2024-01-01", "reviews_each": "3", "paper_copies": "5"}
    page = signed_in(organiser).post(address, typed).content.decode()
    assert "时间范围的结束日不能早于开始日。" in page
    assert 'value="2024-01-01"' in page
    book.refresh_from_db()
    assert str(book.window_to) == "2025-12-31"


def test_a_setting_that_somebody_changed_meanwhile_is_shown(selection, video, signed_in, organiser):
    """Pitfall 20."""
    client = signed_in(organiser)
    address = works_address("organise_work_kind", selection, video.pk)
    seen = client.get(address).context["form"]["seen"].value()
    video.unit_quota = 4
    video.save()
    typed = {
        "window_from": "2025-01-01",
        "window_to": "2025-12-31",
        "min_seconds": "2分",
        "max_seconds": "5分",
        "min_height": "1080",
        "aspect": "16:9",
        "most_non_original": "10",
        "unit_quota": "9",
        "reviews_each": "3",
        "seen": seen,
    }
    answer = client.post(address, typed)
    page = answer.content.decode()
    assert "别人刚刚改过这些设置" in page
    assert "现在保存的是“4”。" in page
    again = typed | {"seen": answer.context["form"]["seen"].value()}
    assert client.post(address, again).status_code == 302
    video.refresh_from_db()
    assert (video.unit_quota, video.min_seconds) == (9, 120)


def test_a_file_that_has_been_handed_in_cannot_be_removed(selection, book, make_work, signed_in, organiser):
    """Pitfall 24."""
    make_work(book, files=True)
    cover = book.file_requirements.get(code="cover")
    answer = signed_in(organiser).post(
        works_address("organise_work_requirement_remove", selection, cover.pk), follow=True
    )
    assert "已有 1 件作品交过“封面”，不能删除。可以改为“选交”。" in answer.content.decode()
    assert FileRequirement.objects.filter(pk=cover.pk).exists()


def test_former_winners_come_by_workbook_and_leave_by_a_button(selection, signed_in, organiser):
    client = signed_in(organiser)
    address = works_address("organise_former_winners", selection, selection.pk)
    template = client.get(works_address("organise_former_winners_template", selection, selection.pk)).content
    book = load_workbook(BytesIO(template))
    sheet = book.worksheets[0]
    header = next(place for place, row in enumerate(sheet.values, start=1) if "作品名称" in str(row[0]))
    for column, value in enumerate(("看得见的声音", "苏作者", "", "2025 年市优秀科普作品"), start=1):
        sheet.cell(row=header + 1, column=column, value=value or None)
    held = BytesIO()
    book.save(held)
    held.seek(0)
    held.name = "往届.xlsx"
    page = client.post(address, {"file": held}, follow=True).content.decode()
    assert "已加入 1 件。" in page
    winner = selection.former_winners.get()
    assert (winner.title, winner.author, winner.award) == ("看得见的声音", "苏作者", "2025 年市优秀科普作品")
    client.post(works_address("organise_former_winner_remove", selection, winner.pk))
    assert selection.former_winners.count() == 0


def test_a_works_page_shows_findings_files_and_masked_contacts(selection, video, make_work, signed_in, organiser):
    work = make_work(video, files=True, title="星空", phone="19900007777")
    page = signed_in(organiser).get(works_address("organise_work", selection, work.pk)).content.decode()
    for text in (
        "机器核查：没有发现问题",
        "首播日期在规定范围内。",
        "19900007777"[:3] + "****7777",
        "推荐表（盖章扫描件）",
    ):
        assert text in page
    assert "19900007777" not in page
    assert "片头的作品名称与申报名称一致" in page


def test_contacts_are_shown_for_a_purpose_that_is_recorded(selection, video, make_work, signed_in, organiser):
    work = make_work(video, phone="19900007777")
    client = signed_in(organiser)
    address = works_address("organise_work_reveal", selection, work.pk)
    assert "19900007777" not in client.post(address, {"purpose": " "}).content.decode()
    assert "19900007777" in client.post(address, {"purpose": "电话联系作者"}).content.decode()
    assert list(ContactExport.objects.values_list("count", "reason")) == [(1, "电话联系作者")]
    assert Event.objects.filter(kind="personal_data_exported").count() == 1


def test_one_work_is_accepted_with_what_a_person_looked_at(selection, video, make_work, signed_in, organiser, author):
    work = make_work(video, files=True)
    typed = {"act": "accept", "version": work.version, "answered": ["film_title", "credits"]}
    client = signed_in(organiser)
    client.post(works_address("organise_work_decide", selection, work.pk), typed)
    work.refresh_from_db()
    made = ScreeningDecision.objects.get()
    assert (work.status, work.version, made.act) == ("accepted", 2, "accept")
    asked = {each["code"]: each["evidence"] for each in made.findings if each["code"].startswith("person.")}
    assert asked == {
        "person.film_title": "人工核对",
        "person.credits": "人工核对",
        "person.chinese": "没有登记核对",
    }
    assert Message.objects.get().recipient == author


def test_a_fault_is_accepted_only_with_a_reason(selection, video, make_work, signed_in, organiser):
    work = make_work(video, files=True, non_original_percent=30)
    client, address = signed_in(organiser), works_address("organise_work_decide", selection, work.pk)
    page = client.post(address, {"act": "accept", "version": work.version}).content.decode()
    assert "请写明理由。" in page
    client.post(address, {"act": "accept", "version": work.version, "words": "素材为作者本人旧作，已核实。"})
    made = ScreeningDecision.objects.get()
    assert (made.act, made.reason) == ("accept", "素材为作者本人旧作，已核实。")
    assert [each["sentence"] for each in made.findings if each["level"] == "fault"] == ["非原创素材占比超过上限。"]


def test_a_decision_on_what_changed_meanwhile_is_refused(selection, video, make_work, signed_in, organiser):
    """Pitfall 20: two screeners at once."""
    work = make_work(video, files=True)
    client, address = signed_in(organiser), works_address("organise_work_decide", selection, work.pk)
    client.post(address, {"act": "refuse", "version": work.version, "words": "重复申报。"})
    page = client.post(address, {"act": "accept", "version": work.version}, follow=True).content.decode()
    assert "打开页面之后，这件作品有了改动" in page
    work.refresh_from_db()
    assert (work.status, ScreeningDecision.objects.count()) == ("refused", 1)


def test_many_are_returned_at_once_and_each_outcome_is_told(selection, video, make_work, signed_in, organiser, author):
    first, second = make_work(video, files=True), make_work(video)
    gone = make_work(video, status=Work.Status.WITHDRAWN, status_reason="不报了")
    client, address = signed_in(organiser), works_address("organise_screening_batch", selection, selection.pk)
    page = client.post(address, {"act": "return", "scope": "all"})
    assert page.context["count"] == 2
    fields = {
        "act": "return",
        "confirmed": "1",
        "seen": page.context["seen"],
        "unable": page.context["unable_keys"],
        "token": page.context["token"],
        "words": "请补齐材料。",
        "due_at": f"{timezone.localtime() + timedelta(days=5):%Y-%m-%dT%H:%M}",
    }
    Work.objects.filter(pk=second.pk).update(version=9)
    told = client.post(address, fields, follow=True)
    text = told.content.decode()
    assert "退回补正：办好 1 件，2 件没有办" in text
    assert "现在是“已撤回”。" in text
    assert "打开页面之后，这件作品有了改动" in text
    assert Message.objects.get().recipient == author
    statuses = dict(Work.objects.values_list("pk", "status"))
    assert statuses == {first.pk: "returned", second.pk: "submitted", gone.pk: "withdrawn"}
    again = client.post(address, fields, follow=True)
    assert ScreeningDecision.objects.count() == 1
    assert "办好 1 件" in again.content.decode()


def test_the_list_is_searched_filtered_and_sorted(selection, book, video, make_work, unit, signed_in, organiser):
    sky = make_work(book, title="仰望《星空》", unit=unit, authors=("甲某",))
    sound = make_work(video, title="看得见的声音", authors=("乙某",), files=True)
    client, address = signed_in(organiser), works_address("organise_works", selection, selection.pk)

    def titles(**query) -> list[str]:
        return [row.work.title for row in client.get(address, query).context["listed"].rows]

    assert titles(q="星空") == titles(q="仰望星空") == titles(q="甲某") == titles(q=sky.number) == [sky.title]
    assert titles(q=sky.volume_rows.get().isbn[:8]) == [sky.title]
    assert titles(kind="video") == titles(unit="none") == titles(channel="individual") == [sound.title]
    assert titles(unit=str(unit.pk)) == titles(level="fault") == [sky.title]
    assert titles(level="ok") == [sound.title]
    assert titles(sort="-title") == sorted([sky.title, sound.title], reverse=True)
    assert titles(status="accepted") == titles(q="没有") == titles(unit="x") == []


@pytest.mark.parametrize("count", [1, 12])
@pytest.mark.parametrize("query", ["", "?level=fault", "?q=星空&kind=book&status=submitted&sort=unit&page=2"])
def test_the_list_takes_ten_queries_at_most(
    selection, book, video, make_work, signed_in, organiser, count, query, django_assert_max_num_queries
):
    book.unit_quota = video.author_quota = 2
    book.save()
    video.save()
    for _ in range(count):
        make_work(book, files=True)
        make_work(video)
    client, address = signed_in(organiser), works_address("organise_works", selection, selection.pk)
    with django_assert_max_num_queries(10):
        assert client.get(address + query).status_code == 200


def rows_of(content: bytes) -> list[tuple[object, ...]]:
    return list(load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True))


def test_the_export_has_no_phones_and_text_stays_text(selection, book, make_work, signed_in, organiser):
    """Pitfall 17."""
    work = make_work(book, title="=cmd|' /C calc'!A1", phone="19900007777")
    client, address = signed_in(organiser), works_address("organise_works_export", selection, selection.pk)
    content = client.get(address).content
    cells = [cell for row in rows_of(content) for cell in row if cell is not None]
    assert "=cmd|' /C calc'!A1" in cells
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=cmd")} == {"s"}
    assert (work.number in cells, "19900007777" in cells, ContactExport.objects.count()) == (True, False, 0)


def test_the_export_with_phones_takes_a_purpose_that_is_recorded(selection, book, make_work, signed_in, organiser):
    make_work(book, phone="19900007777")
    client, address = signed_in(organiser), works_address("organise_works_export", selection, selection.pk)
    assert client.post(address, {"reason": " "}).status_code == 302
    content = client.post(address, {"reason": "通知领奖"}).content
    assert "19900007777" in [cell for row in rows_of(content) for cell in row]
    assert list(ContactExport.objects.values_list("count", "reason")) == [(1, "通知领奖")]
    event = Event.objects.get(kind="personal_data_exported")
    assert json.loads(event.payload)["count"] == 1


def test_paper_copies_are_written_down_and_set_right(selection, book, make_work, signed_in, organiser):
    work = make_work(book, title="星空")
    client, address = signed_in(organiser), works_address("organise_paper_copies", selection, selection.pk)
    assert "《星空》" in client.get(address, {"q": work.number}).content.decode()
    today = f"{timezone.localdate():%Y-%m-%d}"
    line = {"work": work.pk, "received_on": today, "note": ""}
    assert client.post(f"{address}?q={work.number}", line | {"count": "6"}).status_code == 302
    page = client.post(f"{address}?q={work.number}", line | {"count": "-1"}).content.decode()
    assert "冲减份数时请写明原因" in page
    client.post(address, line | {"count": "-1", "note": "多登了 1 份"})
    assert list(PaperCopy.objects.values_list("count", "note")) == [(6, ""), (-1, "多登了 1 份")]
    listed = client.get(works_address("organise_works", selection, selection.pk)).content.decode()
    assert "5 / 5" in listed


def test_a_file_is_served_under_the_rules_name_and_never_as_a_page(selection, video, make_work, signed_in, organiser):
    work = make_work(video, files=True, title="星空")
    file = work.files.get(requirement__code="video")
    address = works_address("organise_work_file", selection, file.pk)
    client = signed_in(organiser)
    answer = client.get(address)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    part = client.get(f"{address}?view=1", headers={"Range": "bytes=0-3"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, (b"".join(answer.streaming_content))[:4])


def test_a_refused_work_is_reopened_with_a_reason(selection, video, make_work, signed_in, organiser, now):
    work = make_work(video, files=True)
    refuse_works(works=[work], reason="重复申报。", actor=organiser, now=now)
    client, address = signed_in(organiser), works_address("organise_work_decide", selection, work.pk)
    client.post(address, {"act": "reopen", "version": 2, "words": "经核实不是同一件。"})
    work.refresh_from_db()
    assert (work.status, work.status_reason) == ("submitted", "")
    assert list(ScreeningDecision.objects.values_list("act", "reason")) == [
        ("refuse", "重复申报。"),
        ("reopen", "经核实不是同一件。"),
    ]


def test_a_former_winner_stands_out_in_the_list(selection, video, make_work, signed_in, organiser, now):
    make_work(video, files=True, title="星空")
    line = FormerLine("星空", "苏作者", "", "2025 年市优秀科普作品")
    add_former_winners(selection=selection, lines=[line], actor=organiser, now=now)
    address = works_address("organise_works", selection, selection.pk)
    page = signed_in(organiser).get(address, {"level": "fault"}).content.decode()
    assert "往届获奖作品，题名和第一作者相同。" in page


def test_a_poster_and_a_superseded_file(selection, video, make_work, signed_in, organiser):
    work = make_work(video, files=True)
    newer = add_file(work, "video", content=b"again")
    page = signed_in(organiser).get(works_address("organise_work", selection, work.pk)).content.decode()
    assert "更换或撤下“视频”" in page
    assert works_address("organise_work_file", selection, newer.pk) in page
