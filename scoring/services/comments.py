"""Comments beside the marks: to the office, to the author (releasing them is the programme's). Never overwritten."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from core.exceptions import DomainError
from ledger.services import record_event
from scoring import engine
from scoring.exceptions import CommentsChanged, CommentTooLong
from scoring.models import Round, ScoreSheet, SheetComment
from scoring.selectors.reviews import Comments, sheet_comments
from scoring.selectors.rules import rules_of
from scoring.services.locking import demand_open_round, touch_round
from scoring.services.marking import refuse_without_comment
from scoring.services.sheets import own_open_sheet, sheet_reference

Kind = SheetComment.Kind


@dataclass(frozen=True, slots=True)
class ReviewTerms:
    """Until when to review (shown, locks nothing), and outside which totals a comment to the office is required."""

    due_at: datetime | None = None
    comment_below: Decimal | None = None
    comment_above: Decimal | None = None


def save_comments(
    *, sheet_id: int, to_office: str, to_author: str, base_version: int, actor: User, now: datetime
) -> Comments:
    """Keep what the sheet's judge writes; each changed text is a new version, a blank one takes the comment back.

    `base_version` is the version that was seen (0: none): another one is refused with what is stored (CommentsChanged,
    pitfall 20), but the same texts again are the same save (pitfall 12). Refuses further what save_draft refuses of
    sheet, seat and round, a locked entry (Locked), a text of over 2,000 characters (CommentTooLong), and taking back
    the comment that a submitted total requires (CommentNeeded).
    """
    texts = {Kind.OFFICE: _clean(to_office), Kind.AUTHOR: _clean(to_author)}
    errors = {str(kind): _too_long(text) for kind, text in texts.items() if len(text) > SheetComment.LONGEST}
    if errors:
        raise CommentTooLong("意见太长，没有保存；请缩短后再保存。", errors)
    with transaction.atomic():
        sheet = own_open_sheet(sheet_id, actor)
        stored = sheet_comments(sheet)
        changed = [kind for kind, text in texts.items() if text != stored.text_of(kind)]
        if not changed:
            return stored
        if base_version != stored.version:
            raise CommentsChanged(
                "这份意见已在别处更新，您看到的不是最新的；请对照现在的意见再保存。",
                version=stored.version,
                to_office=stored.to_office,
                to_author=stored.to_author,
            )
        if sheet.state == ScoreSheet.State.SUBMITTED and sheet.current:
            refuse_without_comment(sheet, sheet.current.marks, texts[Kind.OFFICE])
        demand_open_round(sheet.entry.round_id, entry_id=sheet.entry_id)
        number = stored.version + 1
        SheetComment.objects.bulk_create(
            SheetComment(sheet=sheet, kind=kind, number=number, text=texts[kind], author=actor, written_at=now)
            for kind in changed
        )
        payload = {**sheet_reference(sheet), "version": number}
        record_event(edition=sheet.entry.round.edition, kind="comments_saved", actor=actor, payload=payload, now=now)
    return Comments(number, texts[Kind.OFFICE], texts[Kind.AUTHOR])


def set_review_terms(*, round: Round, terms: ReviewTerms, actor: User, now: datetime) -> Round:
    """Say until when a round is to be reviewed and which totals need a comment; sheets that are in stay as they are.

    Refuses a locked round, a new due time that has passed, and bounds that are no totals of the rulebook or that leave
    no band between them.
    """
    with transaction.atomic():
        round = touch_round(round.pk)
        if round.state == Round.State.LOCKED:
            raise DomainError(f"轮次“{round.title}”已封存，不能再改评审要求。", code="state")
        if terms.due_at is not None and terms.due_at != round.due_at and terms.due_at <= now:
            raise DomainError("评审截止时间已经过去，请填写今后的时间。", code="due_at")
        _check_band(round, terms)
        round.due_at, round.comment_below, round.comment_above = terms.due_at, terms.comment_below, terms.comment_above
        round.save(update_fields=["due_at", "comment_below", "comment_above"])
        payload = {
            "round": round.pk,
            "due_at": terms.due_at.isoformat() if terms.due_at else None,
            "comment_below": _written(terms.comment_below),
            "comment_above": _written(terms.comment_above),
        }
        record_event(edition=round.edition, kind="review_terms_set", actor=actor, payload=payload, now=now)
    return round


def _check_band(round: Round, terms: ReviewTerms) -> None:
    rules = rules_of(round.rulebook)
    most = max(rules.max_total(segment.code) for segment in rules.panel_segments)
    for bound in (terms.comment_below, terms.comment_above):
        if bound is not None and (not 0 <= bound <= most or not _is_in_hundredths(bound)):
            raise DomainError(f"须写意见的分数应在 0 至 {_written(most)} 之间，最多两位小数。", code="band")
    below, above = terms.comment_below, terms.comment_above
    if below is not None and above is not None and below > above:
        raise DomainError("“低于”的分数不能大于“高于”的分数，否则每份都须写意见。", code="band")


def _is_in_hundredths(bound: Decimal) -> bool:
    return bound == bound.quantize(Decimal("0.01"))


def _written(bound: Decimal | None) -> str | None:
    return None if bound is None else engine.decimal_text(engine.hundredths(bound))


def _clean(text: str) -> str:
    """Line breaks as one character, without control characters, which no database or page has a use for."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(character for character in lines if character in "\n\t" or ord(character) >= 32).strip()


def _too_long(text: str) -> str:
    return f"最多 {SheetComment.LONGEST} 个字，现在是 {len(text)} 个字。"
