"""What stands in the way of closing an edition."""

from django.db.models import Max
from django.db.models.functions import Coalesce

from core.models import Edition
from results.models import Objection, Result
from results.selectors.blockers import objection_in_words
from scoring.models import Round


def closing_blockers(edition: Edition) -> list[str]:
    """Open rounds, lists that are not public, open objections: each by its name; empty when nothing is left.

    A round still in preparation was never held and stands in nobody's way; a result that was withdrawn has been
    answered for. Three queries.
    """
    rounds = Round.objects.filter(edition=edition, state=Round.State.OPEN).order_by("pk")
    found = [f"“{each.title}”还在评分，请先封存" for each in rounds]
    results = Result.objects.filter(edition=edition).exclude(state=Result.State.WITHDRAWN)
    newest = results.annotate(newest=Max("rosters__version"), shown=Coalesce("published__version", 0)).order_by("pk")
    for result in newest:
        name = f"《{result.title}》{result.group_title}"
        if result.state != Result.State.PUBLISHED:
            found.append(f"{name}的结果{result.get_state_display()}，还没有公布")
        elif result.newest != result.shown:
            found.append(f"{name}有更新的名册 v{result.newest} 没有公布")
    objections = Objection.objects.filter(result__edition=edition, state__in=Objection.OPEN).order_by("pk")
    return found + [objection_in_words(each) for each in objections]
