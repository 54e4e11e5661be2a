"""Two versions of a roster beside each other: who came, who went, what is said otherwise."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.access import or_404
from results.models import Result, Roster
from results.permissions import can_manage_result
from results.selectors import roster_difference


@require_safe
def organise_difference(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """`old` and `new` are versions; without them the public one, or the one before, and the newest."""
    result = get_object_or_404(Result.objects.select_related("edition"), pk=pk, edition__slug=slug)
    or_404(can_manage_result(request.user, result))
    versions = list(result.rosters.select_related("snapshot").defer("rows", "snapshot__document").order_by("-version"))
    old, new = _chosen(result, versions, request.GET.get("old", ""), request.GET.get("new", ""))
    rows = Roster.objects.in_bulk([each.pk for each in (old, new) if each])
    context = {
        "edition": result.edition,
        "here": "contest",
        "result": result,
        "versions": versions,
        "old": old,
        "new": new,
        "difference": roster_difference(rows[old.pk], rows[new.pk]) if old and new else None,
    }
    return render(request, "results/organise_difference.html", context)


def _chosen(result: Result, versions: Sequence[Roster], old: str, new: str) -> tuple[Roster | None, Roster | None]:
    """The two to compare, None where there are not two; a version that is not there counts as not chosen."""
    by_version = {str(each.version): each for each in versions}
    after = by_version.get(new) or (versions[0] if versions else None)
    if after is None:
        return None, None
    public = next((each for each in versions if each.pk == result.published_id and each.version < after.version), None)
    earlier = next((each for each in versions if each.version < after.version), None)
    return by_version.get(old) or public or earlier, after
