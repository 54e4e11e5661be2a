"""推荐单位联络员: the unit's entries, their order, and submitting them."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.selectors import coordinated_units
from contest import services
from contest.forms.unit import UnitOrderForm, read_entries
from contest.models import Contestant
from contest.selectors.units import order_mark, registration_window, standing_entries, unit_entries
from contest.views.loading import actor_of
from contest.views.unit_loading import load_desk, load_unit_group
from contest.views.unit_steps import next_step
from core.access import or_404
from core.exceptions import DomainError

MOST_NAMED = 20


@require_safe
def unit_start(request: HttpRequest) -> HttpResponse:
    """The unit that one coordinates; of several one is chosen."""
    desks = list(coordinated_units(actor_of(request)))
    or_404(bool(desks))
    if len(desks) == 1:
        return redirect("unit_home", desks[0].edition.slug, desks[0].unit_id)
    return render(request, "contest/unit_start.html", {"desks": desks})


@require_safe
def unit_home(request: HttpRequest, slug: str, unit: int) -> HttpResponse:
    """Each contest with its deadline, the unit's places and entries, what they lack, and the next step."""
    desk = load_desk(request, slug, unit)
    now = timezone.now()
    groups = services.unit_groups(desk.unit, desk.contests)
    cards = []
    for contest in desk.contests:
        window = registration_window(contest, now)
        own = groups[contest.pk]
        cards.append(
            {
                "contest": contest,
                "window": window,
                "groups": own,
                "step": next_step(desk, contest, own, window),
                "is_empty": not any(group.lines or group.left for group in own),
                "can_submit": any(line.contestant.status in line.contestant.EDITABLE for g in own for line in g.lines),
            }
        )
    return render(request, "contest/unit_home.html", {**desk.context("home"), "cards": cards})


@require_POST
def unit_submit(request: HttpRequest, slug: str, unit: int, pk: int) -> HttpResponse:
    """Submit the chosen drafts: those that cannot be are named with the reason, the others are done."""
    desk = load_desk(request, slug, unit)
    contest = desk.contest(pk)
    chosen = [int(value) for value in request.POST.getlist("contestant") if value.isdecimal() and len(value) < 19]
    found = list(unit_entries(desk.unit).filter(contest=contest, pk__in=chosen))
    if not found:
        messages.error(request, "请先勾选要提交的选手。")
        return redirect("unit_home", slug, unit)
    read = read_entries(found)
    refused = list(read.refused)
    submitted: list[Contestant] = []
    if read.registrations:
        outcome = services.submit_unit_entries(
            unit=desk.unit,
            contest=contest,
            registrations=read.registrations,
            seen={one.pk: one.version for one in found},
            actor=actor_of(request),
            now=timezone.now(),
        )
        refused += outcome.refused
        submitted = outcome.done
    if submitted:
        done = [one.name for one in submitted]
        named = "、".join(done[:MOST_NAMED])
        messages.success(request, f"已提交 {len(done)} 人：{named}。{_materials_note(submitted)}")
    for one, reason in refused[:MOST_NAMED]:
        messages.error(request, f"{one.name or '（未填姓名）'}没有提交：{reason}")
    if len(refused) > MOST_NAMED:
        messages.error(request, f"还有 {len(refused) - MOST_NAMED} 人没有提交，请逐个打开查看。")
    return redirect("unit_home", slug, unit)


@require_http_methods(["GET", "POST"])
def unit_order(request: HttpRequest, slug: str, unit: int, pk: int) -> HttpResponse:
    """推荐顺序 of a group: numbers typed, buttons up and down, or dragged; a stale page is told so (pitfall 20)."""
    desk, group = load_unit_group(request, slug, unit, pk)
    [own] = [each for each in services.unit_groups(desk.unit, [group.contest])[group.contest_id] if each.group == group]
    entries = [line.contestant for line in own.lines]
    form = UnitOrderForm(request.POST if request.method == "POST" else None, entries=entries)
    if form.is_valid():
        try:
            services.set_unit_order(
                unit=desk.unit,
                group=group,
                contestants=form.order(),
                actor=actor_of(request),
                now=timezone.now(),
                seen=form.cleaned_data["seen"],
            )
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, "推荐顺序已保存。")
        return redirect("unit_order", slug, unit, pk)
    context = {
        **desk.context("order"),
        "group": group,
        "own": own,
        "rows": [(line, form.number_of(line.contestant)) for line in own.lines],
        "form": form,
        "seen": order_mark(standing_entries(entries)),
        "window": registration_window(group.contest, timezone.now()),
    }
    return render(request, "contest/unit_order.html", context)


def _materials_note(submitted: Sequence[Contestant]) -> str:
    """Handed in without all materials is handed in, but it will come back."""
    missing = services.missing_for(submitted)
    lacking = sum(any(item.code.startswith("material.") for item in missing[one.pk]) for one in submitted)
    if lacking:
        return f"其中 {lacking} 人材料不全，补齐之前不能受理：可以先撤回提交、补上材料，或等组委会退回补正。"
    return "组委会审核后，这里会显示结果。"
