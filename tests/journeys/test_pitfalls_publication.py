"""Faults that other systems shipped (numbers of the pitfalls), where a list goes public. What one page or service shows
alone stands in its own tests; here it is what several of them show of the same list."""
# ruff: noqa: F811 (fixtures)

import io
import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import Role, RoleGrant, Unit
from certificates.models import Batch, Certificate
from certificates.tasks import make_certificate
from contest.models import Contestant, Finalist
from contest.services import move_up_reserve, propose_group_result, record_finalists, withdraw_contestant
from ledger.models import Event, Head
from notices.documents import notice_pdf
from notices.models import Notice
from notices.selectors import public_document
from notices.services import create_notice, publish_notice
from results.exceptions import ResultRefused
from results.models import Publicity, Result, Roster
from results.services import (
    confirm_result,
    draft_result_notice,
    hide_entry,
    publish_result,
    publish_result_notice,
    set_publicity_days,
    start_publicity,
)
from scoring.models import Entry, ScoreSheet
from tests.certificates.proofed import certify
from tests.contest.office import (  # noqa: F401 (fixtures)
    adult,
    contest,
    drawn,
    enter,
    judge_all,
    junior,
    locked,
    make_panel,
    registration,
)
from tests.journeys.test_who_may_see_what import addresses, demo, filled, keys_of  # noqa: F401 (fixture)
from tests.results.conftest import confirmed, proposed, published  # noqa: F401 (fixtures)

FRONT = ("home", "gallery", "public_results", "public_notices", "public_notice_feed", "api_results", "api_notices")
NAMED = re.compile(r"定格成绩No\.(\d+)·名册v(\d+)")
EVIL = "{姓名}{{7*7}}{0.__class__}<script>alert(1)</script>"


@pytest.fixture
def announced(published, organiser, now) -> Notice:
    notice = draft_result_notice(result=published, actor=organiser, now=now)
    publish_result_notice(notice=notice, actor=organiser, now=now)
    return Notice.objects.get(pk=notice.pk)


@pytest.fixture
def correct(published, organiser, supervisor, now):
    """Return a function: the first name is corrected, and the corrected list published."""

    def act() -> Roster:
        Contestant.objects.filter(name="选手1").update(name="选手一")
        roster = propose_group_result(round=published.round, reason="更正姓名", actor=organiser, now=now)
        confirm_result(roster=roster, actor=supervisor, now=now)
        publish_result(result=Result.objects.get(pk=published.pk), actor=organiser, now=now)
        return roster

    return act


def text_of(answer) -> str:
    """Words without blanks, of a page, a feed, an API answer or a PDF."""
    assert answer.status_code == 200
    content = answer.getvalue()
    if content.startswith(b"%PDF"):
        words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    else:
        words = content.decode()
    return re.sub(r"\s|&nbsp;|\\n", "", words)


def front(**query) -> dict[str, bytes]:
    """Everything that a visitor without account begins with."""
    return {name: Client().get(reverse(name), query).getvalue() for name in FRONT}


def shown_of(result: Result, *notices: Notice) -> dict[str, str]:
    """Everything that names one result in public, without blanks."""
    client, found = Client(), {}
    for name in ("public_result", "public_rules", "api_result"):
        found[name] = text_of(client.get(reverse(name, args=[result.pk])))
    for notice in notices:
        for name in ("public_notice", "public_notice_pdf", "api_notice"):
            found[f"{name} {notice.pk}"] = text_of(client.get(reverse(name, args=[notice.pk])))
    return found


def test_pitfall_2_a_tie_at_the_line_is_announced_nowhere(locked, organiser, edition, now):
    round = locked(["49", "48", "47", "47", "45", "44"])
    call = create_notice(
        edition=edition, kind="call", title="征集", body="正文", dated=now.date(), actor=organiser, now=now
    )
    publish_notice(notice=call, actor=organiser, now=now)
    before = front()
    with pytest.raises(ResultRefused, match="名额线上并列"):
        propose_group_result(round=round, actor=organiser, now=now)
    result = Result.objects.create(edition=edition, round=round, title="科普讲解大赛", group_title="成年组")
    set_publicity_days(result=result, days=5, actor=organiser, now=now)
    result.refresh_from_db()
    for act in (start_publicity, publish_result, draft_result_notice):
        with pytest.raises(ResultRefused):
            act(result=result, actor=organiser, now=now)

    assert [model.objects.count() for model in (Roster, Publicity, Notice, Batch)] == [0, 0, 1, 0]
    assert front() == before
    for name in ("public_result", "public_rules", "api_result", "objection_new"):
        assert Client().get(reverse(name, args=[result.pk])).status_code == 404


