"""The meeting: standing with completeness and spread, decisions with reasons, ties, minutes."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from docx import Document

from core.exceptions import DomainError
from scoring.models import Correction, Entry, Round, ScoreSheet
from scoring.services import confirm_correction, mark_absent, save_comments
from tests.works.desk import works_address
from tests.works.jury import LOWER, MARKS, hand_in, judge_all, judge_of
from works.engine.spread import spread_of
from works.exceptions import WorkRefused
from works.models import Meeting, MeetingDecision
from works.selectors.standings import standings_of
from works.services.meeting import decide_tie, record_decision, set_meeting
from works.services.outcomes import propose_kind_result


def newest(round: Round):
    snapshot = round.snapshots.order_by("-number").first()
    return standings_of(round, (snapshot.pk, snapshot.sha256) if snapshot else None)


def test_reviews_lie_apart_by_more_than_15_percent_of_the_full_marks():
    assert spread_of([8000], full=10000) is None
    assert spread_of([8000, 9500, 9000], full=10000).is_wide is False
    wide = spread_of([8000, 9501], full=10000)
    assert (wide.is_wide, wide.width, wide.lowest) == (True, 1501, 8000)


def test_the_standing_says_ranks_reviews_and_who_is_far_apart(book, accepted, opened, now):
    accepted(book, 4)
    round = opened(book, judges=3)
    for sheet in ScoreSheet.objects.filter(entry__code="B02", seat__number=1):
        hand_in(sheet, LOWER, now)
    judge_all(round, now)
    standings = newest(round)
    assert standings.number == 0
    assert [(line.code, line.rank, line.counted) for line in standings.lines] == [
        ("B01", 1, 3),
        ("B03", 2, 3),
        ("B04", 3, 3),
        ("B02", 4, 3),
    ]
    assert [line.code for line in standings.lines if line.spread.is_wide] == ["B02"]
    assert standings.lines[3].width == "21"
    assert {review.judge for review in standings.lines[0].reviews} == {"J1", "J2", "J3"}


def test_pitfalls_4_5_a_work_below_the_minimum_is_not_ranked_and_says_so(book, accepted, opened, now, organiser):
    accepted(book, 2)
    round = opened(book, judges=3)
    owed = ScoreSheet.objects.get(entry__code="B01", seat__number=1)
    mark_absent(sheet=owed, reason="出差", actor=organiser, now=now)
    judge_all(round, now)
    last = newest(round).lines[-1]
    assert (last.code, last.rank, last.reason, last.counted) == ("B01", None, "有效评分不足", 2)
    assert [(review.judge, review.words) for review in last.reviews if not review.total] == [("J1", "缺席")]


def test_a_locked_round_shows_its_snapshot_and_its_number(book, accepted, locked):
    accepted(book, 3)
    standings = newest(locked(book))
    assert (standings.number, standings.ranked) == (1, 3)
    assert [line.tier for line in standings.lines] == ["二等奖", "三等奖", ""]


def test_decisions_are_kept_with_their_reasons_and_not_twice(book, accepted, locked, organiser, now):
    accepted(book, 3)
    round = locked(book)
    entry = round.entries.get(code="B01")
    act = {"entry": entry, "actor": organiser, "now": now}
    record_decision(decision="同意按名次授奖", reason="全体同意", **act)
    with pytest.raises(WorkRefused, match="没有重复登记"):
        record_decision(decision="同意按名次授奖", reason="全体同意", **act)
    with pytest.raises(WorkRefused, match="写明意见和理由"):
        record_decision(decision="不予授奖", reason=" ", **act)
    with pytest.raises(WorkRefused, match="最多 60"):
        record_decision(decision="长" * 61, reason="理由", **act)
    record_decision(decision="不予授奖", reason="内容有误", **act)
    assert list(MeetingDecision.objects.values_list("decision", flat=True)) == ["同意按名次授奖", "不予授奖"]
    assert entry.status == Entry.Status.COMPETING


def test_pitfall_1_ineligible_before_the_lock_leaves_the_ranking_at_once(book, accepted, opened, organiser, now):
    accepted(book, 3)
    round = opened(book, judges=3)
    judge_all(round, now)
    record_decision(entry=round.entries.get(code="B01"), decision="资格不符", reason="抄袭", actor=organiser, now=now)
    last = newest(round).lines[-1]
    assert (last.code, last.rank, last.reason) == ("B01", None, "资格不符")


def test_ineligible_after_the_lock_takes_a_second_account(book, accepted, locked, organiser, supervisor, now):
    accepted(book, 3)
    round = locked(book)
    record_decision(entry=round.entries.get(code="B01"), decision="资格不符", reason="抄袭", actor=organiser, now=now)
    assert newest(round).lines[0].code == "B01"
    confirm_correction(correction=Correction.objects.get(), actor=supervisor, now=now)
    standings = newest(round)
    assert (standings.number, standings.lines[0].code, standings.lines[-1].reason) == (2, "B02", "资格不符")


def test_pitfall_2_a_tie_at_a_line_is_decided_by_the_meeting(book, accepted, locked, organiser, now):
    accepted(book, 10)
    round = locked(book, {"B02": MARKS, "B01": MARKS}, judges=3)
    standings = newest(round)
    assert [(title, set(codes)) for title, codes in standings.undecided] == [("一等奖", {"B01", "B02"})]
    with pytest.raises(DomainError, match="名额线上并列"):
        propose_kind_result(round=round, actor=organiser, now=now)
    decide_tie(round=round, order=["B02", "B01"], reason="科学性更好", actor=organiser, now=now)
    standings = newest(round)
    ranks = {line.code: line.rank for line in standings.lines}
    assert ranks["B02"] + 1 == ranks["B01"]
    assert MeetingDecision.objects.filter(decision="并列裁定：B02 > B01").count() == 2


def test_pitfall_20_the_meetings_data_is_not_overwritten_silently(book, accepted, locked, organiser, now):
    accepted(book, 3)
    round = locked(book)
    details = {
        "held_on": date(2026, 11, 30),
        "place": "三楼",
        "chair": "李主任",
        "attendants": "专家组",
        "summary": "顺利",
    }
    set_meeting(round=round, details=details, seen=0, actor=organiser, now=now)
    with pytest.raises(WorkRefused, match="他人保存过"):
        set_meeting(round=round, details={**details, "place": "五楼"}, seen=0, actor=organiser, now=now)
    assert Meeting.objects.get().place == "三楼"


def test_the_meeting_pages(book, accepted, locked, organiser, signed_in, now):
    accepted(book, 10)
    round = locked(book, {"B02": MARKS, "B01": MARKS}, judges=3)
    client = signed_in(organiser)
    address = works_address("organise_meeting", book.selection, round.pk)
    page = client.get(address).content.decode()
    assert "定格成绩 No. 1" in page
    assert "并列裁定：" in page
    standings = newest(round)
    tied = next(codes for codes in standings.tied if "B01" in codes)
    act = works_address("organise_meeting_tie", book.selection, round.pk)
    given = {"codes": ",".join(tied), "place-B01": "1", "place-B02": "1", "reason": "理由"}
    assert "每一位只能排一件" in client.post(act, given).content.decode()
    assert "看过最新名次" in client.post(act, {**given, "codes": "B01,B09"}, follow=True).content.decode()
    page = client.post(act, {**given, "place-B02": "2"}, follow=True).content.decode()
    assert "已裁定：B01 &gt; B02" in page
    assert "定格成绩 No. 2" in page
    assert "提出名册" in page
    form = {"seen": 0, "held_on": "2026-11-30", "place": "三楼", "chair": "李主任", "attendants": "", "summary": ""}
    assert "会议情况已保存" in client.post(address, form, follow=True).content.decode()
    assert "他人保存过" in client.post(address, form).content.decode()
    entry = round.entries.get(code="B03")
    own = works_address("organise_meeting_entry", book.selection, entry.pk)
    assert "请写明理由" in client.post(own, {"decision": "建议复核"}).content.decode()
    assert "建议复核" in client.post(own, {"decision": "建议复核", "reason": "数据存疑"}, follow=True).content.decode()
    for show in ("wide", "tied", "unranked"):
        assert client.get(address, {"show": show, "q": "B0"}).status_code == 200
    answer = client.get(works_address("organise_meeting_minutes", book.selection, round.pk))
    words = _words(answer.content)
    assert all(part in words for part in ("李主任", "建议复核（数据存疑）", "B01 > B02：理由", "定格成绩第 2 号"))


def _words(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_what_reviewers_wrote_stands_beside_their_codes(book, accepted, opened, signed_in, organiser, now):
    accepted(book, 1)
    round = opened(book, judges=3)
    sheet = ScoreSheet.objects.select_related("judge").get(seat__number=2)
    save_comments(
        sheet_id=sheet.pk, to_office="疑似抄袭", to_author="图很美", base_version=0, actor=sheet.judge, now=now
    )
    entry = round.entries.get()
    page = signed_in(organiser).get(works_address("organise_meeting_entry", book.selection, entry.pk)).content.decode()
    assert "疑似抄袭" in page
    assert "图很美" in page
    assert sheet.judge.name not in page


def test_the_meeting_is_not_there_for_others(book, accepted, locked, signed_in, stranger, supervisor):
    accepted(book, 3)
    round = locked(book)
    entry = round.entries.first()
    for person in (stranger, supervisor, judge_of(round, 1)):
        client = signed_in(person)
        for name, pk in (
            ("organise_meeting", round.pk),
            ("organise_meeting_minutes", round.pk),
            ("organise_kind_propose", round.pk),
            ("organise_meeting_entry", entry.pk),
        ):
            assert client.get(works_address(name, book.selection, pk)).status_code == 404
        for name in ("organise_meeting_tie", "organise_comments_release"):
            assert client.post(works_address(name, book.selection, round.pk)).status_code == 404


@pytest.mark.parametrize("count", [3, 60])
def test_the_meeting_page_takes_at_most_10_queries(
    book, accepted, locked, signed_in, organiser, count, django_assert_max_num_queries
):
    accepted(book, count)
    round = locked(book, judges=3)
    client = signed_in(organiser)
    address = reverse("organise_meeting", args=["2026", round.pk])
    client.get(address)
    with django_assert_max_num_queries(10):
        client.get(address)
