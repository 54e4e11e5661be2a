"""A notice as pages, feed and programs show it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from notices.engine.masking import masked_text
from notices.engine.wording import addressed, paragraphs_of
from notices.models import Notice

# What may be marked as over by hand; a 公示 takes objections to its last second and ends with its result.
CLOSABLE = (Notice.Kind.CALL,)
_RESULT = re.compile(r"^result-([1-9][0-9]{0,17})$")
_PILLS = {
    Notice.State.DRAFT: "wait",
    Notice.State.PUBLISHED: "ok",
    Notice.State.CLOSED: "off",
    Notice.State.WITHDRAWN: "bad",
}


@dataclass(frozen=True)
class NoticeRow:
    """A notice as a line of the office's list, with what is to be done next."""

    notice: Notice
    pill: str
    next: str


def office_rows(notices: Sequence[Notice]) -> list[NoticeRow]:
    """Lines of the office's list."""
    return [NoticeRow(notice, _PILLS[Notice.State(notice.state)], _next(notice)) for notice in notices]


def shown_title(notice: Notice) -> str:
    """The title of one of `public_headlines` as everybody may read it."""
    return masked_text(str(getattr(notice, "headline", notice.title)), notice.hidden_names)


def result_of_subject(notice: Notice) -> int | None:
    """The number of the result that a notice is about ("result-12"); None for the organiser's own words."""
    found = _RESULT.match(notice.subject)
    return int(found[1]) if found else None


def summary_html(document: dict[str, Any]) -> SafeString:
    """A published text for a feed: every word escaped (pitfall 21), no list of names."""
    lines = [addressed(document["addressees"]), *(each.text for each in paragraphs_of(document["body"]))]
    words = format_html_join("", "<p>{}</p>", ((line,) for line in lines if line))
    lists = SafeString("<p>名单见公告页面。</p>") if document["lists"] else SafeString("")
    return format_html("{}{}<p>{}</p>", words, lists, document["signed_by"])


def _next(notice: Notice) -> str:
    if notice.state == Notice.State.DRAFT:
        return "核对后发布"
    if notice.state == Notice.State.PUBLISHED and notice.kind in CLOSABLE:
        return "期满后结束"
    return ""
