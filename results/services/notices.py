"""What a result announces: the texts of 公示, 公布 and 更正, and a final notice from its draft to the public."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.text.dates import plain_date
from ledger.services import record_event
from notices.models import Notice, PublishedText
from notices.selectors import notices_of_subject
from notices.services import (
    close_notice,
    create_notice,
    delete_draft,
    publish_notice,
    set_hidden_names,
    withdraw_notice,
)
from results.exceptions import ResultRefused
from results.models import Objection, ObjectionStep, Publicity, Result, Roster
from results.rendering import NOBODY, is_junior, list_source, notice_lists
from results.selectors import (
    Row,
    blockers,
    hidden_codes,
    hidden_names,
    result_of_subject,
    roster_difference,
    standing_publicities,
    subject_of,
)
from results.services.locking import locked_result

OF_FINAL = (Notice.Kind.FINAL, Notice.Kind.CORRECTION)
LONGEST_TITLE = 120
# What of a difference the public list shows; ranks, scores and certificates are not on it.
_TOLD = {"姓名", "单位", "题目", "辅导教师", "奖项", "单项奖", "晋级"}
_VERSION = re.compile(r"名册 v(\d{1,9})")


@dataclass(frozen=True)
class Dates:
    """A period as its notice says it: `starts_on` is the day of publication, which is not counted."""

    working_days: int
    starts_on: date
    ends_on: date
    note: str = ""


def current_lists(result: Result, roster: Roster, *, final: bool = True) -> tuple[list[dict[str, Any]], str]:
    """Lists and source of a roster as a notice of this moment has them: 获奖名单, or 拟获奖名单 while not `final`."""
    title = f"{result.group_title}{'' if final else '拟'}获奖名单"
    return notice_lists(roster, title=title, list_order=result.list_order), list_source(roster)


def publicity_texts(result: Result, roster: Roster, dates: Dates, previous: Roster | None) -> tuple[str, str]:
    """Title and body of a 公示, or of a 补充公示 where `previous` stood before the public already (domain.md B1)."""
    what = f"{_named(result)}拟获奖名单"
    if previous is None:
        title = f"{what}公示"
        opening = [f"经专家评审和监督员核对，现将{what}予以公示。"]
    else:
        title = f"{what}补充公示"
        opening = [
            f"{what}公示后，经核实有所更正，现将更正后的名单补充公示。与此前公示的名单（{list_source(previous)}）相比："
        ]
        opening += _numbered(difference_lines(result, previous, roster))
        opening += objection_outcome(result)
    terms = (
        f"公示期 {dates.working_days} 个工作日，自{plain_date(dates.starts_on)}至{plain_date(dates.ends_on)}"
        "（公示当日不计入）。"
    )
    closing = [terms + (f"（{dates.note}。）" if dates.note else ""), _OBJECTING, *_where(result)]
    return _short(title), "\n".join(opening + closing)


def final_texts(result: Result, roster: Roster, previous: Roster | None) -> tuple[str, str]:
    """Title and body of a 结果公布, or of a 更正公告 where another list was announced before."""
    what = f"{_named(result)}获奖名单"
    if previous is not None:
        lines = (
            ["获奖名单没有变化，同一奖项内的排列顺序有所调整"]
            if previous.pk == roster.pk
            else difference_lines(result, previous, roster)
        )
        body = [f"此前公布的{what}（{list_source(previous)}）更正如下：", *_numbered(lines), "更正后的名单附后。"]
        return _short(f"关于更正{what}的公告"), "\n".join(body)
    opening = f"经专家评审、监督员核对，现将{what}予以公布。"
    if periods := [period for period in standing_publicities(result) if period.roster_id == roster.pk]:
        last = periods[-1]
        when = f"自{plain_date(last.starts_on)}至{plain_date(last.ends_on)}"
        opening = f"经专家评审、监督员核对，并{when}公示，现将{what}予以公布。"
    return _short(f"{what}公布"), "\n".join([opening, *objection_outcome(result)])


def difference_lines(result: Result, old: Roster, new: Roster) -> list[str]:
    """What the public list `new` says otherwise than `old`, a sentence each; nobody named whose row is hidden."""
    hidden = hidden_codes(result)
    before = {row["entry"]: row for row in old.rows}
    difference = roster_difference(old, new)
    lines = [f"增列{_row_words(row, hidden)}" for row in difference.added if _honoured(row)]
    lines += [f"不再列入{_row_words(row, hidden)}" for row in difference.removed if _honoured(row)]
    for change in difference.changed:
        was, is_now = _honoured(before[change.entry]), _honoured(change.new)
        if is_now and not was:
            lines.append(f"增列{_row_words(change.new, hidden)}")
        elif was and not is_now:
            lines.append(f"不再列入{_row_words(change.old, hidden)}")
        elif was:
            lines += _changes(change.old, change.new, change.words, hidden)
    lists_differ = current_lists(result, old)[0] != current_lists(result, new)[0]
    return lines or (
        ["同一奖项内的排列顺序有所调整"] if lists_differ else ["获奖名单没有变化，更正了名次、得分等其他内容"]
    )


def objection_outcome(result: Result) -> list[str]:
    """How the objections to a result were settled, in numbers alone: nobody is named; [] without any."""
    received = Objection.objects.filter(result=result).count()
    if not received:
        return []
    kinds = ObjectionStep.objects.filter(objection__result=result, kind=ObjectionStep.Kind.RULED)
    states = list(kinds.values_list("state", flat=True))
    states += list(
        Objection.objects.filter(result=result, state=Objection.State.DECLINED).values_list("state", flat=True)
    )
    words = [(_OUTCOMES[state], states.count(state)) for state in _OUTCOMES]
    parts = [f"{word} {count} 件" for word, count in words if count]
    if (open_ones := received - len(states)) > 0:
        parts.append(f"正在办理 {open_ones} 件")
    return [f"至今收到异议 {received} 件：{'，'.join(parts)}。"]


@transaction.atomic
def draft_result_notice(*, result: Result, actor: User, now: datetime) -> Notice:
    """Draft the final notice of a published result: 更正公告 where another list was announced before, else 结果公布.

    A draft whose list is still the public one is given back as it is; an older one is replaced and keeps its number
    and addressees. Refuses (ResultRefused) a result that is not public, and a list that was announced already.
    """
    locked = locked_result(result)
    roster = _public_roster(locked)
    lists, source = current_lists(locked, roster)
    known = list(notices_of_subject(locked.edition, subject_of(locked)).filter(kind__in=OF_FINAL))
    drafts = [notice for notice in known if notice.state == Notice.State.DRAFT]
    kept = drafts[0] if drafts else None
    if kept is not None and (kept.lists, kept.source) == (lists, source):
        return kept
    announced = [notice for notice in known if notice.state != Notice.State.DRAFT]
    kind, previous = _kind_of(locked, roster, lists, announced)
    title, body = final_texts(locked, roster, previous)
    for draft in drafts:
        delete_draft(notice=draft, actor=actor, now=now)
    notice = create_notice(
        edition=locked.edition,
        kind=kind,
        title=title,
        body=body,
        number=kept.number if kept else "",
        addressees=kept.addressees if kept else "",
        dated=timezone.localdate(now),
        subject=subject_of(locked),
        lists=lists,
        source=source,
        actor=actor,
        now=now,
    )
    hide_in_notices(locked, actor=actor, now=now)
    notice.refresh_from_db()
    return notice


@transaction.atomic
def publish_result_notice(*, notice: Notice, actor: User, now: datetime, seen: str | None = None) -> PublishedText:
    """Publish the draft of a final notice or a correction; the ones before it end.

    Refuses (ResultRefused) one of no result, of a result that is not public or has open matters, and one whose lists
    are not what the public reads now (pitfalls 10, 18): it is to be drafted anew. Else as
    notices.services.publish_notice.
    """
    found = result_of_subject(notice.edition, notice.subject)
    if found is None or notice.kind not in OF_FINAL:
        raise ResultRefused("这份公告不是结果公布或更正公告，请在公告页面或公示页面办理。")
    locked = locked_result(found)
    roster = _public_roster(locked)
    if open_matters := blockers(locked, now=now):
        raise ResultRefused("暂不能发布公告：" + "；".join(blocker.text for blocker in open_matters) + "。")
    notice = Notice.objects.select_related("edition").filter(pk=notice.pk).first() or notice
    lists, source = current_lists(locked, roster)
    if notice.state == Notice.State.DRAFT and (notice.lists, notice.source) != (lists, source):
        raise ResultRefused(f"草稿的名单（{notice.source}）与现在公布的（{source}）不一致，请在结果页面重新起草。")
    text = publish_notice(notice=notice, actor=actor, now=now, current=(lists, source), seen=seen)
    earlier = notices_of_subject(locked.edition, subject_of(locked)).filter(
        kind__in=OF_FINAL, state=Notice.State.PUBLISHED
    )
    for other in earlier.exclude(pk=notice.pk).order_by("pk"):
        close_notice(notice=other, actor=actor, now=now)
    payload = {
        "result": locked.pk,
        "notice": notice.pk,
        "roster": roster.version,
        "roster_sha256": roster.sha256,
        "snapshot": roster.snapshot.number,
        "snapshot_sha256": roster.snapshot.sha256,
    }
    record_event(edition=locked.edition, kind="result_announced", actor=actor, payload=payload, now=now)
    return text


def close_publicity_notices(result: Result, *, actor: User, now: datetime) -> None:
    """End the notices of 公示 of a result that has become public."""
    standing = notices_of_subject(result.edition, subject_of(result))
    for notice in standing.filter(kind=Notice.Kind.PUBLICITY, state=Notice.State.PUBLISHED).order_by("pk"):
        close_notice(notice=notice, actor=actor, now=now)


def withdraw_result_notices(result: Result, *, reason: str, actor: User, now: datetime) -> None:
    """Take from the public all that a withdrawn result announced; its periods no longer count."""
    public = (Notice.State.PUBLISHED, Notice.State.CLOSED)
    for notice in notices_of_subject(result.edition, subject_of(result)).filter(state__in=public).order_by("pk"):
        withdraw_notice(notice=notice, reason=reason, actor=actor, now=now)


def hide_in_notices(result: Result, *, actor: User, now: datetime) -> None:
    """Let no notice of a result show the names of its hidden rows, whatever version of the roster it was made from."""
    subject = subject_of(result)
    set_hidden_names(edition=result.edition, subject=subject, names=hidden_names(result), actor=actor, now=now)


def announced_version(source: str) -> int | None:
    """The version of the roster that a notice's source names."""
    match = _VERSION.search(source)
    return int(match[1]) if match else None


