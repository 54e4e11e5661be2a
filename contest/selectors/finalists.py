"""Places of a list of finalists."""

from contest.models import Finalist
from results.models import Result


def open_places(result: Result) -> int:
    """Finalists' places that somebody gave up and nobody has taken yet (pitfall 3)."""
    rows = Finalist.objects.filter(result=result).values_list("kind", "state")
    places = sum(kind == Finalist.Kind.FINALIST for kind, _ in rows)
    taken = sum(
        (kind, state) == (Finalist.Kind.FINALIST, Finalist.State.STANDING) or state == Finalist.State.MOVED_UP
        for kind, state in rows
    )
    return places - taken
