"""节假日: years listed, one year as a form, what is refused, and that nothing typed is lost."""

import json
from datetime import date, timedelta

import pytest

from core.exceptions import ConflictError
from ledger.models import Event
from notices.exceptions import CalendarRefused
from notices.models import CalendarDay, CalendarYear
from notices.selectors import publicity_period
from notices.services import DayRange, set_calendar_year

LIST = "/organise/2026/calendar/"
YEAR = "/organise/2026/calendar/2027/"
NEW_YEAR = DayRange(date(2027, 1, 1), date(2027, 1, 3), "holiday", "元旦")


@pytest.fixture
def store(edition, organiser, now):
    """Return a function that stores 2027; what is given replaces the usual."""

    def set_year(*ranges, **other):
        usual = {"year": 2027, "source": "国办发明电〔2026〕9号", "seen": "", "now": now}
        return set_calendar_year(**(usual | other), edition=edition, ranges=list(ranges) or [NEW_YEAR], actor=organiser)

    return set_year


def sent(*rows, source="国办发明电〔2026〕9号", seen="", **more):
    """A form's fields; a row is (title, kind, first, last)."""
    data = {"source": source, "seen": seen, "form-TOTAL_FORMS": str(len(rows)), "form-INITIAL_FORMS": "0", **more}
    for number, row in enumerate(rows):
        data |= {
            f"form-{number}-{name}": value for name, value in zip(("title", "kind", "first", "last"), row, strict=True)
        }
    return data


def stored(year=2027):
    return list(CalendarDay.objects.filter(year__year=year).values_list("date", "kind", "title"))


def test_new_year_is_stored_and_reckoned_with(store, edition):
    store(NEW_YEAR, DayRange(date(2026, 12, 27), date(2026, 12, 27), "workday", "元旦"))

    assert stored() == [
        (date(2026, 12, 27), "workday", "元旦"),
        (date(2027, 1, 1), "holiday", "元旦"),
        (date(2027, 1, 2), "holiday", "元旦"),
        (date(2027, 1, 3), "holiday", "元旦"),
    ]
    assert publicity_period(date(2026, 12, 25), 1).ends_on == date(2026, 12, 27)
    event = Event.objects.get(edition=edition, kind="calendar_changed")
    assert json.loads(event.payload) == {"year": 2027, "free_days": 3, "worked_days": 1}


def test_change_replaces_the_days_of_that_year_alone(store, now):
    before = stored(2025)

    changed = store(DayRange(date(2026, 1, 1), date(2026, 1, 1), "holiday", "元旦"), year=2026, seen="shipped")

    assert stored(2026) == [(date(2026, 1, 1), "holiday", "元旦")]
    assert stored(2025) == before
    assert (changed.source, changed.changed_at) == ("国办发明电〔2026〕9号", now)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("ranges", "said"),
    [
        ([("2027-01-03", "2027-01-01", "holiday")], "“节”2027年1月3日至2027年1月1日的结束日早于开始日"),
        ([("2027-01-01", "2027-01-01", "half")], "请选择放假或上班"),
        ([("2026-11-30", "2026-12-02", "holiday")], "不在 2027 年和前后 31 天之内"),
        ([("2028-02-01", "2028-02-01", "holiday")], "不在 2027 年和前后 31 天之内"),
        (
            [("2027-02-06", "2027-02-12", "holiday"), ("2027-02-12", "2027-02-13", "holiday")],
            "2027年2月12日（星期五）填了两次",
        ),
        (
            [("2027-02-06", "2027-02-12", "holiday"), ("2027-02-06", "2027-02-06", "workday")],
            "2027年2月6日（星期六）既填了放假又填了上班",
        ),
        ([("2027-02-05", "2027-02-05", "workday")], "2027年2月5日（星期五）不是周末"),
        ([("2027-01-01", "2027-05-01", "holiday")], "一年最多 120 天，现有 121 天"),
        ([("2026-12-31", "2027-01-02", "holiday")], ""),
    ],
)
def test_lines_that_cannot_be_are_named(store, ranges, said):
    lines = [DayRange(day(first), day(last), kind, "节") for first, last, kind in ranges]
    if not said:
        assert len(store(*lines).days.all()) == 3
        return

    with pytest.raises(CalendarRefused) as refused:
        store(*lines)

    assert said in refused.value.message
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_day_of_another_years_arrangement_is_named(store):
    with pytest.raises(CalendarRefused, match="2026年1月4日（星期日）已在 2026 年的安排里"):
        store(DayRange(date(2026, 1, 4), date(2026, 1, 4), "workday", "元旦"), year=2025, seen="shipped")


def test_year_without_days_source_or_festival_is_refused(store, edition, organiser, now):
    with pytest.raises(CalendarRefused, match="至少填写一行"):
        set_calendar_year(edition=edition, year=2027, source="通知", ranges=[], seen="", actor=organiser, now=now)
    with pytest.raises(CalendarRefused, match="请填写依据"):
        store(source=" ")
    with pytest.raises(CalendarRefused, match="请填写节日"):
        store(DayRange(date(2027, 1, 1), date(2027, 1, 1), "holiday", ""))
    with pytest.raises(CalendarRefused, match="2000 到 2100"):
        store(year=1999)


def test_older_form_overwrites_nothing(store):
    """Pitfall 20."""
    store()

    with pytest.raises(ConflictError):
        store(DayRange(date(2027, 5, 1), date(2027, 5, 1), "holiday", "劳动节"))

    assert len(stored()) == 3


