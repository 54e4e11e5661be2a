"""下一届: what is copied, what is not, and that nothing of the old edition changes."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, RoleGrant
from accounts.permissions import has_role
from certificates.models import Layout
from certificates.services import adopt_layout
from contest.models import Appearance, Contest, Contestant
from contest.services.requirements import RequirementSettings, add_requirement
from core.models import Edition
from ledger.models import Event
from ledger.selectors import chain_faults
from notices.models import Notice
from notices.services import create_notice, publish_notice
from outbox.models import MessageTemplate
from portal.exceptions import EditionRefused
from portal.services.next_edition import Chosen, copyable, create_next_edition
from results.models import Result
from scoring.models import Panel, Round, Rulebook, Seat
from scoring.services import revise_rulebook
from works.models import Kind, Selection
from works.services import create_selection
from works.services.former_winners import FormerLine, add_former_winners

CODE_OF_ASKED = [{"code": "education", "required": True}]


@pytest.fixture
def selection(edition, organiser, now) -> Selection:
    made = create_selection(edition=edition, title="2026 年优秀科普作品评选", slug="works", actor=organiser, now=now)
    made.call_text, made.call_published_at = "现将申报事项通知如下。", now
    made.opens_at, made.closes_at = now - timedelta(days=1), now + timedelta(days=10)
    made.save()
    line = FormerLine("星空", "", "", "2025 年一等奖")
    add_former_winners(selection=made, lines=[line], actor=organiser, now=now)
    return made


@pytest.fixture
def whole(edition, contest, selection, finished, organiser, now) -> Edition:
    """An edition with one of everything that can be copied, and much that cannot."""
    contest.call_text, contest.asked_fields, contest.venue = "各单位：现将……", CODE_OF_ASKED, "科技馆"
    contest.registration_opens_at, contest.registration_closes_at = now, now + timedelta(days=5)
    contest.save()
    ask = RequirementSettings("讲稿", "不超过四分钟", ["pdf"], 10, False, "everybody")
    add_requirement(contest=contest, settings=ask, actor=organiser, now=now)
    adopt_layout(edition=edition, code="classic", actor=organiser, now=now)
    call = create_notice(
        edition=edition,
        kind=Notice.Kind.CALL,
        title="关于举办 2026 年科技活动周的通知",
        body="正文",
        number="示科协〔2026〕1号",
        addressees="各单位",
        dated=timezone.localdate(now),
        actor=organiser,
        now=now,
    )
    publish_notice(notice=call, actor=organiser, now=now)
    other = {"title": "停电公告", "body": "略", "dated": timezone.localdate(now)}
    create_notice(edition=edition, kind=Notice.Kind.ANNOUNCEMENT, actor=organiser, now=now, **other)
    words = {"code": "result_published", "subject": "结果", "body": "已公布", "sms": True}
    MessageTemplate.objects.create(edition=edition, changed_by=organiser, changed_at=now, **words)
    edition.theme, edition.supervision_phone, edition.publicity_days = "旧主题", "0000-12345", 7
    edition.save()
    return edition


@pytest.fixture
def everything(whole) -> Chosen:
    found = copyable(whole)
    return Chosen(
        rulebooks=frozenset(each.code for each in found.rulebooks),
        contests=frozenset(each.pk for each in found.contests),
        selections=frozenset(each.pk for each in found.selections),
        panels=frozenset(each.pk for each in found.panels),
        layouts=frozenset(each.code for each in found.layouts),
        notices=frozenset(each.pk for each in found.notices),
        messages=True,
    )


@pytest.fixture
def make_next(edition, organiser, now):
    """Return a function that makes the edition of 2027."""

    def make(chosen: Chosen, **changes) -> Edition:
        values = {"year": 2027, "title": "2027 科技活动周", "slug": "2027"} | changes
        return create_next_edition(source=edition, chosen=chosen, actor=organiser, now=now, **values)

    return make


def all_rows() -> dict[tuple[str, Any], tuple[Any, ...]]:
    """Every row of every table, by table and key."""
    return {
        (model._meta.label, row[0]): row
        for model in apps.get_models()
        for row in model._base_manager.order_by("pk").values_list(
            "pk", *(field.attname for field in model._meta.concrete_fields)
        )
    }


def plain(row, *left_out: str) -> dict[str, Any]:
    names = {field.attname for field in row._meta.concrete_fields} - {"id", *left_out}
    return {name: getattr(row, name) for name in names}


def test_nothing_of_the_old_edition_changes(whole, everything, make_next):
    before = all_rows()

    make_next(everything)

    after = all_rows()
    assert len(after) > len(before)
    assert {key: after.get(key) for key in before} == before


def test_contest_is_set_up_as_it_was_without_dates_and_people(whole, everything, make_next, contest):
    made = make_next(everything)

    copy = made.contests.get()
    assert plain(copy) == plain(contest) | {
        "edition_id": made.pk,
        "title": "2027 年科普讲解大赛",
        "first_day": date(2027, 11, 20),
        "rulebook_id": Rulebook.objects.get(edition=made, code="jiangjie").pk,
        "call_published_at": None,
        "registration_opens_at": None,
        "registration_closes_at": None,
    }
    for name in ("groups", "material_requirements"):
        old, new = getattr(contest, name).order_by("pk"), getattr(copy, name).order_by("pk")
        assert [plain(row, "contest_id") for row in new] == [plain(row, "contest_id") for row in old]
    assert [text.version for text in copy.consent_texts.all()] == [1]
    assert "2027 年科普讲解大赛" in copy.consent_texts.get().body
    assert not Contestant.objects.filter(contest=copy).exists()
    assert not Appearance.objects.filter(contestant__contest=copy).exists()
    assert not Round.objects.filter(edition=made).exists()
    assert not Result.objects.filter(edition=made).exists()


def test_selection_is_set_up_as_it_was_without_dates_and_works(whole, everything, make_next, selection):
    made = make_next(everything)

    copy = made.selections.get()
    assert plain(copy) == plain(selection) | {
        "edition_id": made.pk,
        "title": "2027 年优秀科普作品评选",
        "rulebook_id": Rulebook.objects.get(edition=made, code="works").pk,
        "call_published_at": None,
        "opens_at": None,
        "closes_at": None,
    }
    windows = ("selection_id", "window_from", "window_to")
    for old, new in zip(selection.kinds.all(), copy.kinds.all(), strict=True):
        assert plain(new, *windows) == plain(old, *windows)
        assert [plain(row, "kind_id") for row in new.file_requirements.all()] == [
            plain(row, "kind_id") for row in old.file_requirements.all()
        ]
    old, new = (Kind.objects.get(selection=each, code="book") for each in (selection, copy))
    assert (new.window_from.year, new.window_to.year) == (old.window_from.year + 1, old.window_to.year + 1)
    assert [winner.title for winner in copy.former_winners.all()] == ["星空"]


def test_newest_rules_become_version_one(whole, everything, make_next, organiser, now):
    rulebook = Rulebook.objects.get(edition=whole, code="works")
    document = {**rulebook.document, "title": "作品评分细则（修订）"}
    newest = revise_rulebook(rulebook=rulebook, document=document, reason="改名", actor=organiser, now=now)

    made = make_next(everything)

    found = {each.code: each for each in Rulebook.objects.filter(edition=made)}
    assert set(found) == {"jiangjie", "works"}
    assert (found["works"].version, found["works"].sha256) == (1, newest.sha256)
    assert found["works"].frozen_at is None


def test_layouts_notices_and_the_editions_own_facts(whole, everything, make_next, now):
    made = make_next(everything)

    assert (made.state, made.theme, made.organiser_name) == ("preparing", "", "示范市科学技术协会")
    assert (made.supervision_phone, made.publicity_days, made.is_rehearsal) == ("0000-12345", 7, False)
    old, new = (Layout.objects.get(edition=each, code="classic") for each in (whole, made))
    assert (new.version, new.sha256) == (1, old.sha256)
    call = Notice.objects.get(edition=made)
    assert (call.state, call.kind, call.title) == ("draft", "call", "关于举办 2027 年科技活动周的通知")
    assert (call.body, call.number, call.dated) == ("正文", "", timezone.localdate(now))


def test_words_of_messages_come_where_they_are_chosen(whole, everything, make_next):
    made = make_next(everything)
    without = make_next(Chosen(), slug="2028", title="2028 科技活动周", year=2028)

    (copy,) = made.message_templates.all()
    assert (copy.code, copy.subject, copy.body, copy.sms, copy.is_active) == (
        "result_published",
        "结果",
        "已公布",
        True,
        True,
    )
    assert not without.message_templates.exists()


def test_panels_come_without_people_unless_their_seats_are_chosen(whole, everything, make_next, organiser):
    panel = Panel.objects.get(edition=whole)

    empty = make_next(everything)
    seated = make_next(Chosen(seats=frozenset({panel.pk})), slug="2028", title="2028 科技活动周", year=2028)

    assert [each.title for each in Panel.objects.filter(edition=empty)] == ["成年组评委组"]
    assert not Seat.objects.filter(panel__edition=empty).exists()
    seats = Seat.objects.filter(panel__edition=seated).order_by("number")
    assert [(seat.number, seat.judge_id, seat.is_chair) for seat in seats] == [
        (seat.number, seat.judge_id, seat.is_chair) for seat in panel.seats.order_by("number")
    ]
    assert set(RoleGrant.objects.filter(edition__in=(empty, seated)).values_list("user_id", "role")) == {
        (organiser.pk, Role.ORGANISER)
    }


def test_rules_of_a_chosen_contest_come_along_unchosen(whole, make_next, contest):
    made = make_next(Chosen(contests=frozenset({contest.pk})))

    assert [each.code for each in Rulebook.objects.filter(edition=made)] == ["jiangjie"]
    assert made.selections.count() == made.panels.count() == 0


def test_edition_of_its_own_with_its_organiser_and_its_ledger(whole, everything, make_next, organiser, supervisor):
    made = make_next(everything)

    assert has_role(organiser, made, Role.ORGANISER)
    assert not has_role(supervisor, made, Role.SUPERVISOR)
    last = Event.objects.filter(edition=made).order_by("number").last()
    assert last.kind == "edition_created"
    assert chain_faults(made) == chain_faults(whole) == []


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"slug": "2026"}, "slug", "已有网址代号为“2026”的届次"),
        ({"title": "2026 科技活动周"}, "title", "已有名为“2026 科技活动周”的届次"),
        ({"title": "  "}, "title", "请填写名称"),
        ({"year": 2026}, "year", "须在 2026 年之后"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(whole, everything, make_next, changes, field, words):
    before = all_rows()

    with pytest.raises(EditionRefused, match=words) as refused:
        make_next(everything, **changes)

    assert refused.value.field == field
    assert all_rows() == before


def test_rows_of_another_edition_are_not_copied(whole, make_next, organiser, now):
    elsewhere = Edition.objects.create(slug="other", title="别处", year=2025, organiser_name="别处", created_at=now)
    foreign = create_selection(edition=elsewhere, title="别处的评选", slug="theirs", actor=organiser, now=now)

    made = make_next(Chosen(selections=frozenset({foreign.pk}), rulebooks=frozenset({"theirs"})))

    assert made.selections.count() == made.rulebooks.count() == 0


def test_page_lists_what_will_be_copied_and_makes_it(whole, signed_in, organiser, contest, selection):
    client, address = signed_in(organiser), reverse("organise_edition_next", args=[whole.slug])

    form = client.get(address).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    assert (typed["year"], typed["title"], typed["slug"]) == (2027, "2027 科技活动周", "2027")
    assert typed["contests"] == [str(contest.pk)]
    assert typed["seats"] == []
    assert Edition.objects.count() == 1

    taken = client.post(address, typed | {"slug": "2026"})
    assert taken.status_code == 422
    assert "已有网址代号为“2026”的届次" in taken.content.decode()

    done = client.post(address, typed, follow=True)
    assert done.redirect_chain[-1][0] == reverse("organise_edition", args=["2027"])
    assert "已建立“2027 科技活动周”" in done.content.decode()
    assert Contest.objects.filter(edition__slug="2027").count() == 1


def test_page_refuses_what_it_did_not_offer(whole, signed_in, organiser):
    address = reverse("organise_edition_next", args=[whole.slug])
    typed = {"year": 2027, "title": "2027", "slug": "2027", "contests": ["999999"]}

    assert signed_in(organiser).post(address, typed).status_code == 422
    assert Edition.objects.count() == 1


def test_page_of_an_empty_edition(edition, signed_in, organiser):
    address = reverse("organise_edition_next", args=[edition.slug])

    assert signed_in(organiser).get(address).status_code == 200
    assert signed_in(organiser).post(address, {"year": 2027, "title": "次年", "slug": "y"}).status_code == 302
