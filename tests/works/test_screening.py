"""形式审查 as an act: who decides what, what is kept of it, who is told (pitfalls 1, 18, 20)."""

import json
from datetime import timedelta

import pytest

from ledger.models import Event
from outbox.models import Message
from scoring.selectors import latest_snapshot
from tests.works.jury import entry_of
from works.exceptions import WorkRefused
from works.models import ScreeningDecision, Work
from works.services import accept_works, refuse_works, reopen_works, return_works, set_outside_quota


def status_of(*works: Work) -> list[str]:
    return [Work.objects.get(pk=work.pk).status for work in works]


def test_acceptance_is_recorded_with_its_findings_and_told(make_work, video, organiser, author, now):
    work = make_work(video, files=True, title="星空")
    outcome = accept_works(works=[work], actor=organiser, now=now)
    assert ([each.pk for each in outcome.done], outcome.refused) == ([work.pk], [])
    assert status_of(work) == ["accepted"]
    made = ScreeningDecision.objects.get()
    assert (made.act, made.reason, made.decided_by, made.decided_at) == ("accept", "", organiser, now)
    assert {"code": "window", "level": "ok"}.items() <= made.findings[0].items()
    event = Event.objects.get(kind="works_accepted")
    assert json.loads(event.payload) == {"selection": work.selection_id, "works": [work.pk]}
    message = Message.objects.get()
    assert (message.recipient, message.subject) == (author, "作品已受理：《星空》")


def test_findings_stay_as_they_were_when_the_work_changes(make_work, video, organiser, now):
    """Pitfall 18."""
    work = make_work(video, files=True, non_original_percent=30)
    accept_works(works=[work], reason="旧作，已核实。", actor=organiser, now=now)
    Work.objects.filter(pk=work.pk).update(non_original_percent=1)
    made = ScreeningDecision.objects.get()
    assert [each["evidence"] for each in made.findings if each["level"] == "fault"] == ["填报 30%；上限 10%"]


def test_a_work_with_faults_is_named_and_left_while_the_others_are_accepted(make_work, video, organiser, now):
    good, bad = make_work(video, files=True), make_work(video, title="缺材料的", declared_at=None)
    outcome = accept_works(works=[good, bad], actor=organiser, now=now)
    assert [each.pk for each in outcome.done] == [good.pk]
    assert outcome.refused[0][1].startswith("缺原创承诺。")
    assert outcome.refused[0][1].endswith("仍要受理的，请打开这件作品写明理由。")
    assert status_of(good, bad) == ["accepted", "submitted"]


def test_a_return_names_what_to_do_until_when(make_work, video, unit, coordinator, organiser, now):
    work = make_work(video, unit=unit, title="星空")
    due_at = now + timedelta(days=5)
    return_works(works=[work], reason=" 请补齐  盖章推荐表。 ", due_at=due_at, actor=organiser, now=now)
    work.refresh_from_db()
    assert (work.status, work.status_reason, work.completion_due_at) == ("returned", "请补齐 盖章推荐表。", due_at)
    told = list(Message.objects.all())  # in the site and by mail
    assert {message.recipient for message in told} == {coordinator}
    assert "需要补正：请补齐 盖章推荐表。\n请在 2026-11-25 09:00 前改好并重新提交" in told[0].body


@pytest.mark.parametrize(
    ("reason", "days", "sentence"),
    [
        ("", 5, "请写明原因，申报人会看到。"),
        ("字" * 301, 5, "原因最多 300 个字，现有 301 个，请缩短。"),
        ("请补齐。", 0, "补正期限已经过去，请填写一个将来的时间。"),
    ],
)
def test_a_return_without_reason_or_future_is_refused(make_work, video, organiser, now, reason, days, sentence):
    work = make_work(video)
    with pytest.raises(WorkRefused) as refused:
        return_works(works=[work], reason=reason, due_at=now + timedelta(days=days), actor=organiser, now=now)
    assert refused.value.message == sentence
    assert (status_of(work), ScreeningDecision.objects.count()) == (["submitted"], 0)


def test_nothing_chosen_and_two_selections_are_refused(make_work, video, edition, organiser, now):
    from works.services import create_selection  # the fixture's selection comes first

    other = create_selection(edition=edition, title="另一个", slug="other", actor=organiser, now=now)
    works = [make_work(video), make_work(other.kinds.get(code="video"))]
    for chosen, sentence in (([], "请先勾选作品。"), (works, "一次只能办理同一个评选的作品。")):
        with pytest.raises(WorkRefused) as refused:
            accept_works(works=chosen, actor=organiser, now=now)
        assert refused.value.message == sentence


