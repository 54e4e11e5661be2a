"""形式审查: a person accepts, returns, refuses or reopens works as they were seen; whoever handed them in is told.

The machine's findings of that moment are kept with each decision (works.services.checks); they bind nobody: a work with
a fault is accepted for a stated reason. A work that is reviewed already takes its entry with it until its round is
locked; what is locked or published stays as it is (pitfalls 1, 18).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from ledger.services import record_event
from works.engine.checks import Check, worst
from works.exceptions import WorkRefused
from works.models import Kind, ScreeningDecision, Selection, Work
from works.services.admission import follow_work
from works.services.checks import check_works
from works.services.notices import tell_submitters

Status, Act = Work.Status, ScreeningDecision.Act
BATCH = 500
LONGEST_REASON = 300
CHANGED = "打开页面之后，这件作品有了改动，请看过新的内容再办理。"
_LEADS_TO = {
    Act.ACCEPT: Status.ACCEPTED,
    Act.RETURN: Status.RETURNED,
    Act.REFUSE: Status.REFUSED,
    Act.REOPEN: Status.SUBMITTED,
}
_EVENTS = {
    Act.ACCEPT: "works_accepted",
    Act.RETURN: "works_returned",
    Act.REFUSE: "works_refused",
    Act.REOPEN: "works_reopened",
}
# What only a person can see, by the kind's form; whether it was looked at is kept with the decision.
QUESTIONS: dict[str, dict[str, str]] = {
    Kind.Form.BOOK: {
        "copyright_page": "版权页的书名、作者、ISBN、出版时间与申报一致",
        "chinese": "正文为规范简体中文，导向正确，没有发现科学性错误",
    },
    Kind.Form.VIDEO: {
        "film_title": "片头的作品名称与申报名称一致",
        "credits": "有中文字幕，片尾有主创、制作单位、版权单位和时间",
        "chinese": "使用普通话和规范简体中文，导向正确，没有发现科学性错误",
    },
}


@dataclass(frozen=True)
class ScreeningOutcome:
    """Which works were decided on, and which could not be, with the reason."""

    done: list[Work] = field(default_factory=list)
    refused: list[tuple[Work, str]] = field(default_factory=list)


def accept_works(
    *,
    works: Sequence[Work],
    seen: Mapping[int, int] | None = None,
    reason: str = "",
    answered: Collection[str] = (),
    actor: User,
    now: datetime,
) -> ScreeningOutcome:
    """受理: the works take part in the review.

    `seen` are versions by number, those of `works` where it is left out; what changed since stays as it is and is
    named (pitfall 20), and so is a work with faults while no reason is given. `answered` are the QUESTIONS that a
    person has looked at. Refuses (WorkRefused) an empty choice.
    """
    return _decide(_Ask(Act.ACCEPT, _short(reason), None, frozenset(answered)), works, seen, actor, now)


def return_works(
    *,
    works: Sequence[Work],
    seen: Mapping[int, int] | None = None,
    reason: str,
    due_at: datetime,
    actor: User,
    now: datetime,
) -> ScreeningOutcome:
    """退回补正: whoever handed the works in may change them and hand them in again until `due_at`.

    Refuses (WorkRefused) an empty choice, an empty reason and a date that has passed; `seen` as for accept_works.
    """
    if due_at <= now:
        raise WorkRefused("补正期限已经过去，请填写一个将来的时间。")
    return _decide(_Ask(Act.RETURN, _stated(reason), due_at), works, seen, actor, now)


def refuse_works(
    *, works: Sequence[Work], seen: Mapping[int, int] | None = None, reason: str, actor: User, now: datetime
) -> ScreeningOutcome:
    """不予受理: the works take no part and no place (pitfall 1); reopen_works takes it back.

    Refuses (WorkRefused) an empty choice and an empty reason; `seen` as for accept_works.
    """
    return _decide(_Ask(Act.REFUSE, _stated(reason), None), works, seen, actor, now)


def reopen_works(
    *, works: Sequence[Work], seen: Mapping[int, int] | None = None, reason: str, actor: User, now: datetime
) -> ScreeningOutcome:
    """重新审查 what was refused. Refuses (WorkRefused) an empty choice and reason; `seen` as for accept_works."""
    return _decide(_Ask(Act.REOPEN, _stated(reason), None), works, seen, actor, now)


def preview_screening(works: Sequence[Work], act: str, *, reason: str = "") -> ScreeningOutcome:
    """Which works could be decided on as things are, and which not with the reason; changes nothing."""
    checks = check_works(works) if act == Act.ACCEPT and not reason else {}
    return _sorted(works, Act(act), reason, checks)


@dataclass(frozen=True)
class _Ask:
    act: ScreeningDecision.Act
    reason: str
    due_at: datetime | None
    answered: frozenset[str] = frozenset()


@transaction.atomic
def _decide(
    ask: _Ask, works: Sequence[Work], seen: Mapping[int, int] | None, actor: User, now: datetime
) -> ScreeningOutcome:
    if not works:
        raise WorkRefused("请先勾选作品。")
    versions = {work.pk: work.version for work in works} if seen is None else dict(seen)
    selection = _locked_selection(works)
    found = Work.objects.select_for_update(of=("self",), no_key=True).filter(selection=selection, pk__in=versions)
    rows = list(found.select_related("selection__edition", "kind", "unit", "user").order_by("pk"))
    unchanged = [work for work in rows if work.version == versions[work.pk]]
    checks = check_works(unchanged)
    outcome = _sorted(unchanged, ask.act, ask.reason, checks)
    outcome.refused.extend((work, CHANGED) for work in rows if work.version != versions[work.pk])
    if outcome.done:
        _write_down(outcome.done, ask, checks, actor, now)
        for work in Work.objects.filter(pk__in=[work.pk for work in outcome.done], admission__isnull=False):
            follow_work(work=work, actor=actor, now=now)
        payload = {"selection": selection.pk, "works": [work.pk for work in outcome.done]}
        _tell(selection, outcome.done, ask, now)
        record_event(edition=selection.edition, kind=_EVENTS[ask.act], actor=actor, payload=payload, now=now)
    return outcome


def _locked_selection(works: Sequence[Work]) -> Selection:
    """The works' selection, locked before them: quotas and duplicates stay as they were checked."""
    keys = {work.selection_id for work in works}
    if len(keys) > 1:
        raise WorkRefused("一次只能办理同一个评选的作品。")
    locked = Selection.objects.select_for_update(of=("self",), no_key=True).select_related("edition")
    return locked.get(pk=keys.pop())


