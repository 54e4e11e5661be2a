"""Who reviews what: conflicts, by the system and by hand, ties, recusal that refills, reminders, pages."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.services import add_alias, create_unit
from core.crypto import phone_index
from core.exceptions import DomainError
from outbox.models import Message
from scoring.models import Recusal, Round, ScoreSheet
from scoring.selectors import round_rows
from scoring.services import confirm_recusal, declare_recusal, open_round
from tests.works.desk import add_file, works_address
from tests.works.jury import MARKS, entry_of, hand_in, judge_of, pairs_of, seat_of
from works.exceptions import WorkRefused
from works.models import Author, DeclaredTie, Reminder
from works.selectors.assignments import assignment_table
from works.selectors.conflicts import conflicts_of
from works.services.reminders import remind_reviewers
from works.services.reviewing import add_reviewer, assign_reviews, change_reviewer
from works.services.ties import declare_ties

pytestmark = pytest.mark.django_db


def found(round: Round) -> set[tuple[str, int, str]]:
    return {(each.entry.code, each.seat.number, each.source) for each in conflicts_of(round)}


# --- Conflicts (pitfall 23)


def test_pitfall_23_authorship_in_every_form_is_a_conflict(book, make_panel, accepted, set_up):
    panel = make_panel(5)
    judges = [seat.judge for seat in panel.seats.order_by("number")]
    by_account, by_name, by_contact, by_phone = accepted(book, 4, authors=("外人",), contact_name="外人")
    Author.objects.filter(work=by_account).update(user=judges[0])
    Author.objects.filter(work=by_name).update(name="专 家乙")
    type(by_contact).objects.filter(pk=by_contact.pk).update(contact_name="专家丙")
    judges[3].phone_index = phone_index("19900008888")
    judges[3].save()
    type(by_phone).objects.filter(pk=by_phone.pk).update(phone_index=phone_index("19900008888"))
    round = set_up(book, panel=panel)
    assert found(round) == {
        (entry_of(by_account).code, 1, "same_person"),
        (entry_of(by_name).code, 2, "same_person"),
        (entry_of(by_contact).code, 3, "same_person"),
        (entry_of(by_phone).code, 4, "same_person"),
    }


def test_who_handed_a_work_in_does_not_review_it(book, make_panel, accepted, set_up):
    panel = make_panel(4)
    judge = panel.seats.get(number=2).judge
    (work,) = accepted(book, 1, user=judge)
    round = set_up(book, panel=panel)
    assert found(round) == {(entry_of(work).code, 2, "same_person")}


def test_a_unit_is_found_by_id_name_and_alias(book, make_panel, accepted, set_up):
    unit = create_unit(name="市天文馆（本部）")
    add_alias(unit=unit, name="天文馆")
    panel = make_panel(4, units=[unit])
    recommended, named, aliased, other = (
        accepted(book, 1, **changes)[0]
        for changes in (
            {"unit": unit, "workplace": "别处"},
            {"workplace": "市天文馆(本部)"},
            {"workplace": "天文馆"},
            {"workplace": "别处"},
        )
    )
    Author.objects.update(workplace="别处")
    round = set_up(book, panel=panel)
    codes = {entry_of(work).code for work in (recommended, named, aliased)}
    assert found(round) == {(code, 1, "same_unit") for code in codes}
    assert entry_of(other).code not in codes


def test_a_coauthors_workplace_counts(book, make_panel, accepted, set_up):
    panel = make_panel(4, units=[create_unit(name="市植物园")])
    (work,) = accepted(book, 1, authors=("甲", "乙"), workplace="别处")
    Author.objects.filter(work=work, place=2).update(workplace="市植物园")
    round = set_up(book, panel=panel)
    assert found(round) == {(entry_of(work).code, 1, "same_unit")}


def test_declared_ties_of_reviewer_and_office(book, make_panel, accepted, set_up, organiser, now):
    one, two = accepted(book, 2)
    round = set_up(book)
    judge, other = judge_of(round, 1), judge_of(round, 2)
    declare_ties(works=[one], judge=judge, reason="作者是我的学生", actor=judge, now=now)
    declare_ties(works=[two], judge=other, reason="师生", actor=organiser, now=now)
    assert declare_ties(works=[one], judge=judge, reason="再报一次", actor=judge, now=now) == []
    assert {(each.entry.code, each.seat.number, each.source, each.reason) for each in conflicts_of(round)} == {
        (entry_of(one).code, 1, "judge", "评审员申报：作者是我的学生"),
        (entry_of(two).code, 2, "organiser", "组委会登记：师生"),
    }


def test_ties_are_refused_without_reason_work_or_seat(book, accepted, set_up, make_work, stranger, organiser, now):
    accepted(book, 1)
    round = set_up(book)
    act = {"judge": judge_of(round, 1), "actor": organiser, "now": now}
    work = round.entries.get().admission.work
    for works, reason, words in (
        ([work], "  ", "写明与作品的关系"),
        ([work], "长" * 201, "最多写 200"),
        ([], "师生", "至少选一件"),
        ([make_work(book)], "师生", "还没有进入评审"),
    ):
        with pytest.raises(WorkRefused, match=words):
            declare_ties(works=works, reason=reason, **act)
    with pytest.raises(WorkRefused, match="不在评审"):
        declare_ties(works=[work], judge=stranger, reason="师生", actor=organiser, now=now)


def test_conflicts_take_the_same_queries_for_3_and_30_works(
    book, make_panel, accepted, set_up, django_assert_num_queries
):
    accepted(book, 30)
    round = set_up(book, judges=6)
    with django_assert_num_queries(4):  # no seat has a unit: no aliases are asked for
        conflicts_of(round)


# --- Assignment (pitfalls 6, 7, 8)


def test_every_work_gets_its_reviewers_evenly_and_none_in_conflict(book, make_panel, accepted, set_up, organiser, now):
    unit = create_unit(name="市植物园")
    panel = make_panel(6, units=[unit])
    accepted(book, 10)
    accepted(book, 2, unit=unit)
    round = set_up(book, panel=panel)
    outcome = assign_reviews(round=round, seed="7", actor=organiser, now=now)
    pairs = pairs_of(round)
    assert len(pairs) == 36 == len(outcome.pairs)
    assert not pairs & {(each.entry.code, each.seat.number) for each in conflicts_of(round)}
    table = assignment_table(round)
    loads = [load.of for load in table.loads]
    assert max(loads) - min(loads) <= 1
    assert table.compares
    assert outcome.connected
    assert {line.count for line in table.entries} == {3}
    assert (table.conflicts, table.unrecorded) == (2, 0)


def test_pitfall_6_assigning_again_keeps_every_pair_and_mark(book, accepted, opened, organiser, now):
    accepted(book, 4)
    round = opened(book)
    sheet = hand_in(ScoreSheet.objects.filter(entry__round=round).first(), MARKS, now)
    before = list(ScoreSheet.objects.order_by("pk").values_list("pk", "entry", "seat", "state", "version"))
    assert assign_reviews(round=round, seed="other", actor=organiser, now=now).pairs == ()
    assert list(ScoreSheet.objects.order_by("pk").values_list("pk", "entry", "seat", "state", "version")) == before
    assert ScoreSheet.objects.get(pk=sheet.pk).current.marks == MARKS


def test_pitfalls_6_7_a_change_by_hand_keeps_the_marks_and_says_why(book, accepted, opened, organiser, now):
    accepted(book, 3)
    round = opened(book, judges=5)
    sheet = hand_in(ScoreSheet.objects.filter(entry__round=round).first(), MARKS, now)
    line = next(each for each in assignment_table(round).entries if each.entry.pk == sheet.entry_id)
    seat = line.free[0]
    change_reviewer(sheet=sheet, seat=seat, reason="评审员生病", actor=organiser, now=now)
    sheet = ScoreSheet.objects.get(pk=sheet.pk)
    assert (sheet.state, sheet.current.marks) == ("unassigned", MARKS)
    assert "评审员生病" in sheet.state_reason
    line = next(each for each in assignment_table(round).entries if each.entry.pk == sheet.entry_id)
    assert [
        (each.seat.pk, each.on_hand) for each in line.reviewers if each.seat.pk in (seat.pk, sheet.seat_id)
    ] == sorted(
        [(sheet.seat_id, False), (seat.pk, True)],
        key=lambda pair: [each.seat.pk for each in line.reviewers].index(pair[0]),
    )
    assert not any(
        row.marks
        for key, row in round_rows(round).sheets.items()
        if key[2] == sheet.seat_id and key[0] == sheet.entry_id
    )


def test_pitfall_23_a_hand_cannot_assign_what_is_in_conflict(book, accepted, set_up, organiser, now):
    (work,) = accepted(book, 1)
    round = set_up(book, judges=5)
    assign_reviews(round=round, seed="1", actor=organiser, now=now)
    entry = entry_of(work)
    free = next(iter(assignment_table(round).entries)).free[0]
    declare_ties(works=[work], judge=free.judge, reason="师生", actor=organiser, now=now)
    with pytest.raises(WorkRefused, match="组委会登记：师生"):
        add_reviewer(entry=entry, seat=free, actor=organiser, now=now)
    sheet = ScoreSheet.objects.filter(entry=entry).first()
    with pytest.raises(WorkRefused, match="不能把"):
        change_reviewer(sheet=sheet, seat=free, reason="换人", actor=organiser, now=now)
    change_reviewer(sheet=sheet, seat=None, reason="多派了", actor=organiser, now=now)
    assert ScoreSheet.objects.get(pk=sheet.pk).state == "unassigned"


def test_pitfall_8_a_recusal_refills_and_is_never_assigned_again(book, accepted, opened, organiser, now):
    (work,) = accepted(book, 1)
    round = opened(book, judges=5)
    entry = entry_of(work)
    sheet = ScoreSheet.objects.filter(entry=entry).select_related("seat").first()
    recusal = declare_recusal(entry=entry, seat=sheet.seat, reason="师生", actor=sheet.judge, now=now)
    confirm_recusal(recusal=recusal, actor=organiser, now=now)
    assert len(pairs_of(round)) == 3
    assert (entry.code, sheet.seat.number) not in pairs_of(round)
    with pytest.raises(DomainError, match="回避"):
        add_reviewer(entry=entry, seat=sheet.seat, actor=organiser, now=now)
    assign_reviews(round=round, seed="again", actor=organiser, now=now)
    assert (entry.code, sheet.seat.number) not in pairs_of(round)


def test_a_tie_declared_after_assignment_waits_for_the_office(book, accepted, set_up, organiser, now):
    (work,) = accepted(book, 1)
    round = set_up(book)
    assign_reviews(round=round, seed="1", actor=organiser, now=now)
    sheet = ScoreSheet.objects.filter(entry__round=round).select_related("seat").first()
    declare_ties(works=[work], judge=sheet.judge, reason="亲属", actor=sheet.judge, now=now)
    recusal = Recusal.objects.get()
    assert (recusal.seat_id, recusal.state, recusal.reason) == (sheet.seat_id, "proposed", "亲属")


def test_an_author_added_later_costs_the_reviewer_the_work(book, accepted, opened, organiser, now):
    (work,) = accepted(book, 1)
    round = opened(book, judges=5)
    sheet = ScoreSheet.objects.filter(entry__round=round).select_related("judge", "seat").first()
    Author.objects.create(work=work, place=2, name=sheet.judge.name)
    assert assignment_table(round).unrecorded == 1
    assign_reviews(round=round, seed="2", actor=organiser, now=now)
    assert ScoreSheet.objects.get(pk=sheet.pk).state == "recused"
    assert len(pairs_of(round)) == 3


def test_groups_that_do_not_compare_are_told(book, accepted, set_up, organiser, now):
    one, two = accepted(book, 2)
    round = set_up(book, judges=6)
    for work, numbers in ((one, (1, 2, 3)), (two, (4, 5, 6))):
        for number in numbers:
            add_reviewer(entry=entry_of(work), seat=seat_of(round, number), actor=organiser, now=now)
    table = assignment_table(round)
    assert (table.compares, {frozenset(group) for group in table.groups}) == (
        False,
        {frozenset(("J1", "J2", "J3")), frozenset(("J4", "J5", "J6"))},
    )


def test_a_round_of_the_contest_is_not_assigned_here(edition, make_panel, organiser, now, selection):
    round = Round.objects.create(
        edition=edition, title="别的轮次", group="book", rulebook=selection.rulebook, panel=make_panel()
    )
    with pytest.raises(WorkRefused, match="不评作品"):
        assign_reviews(round=round, actor=organiser, now=now)


# --- Reminders


def test_who_owes_is_reminded_once_a_day(book, accepted, opened, organiser, now):
    accepted(book, 3)
    round = opened(book, judges=3, due_at=now + timedelta(days=3))
    for sheet in ScoreSheet.objects.filter(entry__round=round, seat__number=1):
        hand_in(sheet, MARKS, now)
    done = remind_reviewers(round=round, actor=organiser, now=now)
    assert (done.sent, done.earlier) == (("专家乙", "专家丙"), ())
    message = Message.objects.filter(recipient=judge_of(round, 2), channel="in_app").get()
    assert "还有 3 件" in message.body
    assert "11月23日" in message.body
    assert message.link == reverse("judge_works", args=[round.pk])
    again = remind_reviewers(round=round, actor=organiser, now=now + timedelta(hours=1))
    assert (again.sent, again.earlier) == ((), ("专家乙", "专家丙"))
    remind_reviewers(round=round, actor=organiser, now=now + timedelta(days=1))
    assert Reminder.objects.count() == 4


def test_reminding_is_refused_before_opening_and_when_all_is_in(book, accepted, set_up, organiser, now):
    accepted(book, 1)
    round = set_up(book, judges=3)
    with pytest.raises(WorkRefused, match="开放以后"):
        remind_reviewers(round=round, actor=organiser, now=now)
    assign_reviews(round=round, seed="1", actor=organiser, now=now)
    open_round(round=round, actor=organiser, now=now)
    for sheet in ScoreSheet.objects.all():
        hand_in(sheet, MARKS, now)
    with pytest.raises(WorkRefused, match="都已交齐"):
        remind_reviewers(round=round, actor=organiser, now=now)


# --- The organiser's pages


def test_the_office_sets_up_assigns_changes_and_reminds_on_its_pages(book, make_panel, accepted, signed_in, organiser):
    client = signed_in(organiser)
    address = works_address("organise_kind_review", book.selection, book.pk)
    assert "还没有已受理的图书作品" in client.get(address).content.decode()
    accepted(book, 2)
    assert "还没有评委组" in client.get(address).content.decode()
    panel = make_panel(4)
    assert "设置评审" in client.get(address).content.decode()
    page = client.post(address, {"panel": ""}).content.decode()
    assert "请选择评委组" in page
    page = client.post(address, {"panel": panel.pk, "due_at": "2099-01-02T10:00"}, follow=True).content.decode()
    assert "2 件作品进入评审" in page
    assert "下一步：分派评审" in page
    round = Round.objects.get()
    assignment = works_address("organise_review_assignment", book.selection, round.pk)
    page = client.post(works_address("organise_review_assign", book.selection, round.pk), follow=True).content.decode()
    assert "新分派 6 份" in page
    assert "每件作品都已派足" in page
    line = assignment_table(round).entries[0]
    change = {"sheet": line.reviewers[0].sheet_id, "seat": line.free[0].pk, "reason": "换人"}
    page = client.post(works_address("organise_review_change", book.selection, round.pk), change, follow=True)
    assert "改派给" in page.content.decode()
    back = {"entry": line.entry.pk, "seat": line.reviewers[0].seat.pk}
    page = client.post(works_address("organise_review_add", book.selection, round.pk), back, follow=True)
    assert "已分派给" in page.content.decode()
    tie = {"seat": line.reviewers[1].seat.pk, "code": line.entry.code.lower(), "reason": "师生"}
    page = client.post(works_address("organise_review_tie", book.selection, round.pk), tie, follow=True)
    assert "已登记" in page.content.decode()
    assert "请决定" in page.content.decode()
    page = client.post(works_address("organise_review_tie", book.selection, round.pk), {**tie, "code": "X9"})
    assert "没有编号" in page.content.decode()
    recusal = Recusal.objects.get()
    client.post(reverse("organise_recusal", args=["2026", recusal.pk]), {"act": "dismiss"})
    page = client.get(address).content.decode()
    assert "下一步：开放评审" in page
    client.post(reverse("organise_open", args=["2026", round.pk]))
    page = client.get(address).content.decode()
    assert "提醒未交的评审员" in page
    page = client.post(works_address("organise_review_remind", book.selection, round.pk), follow=True).content.decode()
    assert "已提醒" in page
    page = client.post(works_address("organise_review_remind", book.selection, round.pk), follow=True).content.decode()
    assert "今天已提醒过" in page
    page = client.post(address, {"due_at": "2001-01-01T10:00"}).content.decode()
    assert "已经过去" in page
    assert (
        "没有变化"
        in client.post(works_address("organise_review_follow", book.selection, book.pk), follow=True).content.decode()
    )
    assert client.get(assignment, {"show": "conflict", "q": "B0"}).status_code == 200


def test_the_office_pages_are_not_there_for_others(book, accepted, opened, signed_in, stranger, supervisor, now):
    accepted(book, 1)
    round = opened(book)
    sheet = ScoreSheet.objects.first()
    posts = ("remind", "assign", "add", "change", "tie")
    for person in (stranger, supervisor, judge_of(round, 1)):
        client = signed_in(person)
        assert client.get(works_address("organise_kind_review", book.selection, book.pk)).status_code == 404
        assert client.get(works_address("organise_review_assignment", book.selection, round.pk)).status_code == 404
        answers = {
            client.post(
                works_address(f"organise_review_{name}", book.selection, round.pk), {"sheet": sheet.pk}
            ).status_code
            for name in posts
        }
        assert answers == {404}
        assert client.post(works_address("organise_review_follow", book.selection, book.pk)).status_code == 404


@pytest.mark.parametrize("count", [3, 60])
def test_the_assignment_page_takes_the_same_queries(
    book, accepted, opened, signed_in, organiser, count, django_assert_max_num_queries
):
    accepted(book, count)
    round = opened(book, judges=6)
    client = signed_in(organiser)
    with django_assert_max_num_queries(18):
        client.get(works_address("organise_review_assignment", book.selection, round.pk))


# --- The reviewer's pages


def work_page(round: Round, code: str) -> str:
    return reverse("judge_work", args=[round.pk, code])


def test_the_reviewer_sees_own_works_with_progress_and_deadline(book, accepted, opened, signed_in, now):
    accepted(book, 4)
    round = opened(book, judges=5, due_at=now + timedelta(days=400))
    own = ScoreSheet.objects.filter(seat__number=1).order_by("entry__order").select_related("entry")
    done = hand_in(own[0], MARKS, now)
    client = signed_in(judge_of(round, 1))
    page = client.get(reverse("judge_works", args=[round.pk])).content.decode()
    assert f"已提交 <b>1</b> / {len(own)} 件" in page
    assert "截止" in page
    mine = {sheet.entry.code for sheet in own}
    others = set(round.entries.values_list("code", flat=True)) - mine
    assert all(f">{code}<" in page for code in mine)
    assert not any(f">{code}<" in page for code in others)
    page = client.get(reverse("judge_works", args=[round.pk]), {"show": "done"}).content.decode()
    assert f'class="code">{done.entry.code}<' in page
    assert f'class="code">{own[1].entry.code}<' not in page
    assert reverse("judge_works", args=[round.pk]) in client.get(reverse("judge_home")).content.decode()


def test_the_work_page_holds_the_form_and_saves_and_goes_on(book, accepted, opened, signed_in, now):
    accepted(book, 2, summary="独特的简介", url="https://example.com/book")
    round = opened(book, judges=3)
    first, second = ScoreSheet.objects.filter(seat__number=1).order_by("entry__order").select_related("entry")
    add_file(first.entry.admission.work, "sample")
    client = signed_in(judge_of(round, 1))
    page = client.get(work_page(round, first.entry.code))
    text = page.content.decode()
    assert "独特的简介" in text
    assert "苏作者" in text
    assert "<iframe" in text
    assert 'name="mark-science"' in text
    assert "https://example.com/book" in text
    assert page.headers["Referrer-Policy"]
    assert (
        client.get(reverse("judge_sheet", args=[first.pk])).url
        == f"{work_page(round, first.entry.code)}?sheet={first.pk}"
    )
    form = {f"mark-{code}": mark for code, mark in MARKS.items()}
    answer = client.post(
        reverse("judge_sheet", args=[first.pk]),
        {**form, "act": "confirm", "submission_id": "abcdefgh1", "base_version": 0},
        follow=True,
    )
    assert answer.redirect_chain[-1][0] == f"{work_page(round, second.entry.code)}?sheet={second.pk}"
    assert "已提交：83.0 分" in answer.content.decode() or "已提交：83 分" in answer.content.decode()


def test_nobody_else_sees_a_work(book, accepted, opened, signed_in, stranger, organiser, now):
    accepted(book, 1)
    round = opened(book, judges=4)
    assigned = {number for _, number in pairs_of(round)}
    (outsider,) = {1, 2, 3, 4} - assigned
    code = round.entries.get().code
    for person in (stranger, organiser, judge_of(round, outsider)):
        assert signed_in(person).get(work_page(round, code)).status_code == 404
    sheet = ScoreSheet.objects.filter(seat__number=min(assigned)).select_related("entry", "seat").get()
    client = signed_in(sheet.judge)
    assert client.get(work_page(round, code)).status_code == 200
    assert client.get(work_page(round, "B99")).status_code == 404
    recusal = declare_recusal(entry=sheet.entry, seat=sheet.seat, reason="师生", actor=sheet.judge, now=now)
    assert client.get(work_page(round, code)).status_code == 200  # until the office has decided
    confirm_recusal(recusal=recusal, actor=organiser, now=now)
    assert client.get(work_page(round, code)).status_code == 404
    assert signed_in(stranger).get(reverse("judge_works", args=[round.pk])).status_code == 404


def test_files_are_served_in_ranges_under_the_code_and_only_while_open(video, accepted, locked, opened, signed_in, now):
    (work,) = accepted(video, 1)
    file = add_file(work, "video", original_name="专属工作室-最终版.mp4")
    hidden = add_file(work, "form")
    round = opened(video, judges=3)
    code = round.entries.get().code
    client = signed_in(judge_of(round, 1))
    address = reverse("judge_work_file", args=[round.pk, code, file.requirement_id])
    answer = client.get(address, headers={"Range": "bytes=0-9"})
    assert (answer.status_code, len(b"".join(answer.streaming_content))) == (206, 10)
    assert "inline" in answer["Content-Disposition"]
    assert f"{code}-video.mp4" in answer["Content-Disposition"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client.get(reverse("judge_work_file", args=[round.pk, code, hidden.requirement_id])).status_code == 404
    assert "<video" in client.get(work_page(round, code)).content.decode()
    Round.objects.update(state="locked", locked_at=now)
    assert client.get(address).status_code == 404
    assert "<video" not in client.get(work_page(round, code)).content.decode()


def test_reviewers_declare_ties_before_opening_only(book, accepted, set_up, signed_in, organiser, stranger, now):
    works = accepted(book, 2)
    round = set_up(book, judges=4)
    client = signed_in(judge_of(round, 2))
    address = reverse("judge_work_ties", args=[round.pk])
    assert works[0].title in client.get(address).content.decode()
    assert works[0].title not in client.get(address, {"q": works[1].title}).content.decode()
    admission = entry_of(works[0]).admission
    assert "请写明与作品的关系" in client.post(address, {"works": [admission.pk], "reason": ""}).content.decode()
    assert "请勾选" in client.post(address, {"reason": "师生"}).content.decode()
    client.post(address, {"works": [admission.pk], "reason": "师生"})
    assert DeclaredTie.objects.get().source == "reviewer"
    assert "申报回避" in client.get(reverse("judge_works", args=[round.pk])).content.decode()
    assert signed_in(stranger).get(address).status_code == 404
    assign_reviews(round=round, seed="1", actor=organiser, now=now)
    open_round(round=round, actor=organiser, now=now)
    assert signed_in(judge_of(round, 2)).get(address).status_code == 404


@pytest.mark.parametrize("count", [3, 60])
def test_the_reviewers_queue_and_work_take_at_most_10_queries(
    book, accepted, opened, signed_in, count, django_assert_max_num_queries
):
    accepted(book, count)
    round = opened(book, judges=3)
    client = signed_in(judge_of(round, 1))
    with django_assert_max_num_queries(10):
        client.get(reverse("judge_works", args=[round.pk]))
    with django_assert_max_num_queries(14):
        client.get(work_page(round, "B01" if count < 100 else "B001"))