def notice_list_faults(text: PublishedText) -> list[str]:
    """What of a published notice's list is not what its roster says: tier by tier its names, units and titles."""
    notice = text.notice
    result = result_of_subject(notice.edition, notice.subject)
    if result is None:
        return ["公告所说的结果不存在"]
    document = text.document
    version = announced_version(document["source"])
    roster = result.rosters.select_related("snapshot").filter(version=version or 0).first()
    publicity = Publicity.objects.filter(notice=notice).select_related("roster").first()
    faults = []
    if notice.kind == Notice.Kind.PUBLICITY and (publicity is None or publicity.roster.version != version):
        faults.append("公示与其名册的版本不符")
    if roster is None or document["source"] != list_source(roster):
        return [*faults, "公告的依据不是本结果的任何一版名册"]
    lists = notice_lists(roster, title=result.group_title, list_order=result.list_order)
    if _said(document["lists"]) != _said(lists):
        faults.append(f"公告的名单与名册 v{roster.version} 不符")
    return faults


_OBJECTING = (
    "公示期内，对名单有异议的，请以书面形式实名提出，写明异议的内容和理由，并附必要的证明材料。个人提出的，署真实姓名和联系方式；"
    "单位提出的，写明单位名称、联系人和联系方式，并加盖公章。匿名、冒名或超出期限的异议，不予受理。"
)
_OUTCOMES = {
    Objection.State.UPHELD.value: "异议成立",
    Objection.State.PARTLY.value: "部分成立",
    Objection.State.REJECTED.value: "异议不成立",
    Objection.State.DECLINED.value: "不予受理",
}