def test_list_shows_years_with_source_and_days(signed_in, organiser):
    page = signed_in(organiser).get(LIST).content.decode()

    assert "国办发明电〔2025〕7号" in page
    assert "国庆节：10月1日至10月7日放假" in page
    assert "国庆节：10月10日上班" in page
    assert "/organise/2026/calendar/2026/" in page


def test_list_asks_as_often_for_many_years(signed_in, organiser, django_assert_max_num_queries, store):
    client = signed_in(organiser)
    with django_assert_max_num_queries(30) as few:
        client.get(LIST)
    for year in range(2030, 2060):
        store(DayRange(date(year, 1, 1), date(year, 1, 1), "holiday", "元旦"), year=year)

    with django_assert_max_num_queries(len(few)):
        client.get(LIST)


def test_form_shows_the_stored_lines(signed_in, organiser):
    page = signed_in(organiser).get("/organise/2026/calendar/2026/").content.decode()

    assert 'value="2026-02-15"' in page
    assert 'value="2026-02-23"' in page
    assert 'value="shipped"' in page


def test_form_stores_lines_and_leaves_out_empty_ones(signed_in, organiser):
    data = sent(
        ("元旦", "holiday", "2027-01-01", "2027-01-03"), ("", "holiday", "", ""), ("春节", "workday", "2027-02-20", "")
    )

    answer = signed_in(organiser).post(YEAR, data)

    assert (answer.status_code, answer.url) == (302, LIST)
    assert [row[0] for row in stored()] == [date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3), date(2027, 2, 20)]


def test_stored_form_sent_back_changes_no_day(signed_in, organiser):
    before = stored(2026)
    client = signed_in(organiser)
    context = client.get("/organise/2026/calendar/2026/").context
    rows = [form.initial for form in context["days"]]
    lines = [[str(row.get(key, "") or "") for key in ("title", "kind", "first", "last")] for row in rows]

    answer = client.post("/organise/2026/calendar/2026/", sent(*lines, seen="shipped"))

    assert answer.status_code == 302
    assert stored(2026) == before


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("国庆", "holiday", "2027-10-07", "2027-10-01")], "结束日早于开始日"),
        ([("", "holiday", "2027-10-01", "2027-10-07")], "请填写节日"),
        ([("国庆", "holiday", "", "2027-10-07")], "请填写开始的日期"),
        ([("国庆", "holiday", "十月一日", "2027-10-07")], "这不是日期"),
        ([("国庆", "never", "2027-10-01", "2027-10-07")], "never"),
    ],
)
def test_faulty_form_keeps_what_was_typed(signed_in, organiser, rows, said):
    answer = signed_in(organiser).post(YEAR, sent(*rows))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert all(f'value="{value}"' in page for row in rows for value in (row[0], *row[2:]) if value)
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_more_lines_store_nothing_and_keep_what_was_typed(signed_in, organiser):
    answer = signed_in(organiser).post(YEAR, sent(("元旦", "holiday", "2027-01-01", ""), more="1"))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="元旦"' in page
    assert 'name="form-5-title"' in page
    assert "field-error" not in page
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_form_of_somebody_who_was_slower_shows_both(signed_in, organiser, store):
    client = signed_in(organiser)
    store()

    answer = client.post(YEAR, sent(("劳动节", "holiday", "2027-05-01", "")))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "别人改过这一年的安排" in page
    assert "元旦：1月1日至1月3日放假" in page
    assert 'value="劳动节"' in page
    again = client.post(
        YEAR, sent(("劳动节", "holiday", "2027-05-01", ""), seen=answer.context["form"]["seen"].value())
    )
    assert again.status_code == 302
    assert [row[2] for row in stored()] == ["劳动节"]


def test_tampered_numbers_of_lines_are_no_error_page(signed_in, organiser):
    client = signed_in(organiser)
    for total in ("", "-1", "x", "99999999999", "٣"):
        for more in ({}, {"more": "1"}):
            answer = client.post(YEAR, {"source": "通知", "form-TOTAL_FORMS": total, **more})
            assert answer.status_code in (200, 422)


def test_years_of_other_centuries_do_not_exist(signed_in, organiser):
    client = signed_in(organiser)

    assert client.get("/organise/2026/calendar/1999/").status_code == 404
    assert client.get("/organise/2026/calendar/99999/").status_code == 404


@pytest.mark.parametrize("address", [LIST, YEAR])
def test_nobody_else_sees_the_calendar(signed_in, stranger, supervisor, address):
    for user in (stranger, supervisor):
        client = signed_in(user)
        assert client.get(address).status_code == 404
        assert client.post(YEAR, sent(("元旦", "holiday", "2027-01-01", ""))).status_code == 404
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_running_publicity_is_warned_of(signed_in, organiser, announced):
    lists = [{"title": "名单", "note": "", "tiers": []}]
    announced(kind="publicity", subject="result-1", lists=lists, source="定格成绩 No. 1")

    client = signed_in(organiser)

    assert "现有 1 份公示正在进行" in client.get(LIST).content.decode()
    assert "已经印出的起止日期不变" in client.get(YEAR).content.decode()


def test_year_of_as_many_lines_as_can_be_is_edited_whole(signed_in, organiser, store):
    days = [date(2027, 1, 1) + timedelta(days=3 * step) for step in range(120)]
    store(*(DayRange(day, day, "holiday", "节") for day in days))
    client = signed_in(organiser)
    rows = [form.initial for form in client.get(YEAR).context["days"]]
    lines = [[str(row.get(key, "") or "") for key in ("title", "kind", "first", "last")] for row in rows]

    answer = client.post(YEAR, sent(*lines, seen=CalendarYear.objects.get(year=2027).changed_at.isoformat()))

    assert answer.status_code == 302
    assert [row[0] for row in stored()] == days
