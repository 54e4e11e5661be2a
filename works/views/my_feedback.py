"""评审反馈: what an author reads after publication; nothing in it says who reviewed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.access import or_404
from works.engine.quartiles import LEAST_WORKS, METHOD
from works.models import Work
from works.permissions import can_see_feedback
from works.selectors.feedback import feedback_of, published_admission


@require_safe
def feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """The own work by criterion beside the quartiles of its kind, and the comments that were released."""
    works = Work.objects.select_related("kind", "selection__edition").defer("typed", "phone")
    work = get_object_or_404(works.prefetch_related("authors"), pk=pk)
    or_404(can_see_feedback(request.user, work))
    admission = published_admission(work)
    context = {
        "work": work,
        "kind": work.kind,
        "feedback": feedback_of(admission) if admission else None,
        "method": METHOD,
        "least": LEAST_WORKS,
    }
    return render(request, "works/my_feedback.html", context)
