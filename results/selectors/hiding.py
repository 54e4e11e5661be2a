"""Whose names a result does not show in public any more."""

from django.db.models import QuerySet

from results.models import HiddenEntry, Result


def hidden_codes(result: Result) -> frozenset[str]:
    """Codes of the rows whose people are not named in public."""
    return frozenset(HiddenEntry.objects.filter(result=result).values_list("entry", flat=True))


def hidden_entries(result: Result) -> QuerySet[HiddenEntry]:
    """The same rows with reason, and who hid them when."""
    return HiddenEntry.objects.filter(result=result).select_related("hidden_by").order_by("entry")


def hidden_names(result: Result) -> list[str]:
    """Names that any version of the roster has in those rows: an older list must not name them either."""
    codes = hidden_codes(result)
    if not codes:
        return []
    rows = (row for roster in result.rosters.order_by("version") for row in roster.rows if row["entry"] in codes)
    return list(dict.fromkeys(name for row in rows for name in row["people"] if name))
