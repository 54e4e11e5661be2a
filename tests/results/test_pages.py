"""Results on public, organiser's and supervisor's pages, and for programs."""

import json

import pytest
from django.urls import reverse

from accounts.models import Role
from accounts.services import grant_role
from contest.models import Contestant
from contest.services import propose_group_result
from core.models import Edition
from ledger.models import Event
from results.models import Confirmation, Result, Roster
from results.rendering import public_rows
from results.services import confirm_result, draft_batch, publish_result, set_publication, withdraw_result
from tests.certificates.proofed import certify


def public_addresses(result) -> list[str]:
    return [reverse(name, args=[result.pk]) for name in ("public_result", "public_rules", "api_result")]


@pytest.fixture
def supervised(proposed) -> str:
    return reverse("supervise_result", args=["2026", proposed.result_id])


def act(name: str, result: Result) -> str:
    return reverse(name, args=["2026", result.pk])


ORGANISER_ACTS = (
    "organise_result_publish",
    "organise_result_withdraw",
    "organise_result_publication",
    "organise_result_certificates",
)


def test_public_page_shows_winners_with_snapshot_and_roster(published, client):
    page = client.get(reverse("public_result", args=[published.pk])).content.decode()
    assert "2026 年科普讲解大赛成年组获奖名单" in page
    assert "定格成绩 No. 1 · 名册 v1" in page
    assert page.index("金奖") < page.index("选手1") < page.index("一等奖") < page.index("选手2") < page.index("三等奖")
    assert page.count("晋级省赛") == 3
    assert reverse("public_rules", args=[published.pk]) in page
    assert "对名单有异议？" in page
    assert "89.00" not in page


def test_public_page_names_the_supervision_phone(published, client):
    Edition.objects.update(supervision_phone="0373-1234567")
    assert "0373-1234567" in client.get(reverse("public_result", args=[published.pk])).content.decode()


def test_public_page_shows_every_rank_when_asked_to(published, client, organiser, now):
    set_publication(result=published, book_access="public", shows_everybody=True, actor=organiser, now=now)
    page = client.get(reverse("public_result", args=[published.pk])).content.decode()
    assert "89.00" in page
    assert reverse("public_book", args=[published.pk]) in page


@pytest.mark.parametrize("state", ["proposed", "confirmed"])
def test_what_is_not_published_is_not_there(request, client, state):
    found = request.getfixturevalue(state)
    result = found if state == "confirmed" else found.result
    codes = [client.get(address).status_code for address in public_addresses(result)]
    assert codes == [404, 404, 404]
    assert client.get(reverse("public_book", args=[result.pk])).status_code == 404
    assert "获奖名单" not in client.get(reverse("public_results")).content.decode()
    assert client.get(reverse("api_results")).json() == {"count": 0, "results": []}


def test_rehearsal_is_not_public(published, client, signed_in, organiser):
    Edition.objects.update(is_rehearsal=True)
    assert [client.get(address).status_code for address in public_addresses(published)] == [404, 404, 404]
    assert signed_in(organiser).get(reverse("public_result", args=[published.pk])).status_code == 200


def test_withdrawn_result_says_so_and_names_nobody(published, client, organiser, now):
    withdraw_result(result=published, reason="单位有误", actor=organiser, now=now)
    page = client.get(reverse("public_result", args=[published.pk])).content.decode()
    assert "撤回" in page
    assert "单位有误" in page
    assert "选手1" not in page
    assert client.get(reverse("api_result", args=[published.pk])).status_code == 404


def test_public_page_is_fetched_anew_only_after_a_change(published, client, organiser, now):
    address = reverse("public_result", args=[published.pk])
    etag = client.get(address)["ETag"]
    assert client.get(address, headers={"if-none-match": etag}).status_code == 304
    set_publication(result=published, book_access="supervisor", shows_everybody=True, actor=organiser, now=now)
    again = client.get(address, headers={"if-none-match": etag})
    assert (again.status_code, again["Cache-Control"]) == (200, "public, max-age=1")


def test_signed_in_page_is_never_a_stored_copy(published, signed_in, stranger):
    assert "ETag" not in signed_in(stranger).get(reverse("public_result", args=[published.pk]))


def test_rules_page_says_them_in_words(published, client):
    page = client.get(reverse("public_rules", args=[published.pk])).content.decode()
    for sentence in (
        "评委总分去掉 1 个最高分和 1 个最低分，取其余的平均分；有效评分少于 5 份时不去掉。",
        "缺席和回避的评委不计入，绝不按 0 分计算。",
        "自主命题讲解不足 3 分钟，扣 2 分。",
        "自主命题讲解超过 4 分钟，每 15 秒（不满 15 秒按 15 秒计）扣 2 分，最多扣 6 分。",
        "得分保留 2 位小数，四舍五入；名次按未取整的精确得分排列。",
        "金奖：1 名，晋级省赛。",
        "二等奖：有名次者的 20%（四舍五入）。",
        "优秀奖：其余有名次者。",
        "举例：一个成绩怎样算出来",
    ):
        assert sentence in page


