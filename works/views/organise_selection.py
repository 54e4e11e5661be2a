"""The organiser's overview of a selection, a new selection, and the rules it is judged by."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.exceptions import DomainError
from scoring.selectors.rulebooks import newest_rulebooks
from works.exceptions import SettingRefused
from works.forms.office import SelectionForm, show_refusal
from works.models import Work
from works.selectors.overview import selection_course
from works.services.rulebooks import adopt_rulebook
from works.services.selections import create_selection
from works.views.office_loading import actor_of, load_edition, load_selection


@require_safe
def organise_selection(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """作品评选: its course, and for each kind what to do next and what stands in the way."""
    selection = load_selection(request, slug, pk)
    course = selection_course(selection, timezone.now())
    context = {
        "edition": selection.edition,
        "here": "selection",
        "selection": selection,
        "course": course,
        "statuses": Work.Status.choices,
        "is_new": selection.call_published_at is None and not any(state.counts for state in course.kinds),
    }
    return render(request, "works/organise_selection.html", context)


@require_safe
def organise_selections(request: HttpRequest, slug: str) -> HttpResponse:
    """To the edition's only selection, to the form for the first, or to the overview of several."""
    edition = load_edition(request, slug)
    keys = list(edition.selections.order_by("pk").values_list("pk", flat=True)[:2])
    if not keys:
        return redirect("organise_selection_new", slug)
    return redirect("organise_selection", slug, keys[0]) if len(keys) == 1 else redirect("organise_edition", slug)


@require_http_methods(["GET", "POST"])
def selection_new(request: HttpRequest, slug: str) -> HttpResponse:
    """A selection from a preset; its page then says what comes next."""
    edition = load_edition(request, slug)
    number = edition.selections.count() + 1
    initial = {
        "title": f"{edition.year} 年优秀科普作品评选",
        "slug": "zuopin" if number == 1 else f"zuopin-{number}",
    }
    form = SelectionForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            made = create_selection(edition=edition, **form.cleaned_data, actor=actor_of(request), now=timezone.now())
        except SettingRefused as refused:
            show_refusal(form, refused.message, refused.field)
        else:
            messages.success(request, f"“{made.title}”已建立，下一步是定下申报时间。")
            return redirect("organise_selection", slug, made.pk)
    return render(request, "works/selection_new.html", {"edition": edition, "here": "selection", "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def selection_rulebook(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The selection's rulebook, and the newest version of each of the edition's to adopt instead."""
    selection = load_selection(request, slug, pk)
    offered = [each for each in newest_rulebooks(selection.edition) if each.pk != selection.rulebook_id]
    chosen = next((each for each in offered if str(each.pk) == request.POST.get("rulebook")), None)
    if request.method == "POST" and chosen is not None:
        try:
            adopt_rulebook(selection=selection, rulebook=chosen, actor=actor_of(request), now=timezone.now())
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, f"“{selection.title}”已采用《{chosen.title}》第 {chosen.version} 版。")
            return redirect("organise_selection", slug, pk)
    own_first = sorted(offered, key=lambda each: each.code != selection.rulebook.code)
    context = {"edition": selection.edition, "here": "selection", "selection": selection, "offered": own_first}
    return render(request, "works/selection_rulebook.html", context)