def _kind_of(
    result: Result, roster: Roster, lists: Sequence[Any], announced: Sequence[Notice]
) -> tuple[Notice.Kind, Roster | None]:
    """FINAL, or CORRECTION with the roster announced before."""
    if not announced:
        return Notice.Kind.FINAL, None
    last = announced[0]
    version = announced_version(last.text.document["source"])
    if version == roster.version:
        if last.state == Notice.State.WITHDRAWN:
            return Notice.Kind.FINAL, None
        if last.text.document["lists"] == list(lists):
            raise ResultRefused(f"名册 v{roster.version} 的公告已经发布，不必重复。")
    previous = result.rosters.select_related("snapshot").filter(version=version or 0).first()
    return (Notice.Kind.CORRECTION, previous) if previous else (Notice.Kind.FINAL, None)


def _public_roster(result: Result) -> Roster:
    if result.state != Result.State.PUBLISHED or result.published_id is None:
        raise ResultRefused("结果公布之后才能起草和发布公告。")
    return Roster.objects.select_related("snapshot").get(pk=result.published_id)


def _honoured(row: Row) -> bool:
    return bool(row["tier"] or row["titles"])


def _row_words(row: Row, hidden: frozenset[str]) -> str:
    award = "、".join(filter(None, [row["tier_title"] or "", *(title["title"] for title in row["titles"])]))
    return f"{_who(row, hidden)}，{award}"