def test_pitfall_10_pages_book_and_api_show_one_snapshot(published, client, organiser, now):
    set_publication(result=published, book_access="public", shows_everybody=True, actor=organiser, now=now)
    snapshot = published.published.snapshot
    book = client.get(reverse("public_book", args=[published.pk]))
    assert book["Content-Disposition"] == f'attachment; filename="result-book-{published.pk}.json"'
    assert json.loads(book.content)["digests"]["snapshot"] == snapshot.sha256
    found = client.get(reverse("api_result", args=[published.pk])).json()
    assert found["snapshot"] == {"number": 1, "sha256": snapshot.sha256}
    assert found["roster"] == {"version": 1, "sha256": published.published.sha256}
    ranks = {line["entry"]: line["rank"] for line in json.loads(book.content)["output"]["standings"]}
    assert {row["entry"]: row["rank"] for row in found["rows"]} == ranks
    assert client.get(reverse("api_result_book", args=[published.pk])).json()["digests"]["snapshot"] == snapshot.sha256


def test_api_shows_winners_without_scores_and_accounts(published, client):
    found = client.get(reverse("api_result", args=[published.pk])).json()
    assert found["rows"][0] == {
        "people": ["选手1"],
        "unit": "市天文爱好者协会",
        "title": "题目1",
        "tutors": [],
        "tier_title": "金奖",
        "advances": True,
        "titles": [],
    }
    listed = client.get(reverse("api_results")).json()
    assert (listed["count"], listed["results"][0]["id"], "rows" in listed["results"][0]) == (1, published.pk, False)


def test_api_writes_nothing(published, signed_in, organiser):
    client = signed_in(organiser)
    address = reverse("api_result", args=[published.pk])
    assert [getattr(client, method)(address).status_code for method in ("post", "put", "patch", "delete")] == [405] * 4


@pytest.mark.parametrize(
    ("access", "readers"),
    [
        ("supervisor", {"organiser", "supervisor"}),
        ("participants", {"organiser", "supervisor", "contestant"}),
        ("public", {"organiser", "supervisor", "contestant", "stranger", "nobody"}),
    ],
)
def test_book_is_open_to(locked, organiser, supervisor, stranger, make_person, client, now, access, readers):
    round = locked()
    contestant = make_person("选手1", email="c@example.com")
    Contestant.objects.filter(name="选手1").update(user=contestant)
    roster = propose_group_result(round=round, actor=organiser, now=now)
    confirm_result(roster=roster, actor=supervisor, now=now)
    publish_result(result=roster.result, actor=organiser, now=now)
    set_publication(result=roster.result, book_access=access, shows_everybody=False, actor=organiser, now=now)
    people = {"organiser": organiser, "supervisor": supervisor, "contestant": contestant, "stranger": stranger}
    found = set()
    for name in (*people, "nobody"):
        client.logout()
        if name in people:
            client.force_login(people[name], backend="accounts.backends.PhoneOrEmailBackend")
        addresses = [reverse(url, args=[roster.result_id]) for url in ("public_book", "api_result_book")]
        codes = {client.get(address).status_code for address in addresses}
        assert len(codes) == 1
        if codes == {200}:
            found.add(name)
    assert found == readers


@pytest.mark.parametrize("count", [3, 60])
def test_public_pages_take_few_queries(
    locked, organiser, supervisor, client, now, django_assert_max_num_queries, count
):
    roster = propose_group_result(
        round=locked([str(50 - n / 2).removesuffix(".0") for n in range(count)]), actor=organiser, now=now
    )
    confirm_result(roster=roster, actor=supervisor, now=now)
    publish_result(result=roster.result, actor=organiser, now=now)
    set_publication(result=roster.result, book_access="public", shows_everybody=True, actor=organiser, now=now)
    with django_assert_max_num_queries(4):  # result, hidden rows, notices, the other groups' lists
        client.get(reverse("public_result", args=[roster.result_id]))
    with django_assert_max_num_queries(3):
        client.get(reverse("public_results"))
    with django_assert_max_num_queries(3):
        client.get(reverse("api_result", args=[roster.result_id]))


def test_organiser_sees_what_stands_in_the_way(proposed, signed_in, organiser):
    page = signed_in(organiser).get(act("organise_result", proposed.result)).content.decode()
    assert "名册 v1 还没有经监督员确认" in page
    assert "请监督员登录办理" in page
    assert act("supervise_result", proposed.result) not in page
    assert "disabled" in page