def test_pitfall_3_with_a_hidden_and_a_withdrawn_winner_every_step_works(published, organiser, supervisor, now):
    record_finalists(result=published, actor=organiser, now=now)
    places = list(Finalist.objects.order_by("kind", "place").values_list("contestant__name", "kind", "place"))
    hide_entry(result=published, entry="02", reason="本人要求", actor=organiser, now=now)
    leaver = Contestant.objects.get(name="选手3")
    withdraw_contestant(contestant=leaver, reason="出国", actor=organiser, now=now)

    notice = draft_result_notice(result=published, actor=organiser, now=now)
    publish_result_notice(notice=notice, actor=organiser, now=now)
    pages = shown_of(published, notice)
    for name in ("public_result", "api_result", "public_notice_pdf " + str(notice.pk)):
        assert "选手2" not in pages[name], name
        assert "某某" in pages[name], name
        assert "选手3" in pages[name], name
    gallery = text_of(Client().get(reverse("gallery")))
    assert ("选手2" in gallery, "选手3" in gallery) == (False, True)
    rows = certify(published, organiser=organiser, supervisor=supervisor, now=now)
    assert [row.text["recipient"] for row in rows] == [f"选手{n}" for n in range(1, 7)]

    assert list(Finalist.objects.order_by("kind", "place").values_list("contestant__name", "kind", "place")) == places
    reserve = Finalist.objects.get(kind="reserve", place=1)
    moved = move_up_reserve(finalist=reserve, actor=organiser, now=now)
    assert (moved.contestant.name, moved.state) == ("选手4", Finalist.State.MOVED_UP)
    assert Event.objects.order_by("-number").first().kind == "reserve_moved_up"


def test_pitfall_10_every_page_and_file_of_a_list_names_the_same_snapshot(published, announced, correct):
    def named(*notices) -> dict[str, set[tuple[str, str]]]:
        pages = shown_of(Result.objects.get(pk=published.pk), *notices)
        api = Client().get(reverse("api_result", args=[published.pk])).json()
        assert "定格成绩No.1" in pages.pop("public_rules")  # names the snapshot alone
        found = {name: set(NAMED.findall(text)) for name, text in pages.items()}
        found["api_result"] = {(str(api["snapshot"]["number"]), str(api["roster"]["version"]))}
        for name in ("home", "public_results"):
            found[name] = set(NAMED.findall(text_of(Client().get(reverse(name)))))
        found["public_edition"] = set(NAMED.findall(text_of(Client().get(f"/editions/{published.edition.slug}/"))))
        return found

    published.edition.state = "running"
    published.edition.save(update_fields=["state"])
    assert {name: found for name, found in named(announced).items() if found != {("1", "1")}} == {}
    correct()
    after = named()
    assert {name: found for name, found in after.items() if found != {("1", "2")}} == {}
    old = shown_of(published, announced)  # the notice of then says of which list it is, and shows that one
    for name in ("public_notice", "public_notice_pdf", "api_notice"):
        text = old[f"{name} {announced.pk}"]
        assert (set(NAMED.findall(text)), "选手1" in text, "选手一" in text) == ({("1", "1")}, True, False), name
    gallery = text_of(Client().get(reverse("gallery")))
    assert ("选手一" in gallery, "选手1" in gallery) == (True, False)


def test_pitfall_10_the_corrections_notice_names_the_corrected_list(published, announced, correct, organiser, now):
    correct()
    result = Result.objects.get(pk=published.pk)
    notice = draft_result_notice(result=result, actor=organiser, now=now)
    publish_result_notice(notice=notice, actor=organiser, now=now)

    pages = shown_of(result, notice)
    assert pages[f"api_notice {notice.pk}"].count("定格成绩No.1·名册v2") == 1
    for name in ("public_notice", "public_notice_pdf"):  # its text names the list before, its foot the one it shows
        assert NAMED.findall(pages[f"{name} {notice.pk}"])[-1] == ("1", "2"), name
    assert set(NAMED.findall(pages["public_result"])) == {("1", "2")}


@pytest.mark.parametrize(
    "query",
    [{}, {"q": "选手"}, {"q": "获奖"}, {"q": "选手一"}, {"kind": "person"}, {"kind": "final"}, {"tier": "金奖"}],
    ids=str,
)
def test_pitfall_15_what_is_not_public_changes_nothing_that_is(
    published, announced, edition, organiser, now, locked, query
):
    before = front(**query)
    create_notice(
        edition=edition,
        kind="announcement",
        title="获奖选手一",
        body="选手",
        dated=now.date(),
        actor=organiser,
        now=now,
    )
    Contestant.objects.filter(name="选手1").update(name="选手一")
    propose_group_result(round=published.round, reason="更正姓名", actor=organiser, now=now)

    assert front(**query) == before


def test_pitfall_15_a_hidden_name_finds_what_nobodys_name_finds(published, announced, organiser, now):
    hide_entry(result=published, entry="02", reason="本人要求", actor=organiser, now=now)
    hidden, nobody = front(q="选手2"), front(q="选手9")
    assert {name: text.replace("选手2".encode(), "选手9".encode()) for name, text in hidden.items()} == nobody


WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|TRUNCATE|MERGE|ALTER|DROP|CREATE)\b", re.IGNORECASE)


