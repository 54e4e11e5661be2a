"""Telling whoever a result is about, in the edition's words; one message for each person and result, sent together."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.text.dates import plain_date
from outbox.services import Letter, send_letters
from results.models import Publicity, Result, Roster
from results.selectors import Row

NO_AWARD, NOT_LISTED = "未列入获奖名单", "不在名单中"


def notify_publicity(publicity: Publicity, *, previous: Roster | None, now: datetime) -> int:
    """The people of a roster whose 公示 began; after an earlier list, `previous`, only those whose award changed.

    Returns how many were told. A rehearsal tells nobody.
    """
    result = publicity.result
    link = reverse("public_notice", args=[publicity.notice_id])
    if previous is not None:
        return _tell_changed(result, previous, publicity.roster, link, now)
    dates = {
        "开始日期": plain_date(timezone.localdate(publicity.started_at)),
        "截止时间": plain_date(publicity.ends_on),
    }
    return _tell(result, "publicity_started", publicity.roster, dates, link, now)


def notify_published(result: Result, *, previous: Roster | None, now: datetime) -> int:
    """The people of a roster that became public; where it replaces `previous`, only those whose award changed."""
    assert result.published is not None
    link = reverse("public_result", args=[result.pk])
    if previous is not None:
        return _tell_changed(result, previous, result.published, link, now)
    return _tell(result, "result_published", result.published, {}, link, now)


def notify_withdrawn(result: Result, *, now: datetime) -> int:
    """The people of the roster that was taken from the public, with the reason."""
    assert result.published is not None
    link = reverse("public_result", args=[result.pk])
    return _tell(result, "result_withdrawn", result.published, {"原因": result.withdrawn_reason}, link, now)


def _tell(result: Result, code: str, roster: Roster, words: dict[str, str], link: str, now: datetime) -> int:
    """Everybody of the roster who has an account; several rows of one account are one message each row."""
    of_rows = [(pk, row) for row in roster.rows for pk in _accounts(row)]
    people = _people([pk for pk, _ in of_rows])
    letters = [Letter(people[pk], {**_words(result, row), **words}, link) for pk, row in of_rows if pk in people]
    return _send(result, code, letters, now)


def _tell_changed(result: Result, old: Roster, new: Roster, link: str, now: datetime) -> int:
    before, after = _by_account(old), _by_account(new)
    people = _people([pk for pk, _ in {**before, **after}])
    letters = []
    for pk, entry in {**before, **after}:
        was, now_row = before.get((pk, entry)), after.get((pk, entry))
        old_award = award_of(was) if was else NOT_LISTED
        new_award = award_of(now_row) if now_row else NOT_LISTED
        row = now_row or was
        if row is not None and pk in people and old_award != new_award:
            words = {**_words(result, row), "奖项": new_award, "原奖项": old_award}
            letters.append(Letter(people[pk], words, link))
    return _send(result, "result_corrected", letters, now)


def award_of(row: Row) -> str:
    """Tier and titles of a roster's row in words."""
    return "、".join(filter(None, [row["tier_title"] or "", *(title["title"] for title in row["titles"])])) or NO_AWARD


def _words(result: Result, row: Row) -> dict[str, str]:
    return {
        "姓名": "、".join(row["people"]),
        "作品": f"《{row['title']}》" if row["title"] else "",
        "比赛": result.title,
        "组别": result.group_title,
        "奖项": award_of(row),
    }


def _accounts(row: Row) -> list[int]:
    return list(dict.fromkeys(each["user"] for each in row.get("recipients", []) if each.get("user")))


def _by_account(roster: Roster) -> dict[tuple[int, str], Row]:
    return {(pk, row["entry"]): row for row in roster.rows for pk in _accounts(row)}


def _people(keys: list[int]) -> dict[int, User]:
    return User.objects.filter(is_active=True).in_bulk(list(dict.fromkeys(keys)))


def _send(result: Result, code: str, letters: list[Letter], now: datetime) -> int:
    if result.edition.is_rehearsal:
        return 0
    return send_letters(edition=result.edition, code=code, letters=letters, now=now)
