"""公示 on the organiser's and the supervisor's pages: preview, start, withdrawal, the chain as steps."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from contest.services import propose_group_result
from notices.models import Notice
from notices.services import edit_notice
from notices.services.drafts import EDITED
from results.models import HiddenEntry, Publicity, Result, Roster
from results.services import (
    confirm_result,
    draft_result_notice,
    hide_entry,
    publish_result,
    set_publicity_days,
    start_publicity,
    withdraw_publicity,
)

PAGES = ("organise_publicity", "organise_hidden")
ACTS = (
    "organise_publicity_start",
    "organise_publicity_withdraw",
    "organise_publicity_days",
    "organise_result_notice",
)


def at(name: str, result: Result) -> str:
    return reverse(name, args=["2026", result.pk])


@pytest.fixture
def waiting(confirmed, organiser, now) -> Result:
    set_publicity_days(result=confirmed, days=5, actor=organiser, now=now)
    return Result.objects.get(pk=confirmed.pk)


@pytest.fixture
def office(signed_in, organiser):
    return signed_in(organiser)


def form_of(page) -> dict[str, str]:
    """What the page's form offers, as a browser would send it back."""
    form = page.context["start_form"]
    return {name: form.initial.get(name) or "" for name in form.fields}


def test_preview_names_period_rule_and_list(waiting, office):
    page = office.get(at("organise_publicity", waiting))
    text = page.content.decode()
    preview = page.context["preview"]
    assert preview.dates.starts_on == timezone.localdate()
    assert preview.dates.ends_on == preview.rule_ends_on
    assert "下一步：公示名册 v1" in text
    assert "选手1《题目1》，市天文爱好者协会" in text
    assert preview.body.split("\n")[0] in text


def test_start_as_offered(waiting, office):
    given = form_of(office.get(at("organise_publicity", waiting)))
    answer = office.post(at("organise_publicity_start", waiting), given)
    assert (answer.status_code, answer["Location"]) == (302, at("organise_publicity", waiting))
    period = Publicity.objects.get()
    assert (period.ends_on, period.deviation) == (period.rule_ends_on, "")
    page = office.get(at("organise_publicity", waiting)).content.decode()
    assert "公示中" in page
    assert "现在不能开始公示" not in page


def test_another_end_is_previewed_with_a_warning_and_rewrites_the_text(waiting, office):
    page = office.get(at("organise_publicity", waiting))
    end = page.context["preview"].rule_ends_on + timedelta(days=3)
    given = {**form_of(page), "ends_on": end.isoformat()}
    previewed = office.post(at("organise_publicity_start", waiting), {**given, "preview": "1"})
    assert previewed.status_code == 200
    assert "与它不同，须写明原因" in previewed.content.decode()
    assert f"{end.year}年{end.month}月{end.day}日" in previewed.context["preview"].body
    assert not Publicity.objects.exists()
    refused = office.post(at("organise_publicity_start", waiting), form_of(previewed))
    assert refused.status_code == 422
    assert "所填结束日与它不同，请写明原因" in refused.content.decode()
    given = {**form_of(previewed), "deviation": "法定代表人出差"}
    assert office.post(at("organise_publicity_start", waiting), given).status_code == 302
    stored = Publicity.objects.get()
    assert (stored.ends_on, stored.deviation) == (end, "法定代表人出差")
    assert f"至{end.year}年{end.month}月{end.day}日" in stored.notice.text.document["body"]