@pytest.mark.slow
def test_pitfall_16_reading_changes_no_row(demo):
    """Every address, asked for with GET by an organiser, a supervisor and a visitor: nothing is even tried to write."""
    keys, written, asked = keys_of(demo.slug), [], 0
    people = [RoleGrant.objects.filter(role=role).first().user for role in (Role.ORGANISER, Role.SUPERVISOR)]

    def watch(execute, sql, params, many, context):
        if WRITES.match(sql):
            written.append((here, sql[:160]))
        return execute(sql, params, many, context)

    heads = list(Head.objects.order_by("pk").values_list("pk", "hash"))
    for who in (*people, None):
        client = Client()
        if who is not None:
            client.force_login(who, backend="accounts.backends.PhoneOrEmailBackend")
        for route, name in addresses():
            here = name
            try:
                address = filled(route, demo.slug, keys)
            except KeyError:  # of kinds of rows that belong to one account; their own tests show it
                continue
            with connection.execute_wrapper(watch):
                client.get(address).getvalue()
            asked += 1

    assert written == []
    assert asked > 600
    assert list(Head.objects.order_by("pk").values_list("pk", "hash")) == heads


def test_pitfall_18_what_is_public_stays_as_it_was(published, announced, organiser, supervisor, now):
    rows = certify(published, organiser=organiser, supervisor=supervisor, now=now)
    texts = [row.text for row in rows]
    before, document = shown_of(published, announced), public_document(announced)
    pdf, pages = notice_pdf(announced), front()

    Contestant.objects.update(name="后来的姓名", workplace="后来的单位", title="后来的题目", tutors="后来的导师")
    Contestant.objects.filter(pk=Contestant.objects.first().pk).update(status=Contestant.Status.REFUSED)
    Unit.objects.update(name="后来的单位")
    Entry.objects.update(title="后来的题目")
    ScoreSheet.objects.update(state="late")
    contest = Contestant.objects.first().contest
    contest.title = "后来的比赛"
    contest.save(update_fields=["title"])
    contest.groups.update(title="后来的组别")
    Notice.objects.update(title="后来的标题", body="后来的正文", lists=[])
    rulebook = published.round.rulebook
    type(rulebook).objects.create(
        edition=rulebook.edition,
        code=rulebook.code,
        version=rulebook.version + 1,
        title="后来的规则",
        document=rulebook.document,
        sha256="0" * 64,
        created_by=organiser,
        created_at=now,
    )

    notice = Notice.objects.get(pk=announced.pk)
    assert shown_of(Result.objects.get(pk=published.pk), notice) == before
    assert (public_document(notice), notice_pdf(notice)) == (document, pdf)
    assert [row.text for row in Certificate.objects.order_by("number")] == texts
    later = front()
    assert "后来的姓名" not in later["home"].decode()  # the open call bears the contest's new title
    assert later | {"home": b""} == pages | {"home": b""}


def test_pitfall_21_names_and_titles_are_words_wherever_they_are_printed(locked, organiser, supervisor, now):
    round = locked()
    Contestant.objects.filter(name="选手1").update(name=EVIL, title=EVIL)
    roster = propose_group_result(round=round, actor=organiser, now=now)
    confirm_result(roster=roster, actor=supervisor, now=now)
    publish_result(result=roster.result, actor=organiser, now=now)
    result = Result.objects.get(pk=roster.result_id)
    notice = draft_result_notice(result=result, actor=organiser, now=now)
    publish_result_notice(notice=notice, actor=organiser, now=now)

    assert EVIL in text_of(Client().get(reverse("public_notice_pdf", args=[notice.pk])))
    for page in (shown_of(result)["public_result"], text_of(Client().get(reverse("gallery")))):
        assert "<script>alert" not in page
        assert "{姓名}{{7*7}}{0.__class__}&lt;script&gt;" in page
    row, *_ = certify(result, organiser=organiser, supervisor=supervisor, now=now)
    make_certificate(certificate_id=row.pk)
    row.refresh_from_db()
    printed = "".join(page.extract_text() for page in PdfReader(settings.MEDIA_ROOT / row.file).pages)
    assert EVIL in re.sub(r"\s", "", printed)


def test_pitfall_21_a_notices_title_is_words_in_pages_feed_and_headers(edition, organiser, now):
    day = now.date()
    notice = create_notice(
        edition=edition, kind="announcement", title=EVIL, body=EVIL, dated=day, actor=organiser, now=now
    )
    publish_notice(notice=notice, actor=organiser, now=now)

    for name in ("public_notices", "public_notice_feed"):
        answer = Client().get(reverse(name))
        assert "<script>alert" not in text_of(answer), name
        assert "{姓名}{{7*7}}{0.__class__}&lt;script&gt;" in text_of(answer), name
    pdf = Client().get(reverse("public_notice_pdf", args=[notice.pk]))
    assert EVIL in text_of(pdf)
    assert "\n" not in str(dict(pdf.items())).replace("\\n", "\n")
