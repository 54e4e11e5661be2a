"""The organiser's list of contestants: find, choose, export."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from contest import services
from contest.forms.registration import RegistrationForm
from contest.models import Contest, Contestant, Group
from contest.selectors.open_calls import is_open
from contest.services.batches import BatchAct
from contest.services.draft_reminders import remind_drafts
from contest.services.review_list import (
    ANY,
    NONE,
    ListFilter,
    list_registrations,
    matching,
    registration_ids,
    registrations_by_number,
    sorted_by,
)
from contest.spreadsheets import contestants_workbook
from contest.views.loading import actor_of, load_contest, load_contest_and_groups, page_number
from core.exceptions import DomainError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Acts on registrations in the order of the list's menu.
LIST_ACTS = tuple(BatchAct)
PROBLEMS = (
    (ANY, "有问题"),
    ("age_group", "年龄不符"),
    ("excluded", "往届获奖者"),
    ("excluded_namesake", "与往届获奖者同名"),
    ("over_quota", "超出单位名额"),
    ("registered_twice", "重复报名"),
    (NONE, "没有问题"),
)
COLUMNS = (
    ("name", "姓名"),
    ("group", "组别"),
    ("title", "讲解题目"),
    ("unit", "单位"),
    ("status", "状态"),
    ("submitted", "提交时间"),
)


@require_http_methods(["GET", "HEAD", "POST"])
def contestants(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    contest, groups = load_contest_and_groups(request, slug, pk)
    if request.method == "POST":
        return _find(request, contest)
    chosen = ListFilter.of(request.GET)
    listed = list_registrations(contest, chosen, groups=groups, page=page_number(request))
    context = {
        "edition": contest.edition,
        "here": "contestants",
        "contest": contest,
        "chosen": chosen,
        "listed": listed,
        "chips": _chips(chosen, listed.statuses),
        "columns": _columns(chosen),
        "groups": groups.values(),
        "channels": Contestant.Channel.choices,
        "missing": _missing_choices(contest, listed.asked.requirements.get(contest.pk, [])),
        "problems": PROBLEMS,
        "units": sorted(listed.units.items(), key=lambda unit: unit[1]),
        "acts": [(act.value, act.label) for act in LIST_ACTS],
        "may_remind": chosen.status == Contestant.Status.DRAFT
        and bool(listed.rows)
        and contest.call_published_at is not None
        and contest.registration_closes_at is not None
        and is_open(contest, timezone.now()),
    }
    return render(request, "contest/contestants.html", context)


@require_POST
def remind(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Remind everybody with a draft of the deadline."""
    contest = load_contest(request, slug, pk)
    try:
        told = remind_drafts(contest=contest, actor=actor_of(request), now=timezone.now())
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, f"已提醒 {told} 人在截止之前提交。")
    address = reverse("organise_contestants", args=[contest.edition.slug, contest.pk])
    return redirect(f"{address}?status={Contestant.Status.DRAFT}")


@require_http_methods(["GET", "POST"])
def export(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What the list shows as a workbook: masked for the asking, in full for a reason that is recorded."""
    contest, groups = load_contest_and_groups(request, slug, pk)
    full = request.method == "POST"
    chosen = ListFilter.of(request.GET)
    if full:
        services.record_export(
            contest=contest,
            count=len(registration_ids(contest, chosen)),
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            now=timezone.now(),
        )
    note = "" if full else "（证件号码和电话已遮盖）"
    people = _exported(contest, chosen, groups)
    content = contestants_workbook(people, title=f"{contest.title}选手名单{note}", full=full)
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{contest.title}选手名单.xlsx')}"
    return response


@require_http_methods(["GET", "POST"])
def contestant_new(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One registration by hand, for somebody who cannot register himself."""
    contest = load_contest(request, slug, pk)
    form = RegistrationForm(request.POST if request.method == "POST" else None, contest=contest)
    if form.is_valid():
        registration = form.registration()
        outcome = services.import_contestants(
            contest=contest, rows=[registration], actor=actor_of(request), now=timezone.now()
        )
        if outcome.created:
            messages.success(request, f"已登记{registration.name}，核对后请受理。")
            made = Contestant.objects.filter(contest=contest, id_index=registration.id_index).order_by("-pk")[0]
            return redirect("organise_contestant", slug, made.pk)
        form.add_error("id_number", "此人已经报名，每人只能报名一次。")
    context = {"edition": contest.edition, "here": "contestants", "contest": contest, "form": form}
    return render(request, "contest/contestant_edit.html", context)


def _find(request: HttpRequest, contest: Contest) -> HttpResponse:
    """The search form's answer: an address that holds words, but never a number."""
    chosen = ListFilter.of(request.POST)
    keys = registrations_by_number(contest, chosen.q)
    if keys is not None:
        if not keys:
            messages.info(request, "没有人用这个完整的证件号码或电话报名。")
        chosen = replace(chosen, q="", found=".".join(str(key) for key in keys) or "0")
    address = reverse("organise_contestants", args=[contest.edition.slug, contest.pk])
    return redirect(f"{address}?{chosen.query}" if chosen.query else address)


def _exported(contest: Contest, chosen: ListFilter, groups: dict[int, Group]) -> Iterator[Contestant]:
    """In one query, a batch of rows at a time; what the rules tell is asked of everybody first."""
    found: Iterable[Contestant]
    if chosen.needs_rules:
        keys = registration_ids(contest, chosen)
        by_key = Contestant.objects.select_related("unit").in_bulk(keys)
        found = (by_key[key] for key in keys)
    else:
        found = sorted_by(matching(contest, chosen), chosen.sort).iterator(chunk_size=500)
    for one in found:
        one.contest, one.group = contest, groups[one.group_id]
        yield one


def _chips(chosen: ListFilter, counts: dict[str, int]) -> list[tuple[str, int, str, bool]]:
    """Label, number, address and whether it is the one that is shown."""
    chips = [("全部", sum(counts.values()), replace(chosen, status="").query, chosen.status == "")]
    for value, label in Contestant.Status.choices:
        if counts.get(value) or chosen.status == value:
            chips.append((label, counts.get(value, 0), replace(chosen, status=value).query, chosen.status == value))
    return chips


def _columns(chosen: ListFilter) -> list[tuple[str, str, str]]:
    """Heading, address that sorts by it, and the direction it is sorted in now."""
    found = []
    for name, label in COLUMNS:
        now = {name: "ascending", f"-{name}": "descending"}.get(chosen.sort, "")
        found.append((label, replace(chosen, sort=f"-{name}" if now == "ascending" else name).query, now))
    return found


def _missing_choices(contest: Contest, requirements: Iterable[object]) -> list[tuple[str, str]]:
    found = [(ANY, "缺资料"), ("unsubmitted", "没有提交"), ("guardian_consent", "缺监护人同意")]
    found += [(f"material.{each.code}", f"缺{each.title}") for each in requirements]  # type: ignore[attr-defined]
    return [*found, (NONE, "资料齐全")]
