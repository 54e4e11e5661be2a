"""作品展示: whoever is on a published list, as that list has them. Nothing of it is computed from live rows.

What is asked for is looked for among these rows only, so that no filter, count, order or page says anything of whoever
is not shown (pitfall 15).
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import QuerySet
from django.urls import reverse

from contest.selectors.gallery import contest_rounds
from core.models import Edition
from results.models import HiddenEntry, Result
from results.rendering import tiers_of
from results.selectors import Row
from works.selectors.gallery import ShownWork, forms_of_rounds, publishers_of, shown_works

PER_PAGE = 24
PERSON = "person"
KINDS = {"book": "图书", "video": "微视频", PERSON: "讲解选手"}
LONGEST_SEARCH = 60


@dataclass(frozen=True, slots=True)
class Winner:
    """A row of a published roster that won something. `award` is its tier and titles; `work` is there on one's page."""

    result: Result
    kind: str
    entry: str
    people: tuple[str, ...]
    unit: str
    title: str
    tier: str
    award: str
    top: bool
    advances: bool
    publisher: str = ""
    work: ShownWork | None = None

    @property
    def address(self) -> str:
        """The work's page; a person has none."""
        return "" if self.kind == PERSON else reverse("gallery_work", args=[self.result.pk, self.entry])

    @property
    def picture(self) -> str:
        """Address of the cover or poster, "" where none is shown."""
        if self.work is None or not self.work.picture:
            return ""
        return reverse(f"gallery_{self.work.picture}", args=[self.result.pk, self.entry])

    @property
    def kind_title(self) -> str:
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a visitor asks the gallery for; "" is all."""

    kind: str = ""
    edition: str = ""
    tier: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Gallery:
    """Rows found, and what one can choose: kinds, editions and tiers that have rows."""

    found: list[Winner]
    kinds: dict[str, str] = field(default_factory=dict)
    editions: dict[str, str] = field(default_factory=dict)
    tiers: list[str] = field(default_factory=list)


def gallery(wanted: Wanted) -> Gallery:
    """Everybody shown who is wanted, the newest edition's first; the same five queries for any number."""
    shown = winners(published())
    return Gallery(
        found=[each for each in shown if _is_wanted(each, wanted)],
        kinds={kind: title for kind, title in KINDS.items() if any(each.kind == kind for each in shown)},
        editions={each.result.edition.slug: each.result.edition.title for each in shown},
        tiers=list(dict.fromkeys(each.tier for each in shown if each.tier)),
    )


def published() -> QuerySet[Result]:
    """Results whose lists the public sees now, with their rows: those of a withdrawn one are gone at once."""
    return (
        Result.objects.filter(state=Result.State.PUBLISHED, edition__is_rehearsal=False)
        .select_related("edition", "published__snapshot")
        .defer("published__snapshot__document")
        .order_by("-edition__year", "edition__slug", "-published_at", "pk")
    )


def winners(results: Iterable[Result]) -> list[Winner]:
    """Winners of results in the order of their lists; whose people are hidden are left out."""
    rows = list(results)
    rounds = [result.round_id for result in rows]
    forms = forms_of_rounds(rounds)
    publishers = publishers_of(forms)
    on_stage = contest_rounds(rounds)
    hidden: dict[int, set[str]] = {}
    for result_id, code in HiddenEntry.objects.filter(result__in=rows).values_list("result_id", "entry"):
        hidden.setdefault(result_id, set()).add(code)
    found = []
    for result in rows:
        kind = PERSON if result.round_id in on_stage else forms.get(result.round_id, "")
        if kind not in KINDS:
            continue
        for row, top in _honoured(result):
            if row["entry"] not in hidden.get(result.pk, ()):
                publisher = publishers.get((result.round_id, row["entry"]), "")
                found.append(_winner(result, kind, row, top, publisher))
    return found


def with_works(page: Sequence[Winner]) -> list[Winner]:
    """The same rows with what is shown of their works: two queries for a whole page."""
    keys = [(each.result.round_id, each.entry) for each in page if each.kind != PERSON]
    works = shown_works(keys) if keys else {}
    return [
        replace(each, work=None if each.kind == PERSON else works.get((each.result.round_id, each.entry)))
        for each in page
    ]


def work_on_show(result_id: int, entry: str) -> Winner | None:
    """One work as its page shows it; None for a person, and for whatever is not in the gallery (any more)."""
    for each in winners(published().filter(pk=result_id)):
        if each.entry == entry and each.kind != PERSON:
            return with_works([each])[0]
    return None


def newest_works(edition: Edition, count: int) -> list[Winner]:
    """The first works of an edition that have something to look at, else its first ones."""
    works = [each for each in winners(published().filter(edition=edition)) if each.kind != PERSON]
    # Looking at more than a few for a picture would make the home page as slow as the gallery.
    looked_at = with_works(works[: 4 * count])
    return sorted(looked_at, key=lambda each: not each.picture)[:count]


def _honoured(result: Result) -> Iterable[tuple[Row, bool]]:
    assert result.published is not None  # a published result has its roster (database constraint)
    for tier in tiers_of(result.published, result.list_order):
        for row in tier.rows:
            yield row, tier.top
    for row in result.published.rows:
        if row["titles"] and not row["tier"]:
            yield row, False


def _winner(result: Result, kind: str, row: Row, top: bool, publisher: str) -> Winner:
    awards = [row["tier_title"], *(title["title"] for title in row["titles"])]
    return Winner(
        result=result,
        kind=kind,
        entry=row["entry"],
        people=tuple(row["people"]),
        unit=row["unit"],
        title=row["title"],
        tier=row["tier_title"],
        award="、".join(filter(None, awards)),
        top=top,
        advances=row["advances"],
        publisher=publisher,
    )


def _is_wanted(each: Winner, wanted: Wanted) -> bool:
    if wanted.kind and each.kind != wanted.kind:
        return False
    if wanted.edition and each.result.edition.slug != wanted.edition:
        return False
    if wanted.tier and each.tier != wanted.tier:
        return False
    words = _plain(wanted.words)
    return not words or any(words in _plain(text) for text in (each.title, *each.people, each.unit, each.publisher))


def _plain(text: str) -> str:
    """As texts are compared: full-width letters narrowed, case and blanks left out (王　明 is 王明)."""
    return "".join(unicodedata.normalize("NFKC", text[: 4 * LONGEST_SEARCH]).casefold().split())
