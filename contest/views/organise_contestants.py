"""The organiser's list of contestants: find, correct, record consent, withdraw, export."""

from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contest import selectors, services
from contest.exceptions import RegistrationRefused
from contest.forms import ContestantForm, LeaveForm
from contest.models import Contest, Contestant
from contest.spreadsheets import contestants_workbook
from contest.views.loading import actor_of, load_contest, load_contestant
from core.exceptions import DomainError

PAGE_SIZE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def contestants(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    contest = load_contest(request, slug, pk)
    chosen = _filters(request)
    found = selectors.registered(contest, **chosen)
    context = {
        "edition": contest.edition,
        "here": "contestants",
        "contest": contest,
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "groups": contest.groups.order_by("pk"),
        "statuses": Contestant.Status.choices,
        "chosen": chosen,
        "drafts": selectors.registered(contest, status=Contestant.Status.DRAFT).count(),
    }
    return render(request, "contest/contestants.html", context)


@require_POST
def consent(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """登记监护人书面同意 for the chosen drafts, or for all of them."""
    contest = load_contest(request, slug, pk)
    chosen = [int(value) for value in request.POST.getlist("contestant") if value.isdecimal() and len(value) < 19]
    if request.POST.get("everybody"):
        drafts = selectors.registered(contest, status=Contestant.Status.DRAFT)
        chosen = list(drafts.values_list("pk", flat=True))
    done = services.record_guardian_consent(
        contest=contest, contestants=chosen, actor=actor_of(request), now=timezone.now()
    )
    messages.success(request, f"已登记 {len(done)} 位选手的监护人书面同意，他们已受理。")
    return redirect("organise_contestants", slug, pk)


@require_http_methods(["GET", "POST"])
def export(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What the list shows as a workbook: masked for the asking, in full for a reason that is recorded."""
    contest = load_contest(request, slug, pk)
    full = request.method == "POST"
    found = selectors.registered(contest, **_filters(request))
    people = list(found)
    if full:
        reason = request.POST.get("reason", "")
        services.record_export(
            contest=contest, count=len(people), reason=reason, actor=actor_of(request), now=timezone.now()
        )
    note = "" if full else "（身份证号和电话已遮盖）"
    content = contestants_workbook(people, title=f"{contest.title}选手名单{note}", full=full)
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{contest.title}选手名单.xlsx')}"
    return response


@require_http_methods(["GET", "POST"])
def contestant_new(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One registration by hand."""
    contest = load_contest(request, slug, pk)
    form = ContestantForm(request.POST if request.method == "POST" else None, contest=contest)
    if form.is_valid():
        outcome = services.import_contestants(
            contest=contest, rows=[form.registration()], actor=actor_of(request), now=timezone.now()
        )
        if outcome.created:
            messages.success(request, f"已登记{form.cleaned_data['name']}。")
            return redirect("organise_contestants", slug, pk)
        form.add_error("id_number", "此人已经报名，每人只能报名一次。")
    context = {"edition": contest.edition, "here": "contestants", "contest": contest, "form": form}
    return render(request, "contest/contestant.html", context)


@require_http_methods(["GET", "POST"])
def contestant(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = load_contestant(request, slug, pk)
    contest: Contest = found.contest
    if request.method == "POST":
        form = ContestantForm(request.POST, contest=contest)
        if form.is_valid() and _change(request, found, form):
            messages.success(request, "已保存。")
            return redirect("organise_contestant", slug, pk)
    else:
        initial = services.typed_values(found)
        form = ContestantForm(initial=initial, contest=contest)
    return _contestant_page(request, found, form, LeaveForm())


@require_POST
def leave(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The contestant withdraws, or is refused."""
    found = load_contestant(request, slug, pk)
    form = LeaveForm(request.POST)
    if not form.is_valid():
        initial = services.typed_values(found)
        return _contestant_page(request, found, ContestantForm(initial=initial, contest=found.contest), form)
    act = services.withdraw_contestant if form.cleaned_data["kind"] == "withdraw" else services.refuse_contestant
    act(contestant=found, reason=form.cleaned_data["reason"], actor=actor_of(request), now=timezone.now())
    messages.success(request, f"已登记{found.name}：{form.cleaned_data['reason']}。")
    return redirect("organise_contestant", slug, pk)


@never_cache
@require_POST
def account(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Open the contestant's account. The code is shown in the answer itself: nothing keeps it for a second request."""
    found = load_contestant(request, slug, pk)
    try:
        opened = services.open_participant_account(contestant=found, actor=actor_of(request), now=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("organise_contestant", slug, pk)
    if not opened.code:
        messages.success(request, f"已关联到{opened.user.name}原有的账号，请本人用原来的密码登录。")
        return redirect("organise_contestant", slug, pk)
    context = {
        "edition": found.contest.edition,
        "here": "contestants",
        "contestant": found,
        "person": opened.user,
        "code": opened.code,
        "link": f"{settings.PUBLIC_ORIGIN or request.build_absolute_uri('/')[:-1]}{reverse('reset_by_code')}",
    }
    return render(request, "contest/participant_code.html", context)


def _change(request: HttpRequest, found: Contestant, form: ContestantForm) -> bool:
    try:
        services.change_contestant(
            contestant=found, registration=form.registration(), actor=actor_of(request), now=timezone.now()
        )
    except RegistrationRefused as refused:
        for field, message in refused.faults:
            form.add_error(field, message)
        return False
    return True


def _contestant_page(
    request: HttpRequest, found: Contestant, form: ContestantForm, leave_form: LeaveForm
) -> HttpResponse:
    context = {
        "edition": found.contest.edition,
        "here": "contestants",
        "contest": found.contest,
        "contestant": found,
        "form": form,
        "leave_form": leave_form,
        "appearances": found.appearances.select_related("entry__round").order_by("pk"),
        "finals": found.finals.select_related("result"),
    }
    return render(request, "contest/contestant.html", context)


def _filters(request: HttpRequest) -> dict[str, str]:
    return {
        "group": request.GET.get("group", ""),
        "status": request.GET.get("status", ""),
        "search": request.GET.get("q", "").strip(),
    }
