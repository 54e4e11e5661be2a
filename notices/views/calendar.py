"""节假日: the years whose official arrangement is known, and one year as a form."""

from django.contrib import messages
from django.forms import BaseFormSet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from core.access import or_404
from core.exceptions import ConflictError
from core.models import Edition
from notices.engine.workdays import years_due
from notices.exceptions import CalendarRefused
from notices.forms.calendar import MOST_ROWS, DayForm, DayFormSet, YearForm, day_forms
from notices.models import CalendarYear
from notices.permissions import can_manage_notices
from notices.selectors.calendar import arrangement, known_years, running_publicities
from notices.services import set_calendar_year, year_mark
from notices.services.calendar import EARLIEST, LATEST

MORE_ROWS = 5


@require_safe
def organise_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    edition = _edition(request, slug)
    years = list(known_years().prefetch_related("days"))
    known = {year.year for year in years}
    today = timezone.localdate()
    context = {
        "edition": edition,
        "here": "calendar",
        "years": [(year, arrangement(year.days.all())) for year in years],
        "missing": [year for year in range(today.year, today.year + 3) if year not in known],
        "due": next((year for year in years_due(today) if year not in known), None),
        "running": running_publicities(),
    }
    return render(request, "notices/calendar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def organise_calendar_year(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """A known year as it is stored, or an empty form for another; POST stores, or adds empty lines with `more`."""
    edition = _edition(request, slug)
    if not EARLIEST <= year <= LATEST:
        raise Http404
    stored = CalendarYear.objects.filter(year=year).first()
    if request.method != "POST":
        form = YearForm(initial={"source": stored.source if stored else "", "seen": year_mark(stored)})
        days = day_forms(arrangement(stored.days.all()) if stored else [])
        return _page(request, edition, year, stored, form, days)
    data = request.POST.copy()
    if "more" in data:
        _add_rows(data)
    form, days = YearForm(data), DayFormSet(data)
    if "more" in data:
        return _page(request, edition, year, stored, form, days)
    if not (form.is_valid() & days.is_valid()):
        return _page(request, edition, year, stored, form, days, status=422)
    try:
        set_calendar_year(
            edition=edition,
            year=year,
            source=form.cleaned_data["source"],
            ranges=[line for each in days if (line := each.day_range())],
            seen=form.cleaned_data["seen"],
            actor=_actor(request),
            now=timezone.now(),
        )
    except CalendarRefused as refused:
        form.add_error(None, refused.message)
        return _page(request, edition, year, stored, form, days, status=422)
    except ConflictError as conflict:
        stored = CalendarYear.objects.filter(year=year).first()
        data["seen"] = year_mark(stored)
        form = YearForm(data)
        form.add_error(None, conflict.message)
        return _page(request, edition, year, stored, form, days, status=409, changed=True)
    messages.success(request, f"{year} 年的安排已保存。已经发布的公示仍按印出的起止日期。")
    return redirect("organise_calendar", slug)


def _page(
    request: HttpRequest,
    edition: Edition,
    year: int,
    stored: CalendarYear | None,
    form: YearForm,
    days: "BaseFormSet[DayForm]",
    *,
    status: int = 200,
    changed: bool = False,
) -> HttpResponse:
    context = {
        "edition": edition,
        "here": "calendar",
        "year": year,
        "stored": stored,
        "form": form,
        "days": days,
        "running": running_publicities(),
        "now_stored": arrangement(stored.days.all()) if changed and stored else [],
    }
    return render(request, "notices/calendar_year.html", context, status=status)


def _add_rows(data: QueryDict) -> None:
    """Some more empty lines than were sent; what was typed stays."""
    sent = data.get("form-TOTAL_FORMS", "")
    count = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 4 else 0
    more = min(count + MORE_ROWS, MOST_ROWS)
    data["form-TOTAL_FORMS"] = str(more)
    for number in range(count, more):
        data.setdefault(f"form-{number}-kind", "holiday")


def _edition(request: HttpRequest, slug: str) -> Edition:
    edition = get_object_or_404(Edition, slug=slug)
    or_404(can_manage_notices(request.user, edition))
    return edition


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # LoginRequiredMiddleware
    return request.user