def test_a_draft_and_one_that_left_cannot_be_accepted(make_work, video, organiser, now):
    works = [
        make_work(video, status=Work.Status.DRAFT, submitted_at=None),
        make_work(video, status=Work.Status.WITHDRAWN, status_reason="不报了"),
        make_work(video, status=Work.Status.REFUSED, status_reason="重复"),
    ]
    outcome = accept_works(works=works, reason="核实", actor=organiser, now=now)
    assert [why for _, why in outcome.refused] == ["现在是“待补全”。", "现在是“已撤回”。", "现在是“不予受理”。"]


def test_only_what_was_refused_is_reopened(make_work, video, organiser, now):
    refused, waiting = make_work(video), make_work(video)
    refuse_works(works=[refused], reason="重复申报。", actor=organiser, now=now)
    refused.refresh_from_db()
    outcome = reopen_works(works=[refused, waiting], reason="经核实不是同一件。", actor=organiser, now=now)
    assert [each.pk for each in outcome.done] == [refused.pk]
    assert [why for _, why in outcome.refused] == ["现在是“待形式审查”。"]
    assert status_of(refused, waiting) == ["submitted", "submitted"]


def test_of_two_screeners_the_second_is_told_and_changes_nothing(make_work, video, organiser, now):
    """Pitfall 20."""
    work = make_work(video, files=True)
    seen = {work.pk: work.version}
    refuse_works(works=[work], seen=seen, reason="重复申报。", actor=organiser, now=now)
    outcome = accept_works(works=[work], seen=seen, actor=organiser, now=now)
    assert (outcome.done, [why for _, why in outcome.refused]) == (
        [],
        ["打开页面之后，这件作品有了改动，请看过新的内容再办理。"],
    )
    assert (status_of(work), ScreeningDecision.objects.count()) == (["refused"], 1)


def test_one_message_for_all_works_of_an_account(make_work, video, organiser, author, now):
    works = [make_work(video, files=True) for _ in range(3)]
    accept_works(works=works, actor=organiser, now=now)
    assert [message.subject for message in Message.objects.all()] == ["作品已受理：3 件作品"]


def test_a_refused_or_withdrawn_work_takes_no_place(make_work, video, unit, organiser, now):
    """Pitfall 1: who left never uses up a unit's place."""
    video.unit_quota = 1
    video.save()
    first = make_work(video, unit=unit, unit_order=1, files=True)
    second = make_work(video, unit=unit, unit_order=2, files=True)
    outcome = accept_works(works=[first, second], actor=organiser, now=now)
    assert [each.pk for each in outcome.done] == [first.pk]
    first.refresh_from_db()
    refuse_works(works=[first], reason="往届获奖。", actor=organiser, now=now)
    accept_works(works=[second], actor=organiser, now=now)
    assert status_of(first, second) == ["refused", "accepted"]


def test_outside_the_quota_a_work_is_accepted_beside_it(make_work, video, unit, organiser, now):
    video.unit_quota = 1
    video.save()
    works = [make_work(video, unit=unit, unit_order=order, files=True) for order in (1, 2)]
    with pytest.raises(WorkRefused):
        set_outside_quota(works=[works[1]], outside=True, actor=organiser, now=now)
    set_outside_quota(works=[works[1]], outside=True, reason="承办单位增加的名额", actor=organiser, now=now)
    works[1].refresh_from_db()
    assert (works[1].outside_quota, works[1].outside_quota_reason) == (True, "承办单位增加的名额")
    accept_works(works=works, actor=organiser, now=now)
    assert status_of(*works) == ["accepted", "accepted"]
    works[1].refresh_from_db()
    outcome = set_outside_quota(works=[works[1]], outside=True, reason="再来", actor=organiser, now=now)
    assert [why for _, why in outcome.refused] == ["已在名额外。"]


def test_a_work_refused_during_the_review_leaves_it_and_comes_back(accepted, opened, video, organiser, now):
    """Pitfall 1."""
    works = accepted(video, 3)
    opened(video)
    refuse_works(works=[works[0]], reason="经举报核实为抄袭。", actor=organiser, now=now)
    assert [entry_of(work).status for work in works] == ["withdrawn", "competing", "competing"]
    works[0].refresh_from_db()
    reopen_works(works=[works[0]], reason="举报不实。", actor=organiser, now=now)
    works[0].refresh_from_db()
    accept_works(works=[works[0]], reason="原先已核对。", actor=organiser, now=now)
    assert entry_of(works[0]).status == "competing"


def test_a_work_refused_after_the_lock_moves_no_result(accepted, locked, video, organiser, now):
    """Pitfall 18."""
    works = accepted(video, 3)
    round = locked(video)
    before = latest_snapshot(round)
    refuse_works(works=[works[0]], reason="经举报核实为抄袭。", actor=organiser, now=now)
    after = latest_snapshot(round)
    assert before is not None
    assert after is not None
    assert (after.pk, after.sha256, entry_of(works[0]).status) == (before.pk, before.sha256, "competing")
    assert status_of(works[0]) == ["refused"]
