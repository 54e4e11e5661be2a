"""Who may not review what: same unit, authorship, declared ties (pitfall 23). Such a pair is never assigned."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import UnitAlias
from accounts.selectors import clean_unit_name
from core.text.names import normalise_name
from scoring.models import Entry, Recusal, Round, Seat
from works.models import Admission, DeclaredTie, Work

Source = Recusal.Source
SAME_ACCOUNT = "评审员是本作品的作者、联系人或申报人（同一账号或同一手机号）"
SAME_NAME = "评审员与本作品的作者或联系人同名"
SAME_UNIT = "评审员与推荐单位同属一个单位"
SAME_WORKPLACE = "评审员所在单位就是作者单位"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A pair that may not be, and why."""

    entry: Entry
    seat: Seat
    source: str
    reason: str


def conflicts_of(round: Round) -> list[Conflict]:
    """Every pair of a seat that stands and an entry of the round that may not be assigned, by entry and seat.

    Five queries, whatever the number of works and seats. Of several reasons the nearest is given.
    """
    seats = list(Seat.objects.filter(panel=round.panel_id, removed_at__isnull=True).select_related("judge", "unit"))
    by_key = _seats_by_key(seats)
    by_judge = {seat.judge_id: seat for seat in seats}
    found: dict[tuple[int, int], Conflict] = {}
    admissions = Admission.objects.filter(entry__round=round).select_related("entry", "work")
    # What is encrypted is not looked at, and opening it would take longer than everything else here.
    admissions = admissions.defer("work__typed", "work__phone", "work__details").order_by("entry__order")
    admissions = admissions.prefetch_related("work__authors")
    entries: dict[int, Entry] = {}
    for admission in admissions:
        entry, work = admission.entry, admission.work
        entries[work.pk] = entry
        for key, source, reason in _keys_of(work):
            for seat in by_key.get(key, ()):
                found.setdefault((entry.order, seat.number), Conflict(entry, seat, source, reason))
    ties = DeclaredTie.objects.filter(work__in=entries, judge__in=by_judge).order_by("pk")
    for tie in ties:
        entry, seat = entries[tie.work_id], by_judge[tie.judge_id]
        source = Source.JUDGE if tie.source == DeclaredTie.Source.REVIEWER else Source.ORGANISER
        reason = f"{tie.get_source_display()}：{tie.reason}"
        found.setdefault((entry.order, seat.number), Conflict(entry, seat, source, reason))
    return [found[pair] for pair in sorted(found)]


def _seats_by_key(seats: Iterable[Seat]) -> dict[tuple[str, object], list[Seat]]:
    """Seats by all that makes them too close to a work: account, phone, name, unit and each of the unit's names."""
    names: dict[int, set[str]] = defaultdict(set)
    for seat in seats:
        if seat.unit is not None:
            names[seat.unit.pk].add(clean_unit_name(seat.unit.name))
    for unit_id, name in UnitAlias.objects.filter(unit__in=names).values_list("unit_id", "name"):
        names[unit_id].add(clean_unit_name(name))
    found: dict[tuple[str, object], list[Seat]] = defaultdict(list)
    for seat in seats:
        keys: list[tuple[str, object]] = [("account", seat.judge_id), ("name", normalise_name(seat.judge.name))]
        if seat.judge.phone_index:
            keys.append(("phone", seat.judge.phone_index))
        if seat.unit_id is not None:
            keys += [("unit", seat.unit_id), *(("workplace", name) for name in names[seat.unit_id])]
        for key in keys:
            found[key].append(seat)
    return found


def _keys_of(work: Work) -> list[tuple[tuple[str, object], str, str]]:
    """What of a work would make a seat too close to it, the nearest first."""
    authors = list(work.authors.all())
    accounts = {author.user_id for author in authors} | {work.user_id}
    if work.channel == Work.Channel.INDIVIDUAL:
        accounts.add(work.registered_by_id)
    people = [author.name for author in authors] + [work.contact_name]
    workplaces = [author.workplace for author in authors] + [work.workplace]
    found: list[tuple[tuple[str, object], str, str]] = [
        (("account", pk), Source.SAME_PERSON, SAME_ACCOUNT) for pk in sorted(pk for pk in accounts if pk)
    ]
    if work.phone_index:
        found.append((("phone", work.phone_index), Source.SAME_PERSON, SAME_ACCOUNT))
    found += [(("name", normalise_name(name)), Source.SAME_PERSON, SAME_NAME) for name in people if name]
    if work.unit_id is not None:
        found.append((("unit", work.unit_id), Source.SAME_UNIT, SAME_UNIT))
    found += [
        (("workplace", clean_unit_name(name)), Source.SAME_UNIT, SAME_WORKPLACE) for name in workplaces if name.strip()
    ]
    return found
