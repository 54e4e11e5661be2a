"""A selection's set-up for the next edition: nothing of this year's works, dates or results."""

from collections.abc import Mapping

from core.models import Edition
from core.text.dates import years_later
from scoring.models import Rulebook
from works.models import Selection


def copy_selection_setup(*, source: Selection, edition: Edition, rulebooks: Mapping[str, Rulebook]) -> Selection:
    """The selection with kinds, fields, what files they ask for, and the list of former winners.

    Its title names the new year, its rulebook is the copy of the same code in `rulebooks`. Dates of submission stay
    empty and the call is a draft; the windows of publication move by the years between the editions. Part of one
    transaction of the caller, who records the event.
    """
    years = edition.year - source.edition.year
    selection = Selection.objects.create(
        edition=edition,
        slug=source.slug,
        title=source.title.replace(str(source.edition.year), str(edition.year)),
        rulebook=rulebooks[source.rulebook.code],
        call_text=source.call_text,
        grace_minutes=source.grace_minutes,
        individuals_may_submit=source.individuals_may_submit,
        most_authors=source.most_authors,
        file_name_rule=source.file_name_rule,
    )
    for kind in source.kinds.order_by("order", "pk"):
        asked = list(kind.file_requirements.order_by("order", "pk"))
        kind.pk, kind.selection = None, selection
        kind.window_from = kind.window_from and years_later(kind.window_from, years)
        kind.window_to = kind.window_to and years_later(kind.window_to, years)
        kind.save(force_insert=True)
        for each in asked:
            each.pk, each.kind = None, kind
            each.save(force_insert=True)
    for winner in source.former_winners.order_by("pk"):
        winner.pk, winner.selection = None, selection
        winner.save(force_insert=True)
    return selection
