"""What an author learns after publication: how the own work did by criterion, and what reviewers wrote to the authors.

No reviewer can be told by it: no seats, no single marks, comments in an order that is nobody's.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.db.models import Q

from accounts.models import User
from core.draw import draw_order
from results.models import Result
from scoring import engine
from scoring.models import ScoreSheet, SheetComment, Snapshot
from works.engine.quartiles import LEAST_WORKS, quartiles
from works.models import Admission, Work

PLACES = 2


@dataclass(frozen=True, slots=True)
class CriterionFeedback:
    """A criterion: the work's own mean, and the quartiles of all ranked works where there are enough of them.

    The four `at_` figures are percent of the full marks, for the picture.
    """

    title: str
    full: str
    own: str
    lower: str
    median: str
    upper: str
    at_own: int
    at_lower: int
    at_median: int
    at_upper: int

    @property
    def box(self) -> int:
        """Width of the box between the quartiles, never nothing."""
        return max(1, self.at_upper - self.at_lower)


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the page shows; `comments` only where they were released."""

    result: Result
    number: int
    criteria: tuple[CriterionFeedback, ...]
    works: int
    has_quartiles: bool
    comments: tuple[str, ...]
    released: bool


def published_admission(work: Work) -> Admission | None:
    """The work's admission if the result of its review is public."""
    found = Admission.objects.filter(work=work, entry__round__result__state=Result.State.PUBLISHED)
    related = ("entry__round__result__published__snapshot", "entry__round__kind_round")
    found = found.select_related(*related).defer(
        "entry__round__result__published__snapshot__document", "entry__round__result__published__rows"
    )
    return found.first()


def feedback_of(admission: Admission) -> Feedback:
    """From the published snapshot alone, so that it says what the public list says (pitfalls 10, 18)."""
    entry = admission.entry
    result: Result = entry.round.result
    assert result.published is not None  # published_admission
    snapshot = result.published.snapshot
    means = _means(snapshot.pk, snapshot.sha256)
    own = means.by_entry.get(entry.code, {})
    enough = len(means.by_entry) >= LEAST_WORKS
    return Feedback(
        result=result,
        number=snapshot.number,
        criteria=tuple(
            _criterion(each, own[each.key], [one[each.key] for one in means.by_entry.values()] if enough else [])
            for each in means.criteria
            if each.key in own
        ),
        works=len(means.by_entry),
        has_quartiles=enough,
        comments=author_comments(admission) if admission.comments_released_at else (),
        released=admission.comments_released_at is not None,
    )


def author_comments(admission: Admission) -> tuple[str, ...]:
    """The standing comments to the authors from submitted sheets, shuffled by the round's seed: always alike, and in
    nobody's order."""
    found = SheetComment.objects.filter(
        sheet__entry=admission.entry, kind=SheetComment.Kind.AUTHOR, sheet__state=ScoreSheet.State.SUBMITTED
    ).order_by("sheet_id", "number")
    newest = {sheet_id: text.strip() for sheet_id, text in found.values_list("sheet_id", "text")}
    texts = {str(sheet_id): text for sheet_id, text in newest.items() if text}
    seed = admission.entry.round.kind_round.seed.encode()
    order = draw_order(sorted(texts), secret=seed, public=f"comments-{admission.entry.code}")
    return tuple(texts[key] for key in order)


def own_works(user: User) -> Q:
    """Which works are an account's own: it handed them in, or is one of their authors."""
    return Q(user=user) | Q(authors__user=user)


@dataclass(frozen=True, slots=True)
class _Criterion:
    key: tuple[str, str]
    title: str
    full: int


@dataclass(frozen=True, slots=True)
class _Means:
    """Each ranked work's mean by criterion over its counted sheets, in hundredths."""

    criteria: tuple[_Criterion, ...]
    by_entry: Mapping[str, Mapping[tuple[str, str], Fraction]]


@lru_cache(maxsize=8)
def _means(pk: int, sha256: str) -> _Means:
    """Kept by digest, as standings are."""
    document = Snapshot.objects.values_list("document", flat=True).get(pk=pk, sha256=sha256)
    ranked = {each["entry"] for each in document["output"]["standings"] if each["rank"] is not None}
    criteria = tuple(
        _Criterion((segment["code"], each["code"]), each["title"], _hundredths(each["max_points"]))
        for segment in document["rulebook"]["segments"]
        if segment["scored_by"] == "panel"
        for each in segment["criteria"]
    )
    marks: dict[str, dict[tuple[str, str], list[int]]] = defaultdict(lambda: defaultdict(list))
    sheets: Sequence[Mapping[str, Any]] = document["input"]["sheets"]
    for sheet in sheets:
        if sheet["state"] != ScoreSheet.State.SUBMITTED.value or sheet["entry"] not in ranked:
            continue
        for code, mark in sheet["marks"].items():
            marks[sheet["entry"]][sheet["segment"], code].append(_hundredths(mark))
    by_entry = {
        entry: {key: Fraction(sum(values), len(values)) for key, values in found.items()}
        for entry, found in marks.items()
    }
    return _Means(criteria, by_entry)


def _hundredths(text: str) -> int:
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


def _criterion(each: _Criterion, own: Fraction, others: Sequence[Fraction]) -> CriterionFeedback:
    lower, median, upper = quartiles(others) if others else (Fraction(0),) * 3
    return CriterionFeedback(
        title=each.title,
        full=engine.decimal_text(each.full),
        own=_shown(own),
        lower=_shown(lower) if others else "",
        median=_shown(median) if others else "",
        upper=_shown(upper) if others else "",
        at_own=_percent(own, each.full),
        at_lower=_percent(lower, each.full),
        at_median=_percent(median, each.full),
        at_upper=_percent(upper, each.full),
    )


def _shown(hundredths: Fraction) -> str:
    return str(engine.round_half_up(hundredths / 100, PLACES))


def _percent(hundredths: Fraction, full: int) -> int:
    return int(hundredths * 100 / full)
