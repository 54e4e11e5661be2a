"""A reviewer's own works: what is owed, until when. Other reviewers' sheets are not looked at (pitfall 15)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import User
from scoring.models import Entry, Round, ScoreSheet, Seat
from scoring.selectors import QueueItem, judge_queue
from works.models import Admission, DeclaredTie, KindRound

OWED = ("pending", "draft", "returned")
LEFT = ("recused", "unassigned", "absent")
_STATUS_WORDS = {"withdrawn": "已退出", "ineligible": "资格不符", "forfeited": "弃权"}


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One of the reviewer's sheets; `address` is empty where there is nothing to open."""

    item: QueueItem
    words: str
    address: str

    @property
    def owed(self) -> bool:
        return self.item.state in OWED and self.item.entry_status == Entry.Status.COMPETING


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """All of a reviewer's works in one round."""

    lines: tuple[QueueLine, ...]
    done: int
    of: int

    @property
    def owed(self) -> int:
        return sum(line.owed for line in self.lines)

    @property
    def next_address(self) -> str:
        return next((line.address for line in self.lines if line.owed and line.item.can_mark), "")


def reviewed_rounds() -> "QuerySet[KindRound, KindRound]":
    """Rounds of kinds with what a reviewer's pages need; one query."""
    found = KindRound.objects.select_related("round__edition", "round__rulebook", "kind__selection")
    return found.defer("round__rulebook__document", "kind__selection__call_text", "seed")


def review_queue(user: User, round: Round) -> ReviewQueue:
    """The reviewer's own works in the order of their codes; three queries."""
    items = judge_queue(user, round) if round.state != Round.State.DRAFT else []
    counted = [item for item in items if item.state not in LEFT and item.entry_status == Entry.Status.COMPETING]
    lines = tuple(QueueLine(item, _words(item), _address(item, round)) for item in items)
    return ReviewQueue(lines, sum(item.state == "submitted" for item in counted), len(counted))


def chosen_lines(lines: Sequence[QueueLine], show: str, wanted: str) -> list[QueueLine]:
    """待评, 已提交 or all; by code or title."""
    if show == "owed":
        lines = [line for line in lines if line.owed]
    elif show == "done":
        lines = [line for line in lines if line.item.state == ScoreSheet.State.SUBMITTED]
    if wanted := wanted.strip().upper():
        lines = [line for line in lines if wanted in f"{line.item.code} {line.item.title}".upper()]
    return list(lines)


def _words(item: QueueItem) -> str:
    if item.entry_status != Entry.Status.COMPETING:
        return _STATUS_WORDS[item.entry_status]
    if item.recusal_proposed and item.state not in LEFT:
        return "回避待确认"
    return f"{item.state_label} · 已封存" if item.is_locked else item.state_label


def _address(item: QueueItem, round: Round) -> str:
    if item.state in ("recused", "unassigned") or item.entry_status != Entry.Status.COMPETING:
        return ""
    return f"{reverse('judge_work', args=[round.pk, item.code])}?sheet={item.sheet_id}"


def own_seat(user: User, round: Round) -> Seat | None:
    """The account's seat on the round's panel, while it stands."""
    return Seat.objects.filter(panel=round.panel_id, judge=user, removed_at__isnull=True).first()


def works_to_declare(round_id: int, wanted: str = "") -> "QuerySet[Admission, Admission]":
    """Works of a round as a reviewer is asked about ties before they are assigned; of no blind kind."""
    found = Admission.objects.filter(entry__round=round_id, entry__status=Entry.Status.COMPETING)
    if wanted := wanted.strip():
        by_title = Q(work__title__icontains=wanted) | Q(entry__code__iexact=wanted)
        by_people = Q(work__authors__name__icontains=wanted) | Q(work__workplace__icontains=wanted)
        found = found.filter(by_title | by_people).distinct()
    found = found.select_related("entry", "work").defer("work__typed", "work__phone", "work__details")
    return found.prefetch_related("work__authors").order_by("entry__order")


def own_ties(user: User, round_id: int) -> dict[int, str]:
    """By work: the tie that stands between the account and it."""
    found = DeclaredTie.objects.filter(judge=user, work__admission__entry__round=round_id)
    return dict(found.values_list("work_id", "reason"))