def test_edited_words_are_kept(waiting, office):
    page = office.get(at("organise_publicity", waiting))
    given = form_of(page)
    body = given["body"] + "\n联系人：示范市科学技术协会。"
    answer = office.post(
        at("organise_publicity_start", waiting),
        {**given, "title": "名单公示", "body": body.replace("\n", "\r\n"), "number": "示科协〔2026〕9号"},
    )
    assert answer.status_code == 302
    document = Notice.objects.get().text.document
    assert (document["title"], document["body"], document["number"]) == ("名单公示", body, "示科协〔2026〕9号")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"working_days": "0"}, "1"),
        ({"working_days": "x"}, "请填 1 到 60 个工作日"),
        ({"ends_on": "昨天"}, "日期"),
        ({"ends_on": "2020-01-01", "deviation": "x"}, "公示结束日须晚于公示当日"),
        ({"body": "别的正文"}, "正文没有写明公示期的日期"),
        ({"title": "长" * 121}, "120"),
    ],
)
def test_what_cannot_be_is_shown_with_what_was_typed(waiting, office, changes, message):
    given = {**form_of(office.get(at("organise_publicity", waiting))), **changes}
    answer = office.post(at("organise_publicity_start", waiting), given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert all(value in page for value in changes.values())
    assert not Publicity.objects.exists()


def test_withdraw_needs_a_reason(waiting, office, organiser, now):
    start_publicity(result=waiting, actor=organiser, now=now)
    address = at("organise_publicity_withdraw", waiting)
    assert office.post(address, {"number": "1", "reason": ""}).status_code == 422
    assert office.post(address, {"number": "9", "reason": "名单有误"}).status_code == 404
    assert office.post(address, {"number": "x", "reason": "名单有误"}).status_code == 404
    assert office.post(address, {"number": "1", "reason": "名单有误"}).status_code == 302
    assert Notice.objects.get().withdrawn_reason == "名单有误"
    assert "撤回原因：名单有误" in office.get(at("organise_publicity", waiting)).content.decode()
    again = office.post(address, {"number": "1", "reason": "名单有误"})
    assert (again.status_code, "已经撤回" in again.content.decode()) == (422, True)


def test_days(confirmed, office):
    address = at("organise_publicity_days", confirmed)
    assert office.post(address, {"days": "7"}).status_code == 302
    assert Result.objects.get().publicity_days == 7
    for days in ("61", "-1", "x", ""):
        assert office.post(address, {"days": days}).status_code == 422
    assert "没有设定公示期" not in office.get(at("organise_publicity", confirmed)).content.decode()


def test_the_result_page_leads_through_the_chain(waiting, office, organiser, now):
    def page() -> str:
        return office.get(at("organise_result", waiting)).content.decode()

    assert "下一步：公示" in page()
    assert at("organise_publicity", waiting) in page()
    running = start_publicity(result=waiting, actor=organiser, now=timezone.now())
    assert "公示期满后公布结果" in page()
    withdraw_publicity(publicity=running, reason="重来", actor=organiser, now=timezone.now())
    long_ago = timezone.now() - timedelta(days=60)
    start_publicity(result=waiting, actor=organiser, now=long_ago)
    assert "下一步：公布结果" in page()
    publish_result(result=waiting, actor=organiser, now=timezone.now())
    assert "下一步：起草结果公告" in page()
    answer = office.post(at("organise_result_notice", waiting))
    notice = Notice.objects.get(kind="final")
    assert (answer.status_code, answer["Location"]) == (302, reverse("organise_notice", args=["2026", notice.pk]))
    answer = office.post(reverse("organise_result_notice_publish", args=["2026", notice.pk]), {"seen": "1"})
    assert (answer.status_code, Notice.objects.get(pk=notice.pk).state) == (302, "published")
    assert "下一步：办理证书，办理晋级" in page()


def test_a_final_notice_is_published_as_its_preview_showed_it(published, office, organiser, now):
    notice = draft_result_notice(result=published, actor=organiser, now=now)
    words = {name: getattr(notice, name) for name in EDITED}
    seen = office.get(reverse("organise_notice_preview", args=["2026", notice.pk])).context["seen"]
    edit_notice(notice=notice, base_version=1, **{**words, "body": "别人的正文"}, actor=organiser, now=now)
    act = reverse("organise_result_notice_publish", args=["2026", notice.pk])

    answer = office.post(act, {"seen": seen}, follow=True)

    assert "您核对之后，别人改过这份公告，没有发布" in answer.content.decode()
    assert "别人的正文" in answer.content.decode()
    assert Notice.objects.get().state == "draft"
    office.post(act, {"seen": answer.context["seen"]})
    assert Notice.objects.get().state == "published"


def test_a_row_that_only_an_older_roster_has_can_be_hidden(published, office, organiser, now):
    old = published.rosters.get()
    Roster.objects.create(
        result=published,
        snapshot=old.snapshot,
        version=2,
        rows=old.rows[1:],
        salt="salt",
        sha256="0" * 64,
        reason="更正",
        proposed_by=organiser,
        proposed_at=now,
    )
    assert "选手1" in office.get(at("organise_hidden", published)).content.decode()
    answer = office.post(at("organise_hidden", published), {"entry": old.rows[0]["entry"], "reason": "本人要求"})
    assert answer.status_code == 302
    assert HiddenEntry.objects.get().entry == old.rows[0]["entry"]


def test_the_public_page_links_its_notices(waiting, office, client, organiser, now):
    period = start_publicity(result=waiting, actor=organiser, now=now)
    assert client.get(reverse("public_result", args=[waiting.pk])).status_code == 404
    publish_result(result=waiting, actor=organiser, now=period.closes_at)
    page = client.get(reverse("public_result", args=[waiting.pk])).content.decode()
    assert reverse("public_notice", args=[period.notice_id]) in page


def test_the_supervisor_sees_the_period_and_changes_nothing(waiting, signed_in, supervisor, organiser):
    start_publicity(result=waiting, actor=organiser, now=timezone.now())
    page = signed_in(supervisor).get(at("supervise_result", waiting)).content.decode()
    assert "各次公示" in page
    assert "公示到" in page
    assert at("organise_publicity_withdraw", waiting) not in page


@pytest.mark.parametrize("name", [*PAGES, *ACTS])
def test_only_organisers_come_here(waiting, signed_in, make_person, name):
    answers = []
    for role in (Role.SUPERVISOR, Role.JUDGE, Role.CLERK):
        client = signed_in(make_person(f"人{role}", role, email=f"visitor-{role}@example.com"))
        answers += [client.get(at(name, waiting)).status_code, client.post(at(name, waiting)).status_code]
    assert set(answers) <= {404, 405}
    assert not Publicity.objects.exists()


@pytest.mark.parametrize("name", ACTS)
def test_reading_changes_nothing(waiting, office, name):
    assert office.get(at(name, waiting)).status_code == 405


def test_a_notice_of_another_edition_or_of_no_result(waiting, office, edition, organiser, now):
    notice = Notice.objects.create(
        edition=edition,
        kind="announcement",
        title="通知",
        signed_by="协会",
        dated=date(2026, 11, 20),
        drafted_by=organiser,
        drafted_at=now,
    )
    assert office.post(reverse("organise_result_notice_publish", args=["2026", notice.pk])).status_code == 404
    assert office.post(reverse("organise_result_notice_publish", args=["2025", notice.pk])).status_code == 404


@pytest.mark.parametrize("count", [3, 60])
def test_pages_take_few_queries_whatever_the_list(
    locked, organiser, supervisor, office, now, django_assert_max_num_queries, count
):
    marks = [str(50 - n / 2).removesuffix(".0") for n in range(count)]
    roster = propose_group_result(round=locked(marks), actor=organiser, now=now)
    confirm_result(roster=roster, actor=supervisor, now=now)
    set_publicity_days(result=roster.result, days=5, actor=organiser, now=now)
    period = start_publicity(result=roster.result, actor=organiser, now=now)
    withdraw_publicity(publicity=period, reason="重来", actor=organiser, now=now)
    start_publicity(result=roster.result, actor=organiser, now=now)
    for row in roster.rows[: count - 1]:
        hide_entry(result=roster.result, entry=row["entry"], reason="本人要求", actor=organiser, now=now)
    with django_assert_max_num_queries(40):
        office.get(at("organise_publicity", roster.result))
    with django_assert_max_num_queries(40):
        office.get(at("organise_result", roster.result))
    with django_assert_max_num_queries(16):
        office.get(at("organise_hidden", roster.result))
