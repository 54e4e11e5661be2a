"""Who would no longer be of the right age if a group's ages or the first day changed."""

from collections.abc import Mapping
from datetime import date

from contest.exceptions import SettingRefused
from contest.models import Contest, Contestant
from contest.services.registrations import full_years

MOST_NAMED = 5
Ages = tuple[int | None, int | None]


def refuse_falling_out(contest: Contest, ages: Mapping[int, Ages], first_day: date, *, field: str) -> None:
    """Refuse (SettingRefused) ages by group, counted on `first_day`, that accepted contestants do not meet.

    They were accepted in good faith: nobody falls out silently, each is named, and the organiser decides first.
    """
    accepted = Contestant.objects.filter(
        contest=contest, group__in=ages, status=Contestant.Status.ACCEPTED, birth_date__isnull=False
    ).order_by("pk")
    out = [
        f"{name}（{full_years(born, first_day)} 周岁）"
        for name, born, group_id in accepted.values_list("name", "birth_date", "group_id")
        if born is not None and not _fits(full_years(born, first_day), ages[group_id])
    ]
    if out:
        raise SettingRefused(
            f"这样改，已受理的{named(out)}就不符合组别的年龄。请先办理换组、退回或不予受理，再改这里。", field=field
        )


def named(people: list[str]) -> str:
    """A list of people as a sentence names it: the first few, and how many in all."""
    shown = "、".join(people[:MOST_NAMED])
    return f"{shown}等 {len(people)} 人" if len(people) > MOST_NAMED else shown


def _fits(age: int, ages: Ages) -> bool:
    low, high = ages
    return (low is None or age >= low) and (high is None or age <= high)