def test_organiser_publishes_drafts_certificates_and_withdraws(confirmed, signed_in, organiser):
    client = signed_in(organiser)
    page = client.post(act("organise_result_publish", confirmed), follow=True).content.decode()
    assert "已公布" in page
    assert client.post(act("organise_result_publish", confirmed)).status_code == 409
    page = client.post(act("organise_result_certificates", confirmed), follow=True).content.decode()
    assert "已拟定 6 张，正在制作校样" in page
    settings = {"book_access": "public", "shows_everybody": "on"}
    publication = act("organise_result_publication", confirmed)
    assert "公开范围已更改" in client.post(publication, settings, follow=True).content.decode()
    assert "field-error" in client.post(publication, {"book_access": "x"}).content.decode()
    assert "必填" in client.post(act("organise_result_withdraw", confirmed), {"reason": ""}).content.decode()
    page = client.post(act("organise_result_withdraw", confirmed), {"reason": "单位有误"}, follow=True).content.decode()
    assert "已撤回" in page
    assert Result.objects.get().state == Result.State.WITHDRAWN


def test_organiser_pages_are_not_there_for_others(published, signed_in, stranger, supervisor):
    events = Event.objects.count()
    for person in (stranger, supervisor):
        client = signed_in(person)
        assert client.get(act("organise_result", published)).status_code == 404
        assert {client.post(act(name, published)).status_code for name in ORGANISER_ACTS} == {404}
    assert Event.objects.count() == events


def test_pitfall_16_organiser_acts_do_not_act_on_get(published, signed_in, organiser):
    client = signed_in(organiser)
    assert {client.get(act(name, published)).status_code for name in ORGANISER_ACTS} == {405}


def test_supervisor_compares_and_confirms(proposed, supervised, signed_in, supervisor):
    client = signed_in(supervisor)
    page = client.get(supervised).content.decode()
    assert proposed.sha256 in page
    assert proposed.snapshot.sha256 in page
    assert "与内容相符" in page
    address = act("supervise_result_confirm", proposed.result)
    assert client.get(address).status_code == 405
    assert client.post(address, {"version": "99"}).status_code == 409
    assert client.post(address, {"version": "x"}).status_code == 409
    assert "名册 v1 已确认" in client.post(address, {"version": "1"}, follow=True).content.decode()
    assert Confirmation.objects.get().confirmed_by == supervisor


def test_pitfall_20_supervisor_does_not_confirm_what_was_not_seen(proposed, signed_in, supervisor, organiser, now):
    Contestant.objects.filter(name="选手1").update(name="选手一")
    propose_group_result(round=proposed.result.round, reason="改名", actor=organiser, now=now)
    address = act("supervise_result_confirm", proposed.result)
    client = signed_in(supervisor)
    assert client.post(address, {"version": "1"}).status_code == 409
    assert "原姓名：选手1" in client.get(act("supervise_result", proposed.result)).content.decode()
    assert Confirmation.objects.count() == 0


def test_supervisor_who_proposed_finds_the_button_closed(proposed, supervised, signed_in, organiser, edition, now):
    grant_role(user=organiser, edition=edition, role=Role.SUPERVISOR, actor=None, now=now)
    client = signed_in(organiser)
    assert "须由另一位监督员确认" in client.get(supervised).content.decode()
    assert client.post(act("supervise_result_confirm", proposed.result), {"version": "1"}).status_code == 409


def test_supervisor_pages_are_not_there_for_others(proposed, supervised, signed_in, organiser, stranger):
    for person in (organiser, stranger):
        client = signed_in(person)
        assert client.get(supervised).status_code == 404
        assert client.post(act("supervise_result_confirm", proposed.result), {"version": "1"}).status_code == 404
    assert Confirmation.objects.count() == 0


def test_certificates_once_for_each_award(published, organiser, supervisor, now):
    first, *others = certify(published, organiser=organiser, supervisor=supervisor, now=now)
    assert len(others) == 5
    assert (first.text["recipient"], first.text["salutation"], first.text["award"]) == ("选手1", "同志", "金奖")
    assert first.text["before"] == "在2026 年科普讲解大赛（成年组）中，作品《题目1》荣获"
    assert first.source == f"结果 {published.pk} · 定格成绩 No. 1 · 名册 v1"


def test_certificates_before_publication(confirmed, organiser, now):
    with pytest.raises(Exception, match="公布之后"):
        draft_batch(result=confirmed, actor=organiser, now=now)


def test_public_rows_leave_out_who_is_not_ranked(published):
    unranked = dict(published.published.rows[0], rank=None, tier=None, tier_title=None, titles=[])
    assert public_rows(Roster(rows=[unranked]), everybody=True) == []