def _who(row: Row, hidden: frozenset[str]) -> str:
    people = "、".join([NOBODY] * len(row["people"]) if row["entry"] in hidden else row["people"])
    about = "".join(filter(None, [row["unit"], f"《{row['title']}》" if row["title"] else ""]))
    return f"{people}（{about}）" if about else people


def _changes(old: Row, new: Row, words: Sequence[Any], hidden: frozenset[str]) -> list[str]:
    unnamed = new["entry"] in hidden
    untold = {"姓名", "辅导教师"} if unnamed else {"辅导教师"} if is_junior(new) else set()
    told = [each for each in words if each.label in _TOLD - untold]
    return [f"{_who(old, hidden)}：{each.label}由“{each.old or '无'}”更正为“{each.new or '无'}”" for each in told]


def _numbered(lines: Sequence[str]) -> list[str]:
    return [f"{place}. {line}。" for place, line in enumerate(lines, start=1)]


def _named(result: Result) -> str:
    return f"{result.title}（{result.group_title}）"


def _short(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"


def _where(result: Result) -> list[str]:
    phone = result.edition.supervision_phone
    lines = [f"受理电话：{phone}。"] if phone else []
    if not settings.PUBLIC_ORIGIN:
        return [*lines, "网上提交异议：在本公告的网页上办理。"]
    return [*lines, f"网上提交异议：{settings.PUBLIC_ORIGIN}{reverse('objection_new', args=[result.pk])}"]


def _said(lists: Sequence[Any]) -> list[Any]:
    """A notice's lists without order inside a tier, which the organiser may have changed since."""
    return [
        [
            (tier["title"], sorted((row["people"], row["unit"], row["title"]) for row in tier["rows"]))
            for tier in each["tiers"]
        ]
        for each in lists
    ]