def _sorted(
    works: Sequence[Work], act: ScreeningDecision.Act, reason: str, checks: Mapping[int, list[Check]]
) -> ScreeningOutcome:
    outcome = ScreeningOutcome()
    for work in works:
        why = ""
        if _LEADS_TO[act] not in Work.MOVES[Status(work.status)] or (act == Act.REOPEN) != (
            work.status == Status.REFUSED
        ):
            why = f"现在是“{work.get_status_display()}”。"
        elif act == Act.ACCEPT and not reason and worst(checks[work.pk]) == "fault":
            faults = "".join(check.sentence for check in checks[work.pk] if check.level == "fault")
            why = f"{faults}仍要受理的，请打开这件作品写明理由。"
        if why:
            outcome.refused.append((work, why))
        else:
            outcome.done.append(work)
    return outcome


def _write_down(
    works: Sequence[Work], ask: _Ask, checks: Mapping[int, list[Check]], actor: User, now: datetime
) -> None:
    status, shown = _LEADS_TO[ask.act], "" if ask.act in (Act.ACCEPT, Act.REOPEN) else ask.reason
    for work in works:
        work.status, work.status_reason, work.completion_due_at = status, shown, ask.due_at
        work.version += 1
    Work.objects.bulk_update(works, ["status", "status_reason", "completion_due_at", "version"], batch_size=BATCH)
    ScreeningDecision.objects.bulk_create(
        [
            ScreeningDecision(
                work=work,
                act=ask.act,
                reason=ask.reason,
                due_at=ask.due_at,
                findings=[each.as_json() for each in (*checks[work.pk], *_answers(work, ask))],
                decided_by=actor,
                decided_at=now,
            )
            for work in works
        ],
        batch_size=BATCH,
    )


def _answers(work: Work, ask: _Ask) -> list[Check]:
    """What a person had looked at when accepting."""
    if ask.act != Act.ACCEPT:
        return []
    asked = QUESTIONS.get(work.kind.form, {})
    return [
        Check(
            f"person.{code}",
            "ok" if code in ask.answered else "doubt",
            text,
            "人工核对" if code in ask.answered else "没有登记核对",
        )
        for code, text in asked.items()
    ]


def _tell(selection: Selection, works: Sequence[Work], ask: _Ask, now: datetime) -> None:
    until = f"{timezone.localtime(ask.due_at):%Y-%m-%d %H:%M}" if ask.due_at else ""
    code = {
        Act.ACCEPT: "submission_accepted",
        Act.RETURN: "submission_returned",
        Act.REFUSE: "submission_refused",
        Act.REOPEN: "submission_reopened",
    }[ask.act]
    words = {"原因": ask.reason, "截止时间": until}
    tell_submitters(selection=selection, works=works, code=code, words=words, now=now)


def _stated(reason: str) -> str:
    reason = _short(reason)
    if not reason:
        raise WorkRefused("请写明原因，申报人会看到。")
    return reason


def _short(reason: str) -> str:
    reason = " ".join(reason.replace("\0", "").split())
    if len(reason) > LONGEST_REASON:
        raise WorkRefused(f"原因最多 {LONGEST_REASON} 个字，现有 {len(reason)} 个，请缩短。")
    return reason
