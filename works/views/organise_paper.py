"""样书登记: paper copies as the post brings them, found by number, title or ISBN."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from works.exceptions import SettingRefused
from works.forms.office import show_refusal
from works.forms.screening import PaperForm
from works.models import PaperCopy, Selection, Work
from works.selectors.gathering import paper_count
from works.services.paper_copies import record_paper_copies
from works.services.work_list import ListFilter, matching
from works.views.office_loading import actor_of, load_selection

MOST_FOUND = 20
MOST_LINES = 50


@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Find a work, write down how many copies came and when; the newest lines stand below."""
    selection = load_selection(request, slug, pk)
    words = request.GET.get("q", "").replace("\0", "").strip()[:80]
    if request.method != "POST":
        return _page(request, selection, words)
    form = PaperForm(request.POST)
    if form.is_valid():
        typed = dict(form.cleaned_data)
        row = selection.works.filter(pk=typed.pop("work")).first()
        if row is None:
            form.add_error(None, "没有这件作品，请重新查找。")
        else:
            try:
                record_paper_copies(work=row, **typed, actor=actor_of(request), now=timezone.now())
            except SettingRefused as refused:
                show_refusal(form, refused.message, refused.field)
            else:
                messages.success(request, f"{row.number}《{row.title}》：登记 {typed['count']} 份。")
                address = reverse("organise_paper_copies", args=[slug, pk])
                return redirect(f"{address}?{urlencode({'q': words})}" if words else address)
    return _page(request, selection, words, form=form)


def _page(request: HttpRequest, selection: Selection, words: str, *, form: PaperForm | None = None) -> HttpResponse:
    today = timezone.localdate()
    found = _found(selection, words)
    rows = [
        (work, form if form is not None and form["work"].value() == str(work.pk) else _empty(work, today))
        for work in found[:MOST_FOUND]
    ]
    lines = PaperCopy.objects.filter(work__selection=selection).select_related("work__kind", "recorded_by")
    asked = Work.objects.filter(selection=selection, kind__paper_copies__gt=0).exclude(status__in=Work.LEFT)
    counts = list(asked.annotate(paper_count=paper_count()).values_list("paper_count", "kind__paper_copies"))
    context = {
        "edition": selection.edition,
        "here": "works",
        "selection": selection,
        "q": words,
        "rows": rows,
        "found_more": len(found) > MOST_FOUND,
        "most_found": MOST_FOUND,
        "lines": lines.order_by("-pk")[:MOST_LINES],
        "complete": sum(came >= wanted for came, wanted in counts),
        "asked": len(counts),
    }
    return render(request, "works/organise_paper.html", context)


def _found(selection: Selection, words: str) -> list[Work]:
    """Works of kinds that want paper copies: those that the words mean, else those that are short of them."""
    found = matching(selection, ListFilter(q=words)).filter(kind__paper_copies__gt=0).exclude(status__in=Work.LEFT)
    counted = found.select_related("kind", "unit").annotate(paper_count=paper_count()).order_by("pk")
    return list(counted[: MOST_FOUND + 1]) if words else []


def _empty(work: Work, today: object) -> PaperForm:
    return PaperForm(initial={"work": work.pk, "received_on": today}, auto_id=f"id_{work.pk}_%s")
