"""推荐单位联络员: the unit's works, their order, and submitting them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.exceptions import DomainError
from works import services
from works.forms.unit import WorkOrderForm
from works.models import Work
from works.selectors.submitting import submission_window
from works.services.places import order_mark, standing_works
from works.views.submitting import actor_of
from works.views.unit_loading import load_desk, load_unit_kind

MOST_NAMED = 20


@never_cache
@require_safe
def unit_works(request: HttpRequest, slug: str, unit: int) -> HttpResponse:
    """Each selection with its deadline, the unit's places and works, what they lack."""
    desk = load_desk(request, slug, unit)
    now = timezone.now()
    kinds = services.unit_kinds(desk.unit, desk.selections)
    cards = []
    for selection in desk.selections:
        own = kinds[selection.pk]
        lines = [line for kind in own for line in kind.lines]
        cards.append(
            {
                "selection": selection,
                "window": submission_window(selection, now),
                "kinds": own,
                "can_submit": any(_is_open(line.work) for line in lines),
                "returned": [line for line in lines if line.work.status == Work.Status.RETURNED],
                "drafts": sum(line.work.status == Work.Status.DRAFT for line in lines),
            }
        )
    return render(request, "works/unit_works.html", {**desk.context("works"), "cards": cards})


@require_POST
def unit_works_submit(request: HttpRequest, slug: str, unit: int, pk: int) -> HttpResponse:
    """Submit the chosen drafts, or all: those that cannot be are named with the reason, the others are done."""
    desk = load_desk(request, slug, unit)
    selection = desk.selection(pk)
    seen = {number: version for number, version in map(_pair, request.POST.getlist("seen")) if number}
    chosen = {
        int(text) for text in request.POST.getlist("work") if text.isascii() and text.isdecimal() and len(text) < 19
    }
    if request.POST.get("act") == "all":
        chosen = set(seen)
    try:
        outcome = services.submit_unit_works(
            unit=desk.unit,
            selection=selection,
            works={number: version for number, version in seen.items() if number in chosen},
            declared="declared" in request.POST,
            actor=actor_of(request),
            now=timezone.now(),
        )
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect("unit_works", slug, unit)
    if outcome.done:
        named = "、".join(f"《{one.title}》" for one in outcome.done[:MOST_NAMED])
        messages.success(request, f"已提交 {len(outcome.done)} 件：{named}。组委会审查后，这里会显示结果。")
    for one, reason in outcome.refused[:MOST_NAMED]:
        messages.error(request, f"《{one.title or '未填名称'}》没有提交：{reason}")
    if len(outcome.refused) > MOST_NAMED:
        messages.error(request, f"还有 {len(outcome.refused) - MOST_NAMED} 件没有提交，请逐件打开查看。")
    return redirect("unit_works", slug, unit)


@never_cache
@require_http_methods(["GET", "POST"])
def unit_works_order(request: HttpRequest, slug: str, unit: int, pk: int) -> HttpResponse:
    """推荐顺序 of a kind: numbers typed, or buttons up and down; a stale page is told so (pitfall 20)."""
    desk, kind = load_unit_kind(request, slug, unit, pk)
    [own] = [each for each in services.unit_kinds(desk.unit, [kind.selection])[kind.selection_id] if each.kind == kind]
    works = [line.work for line in own.lines]
    form = WorkOrderForm(request.POST if request.method == "POST" else None, works=works)
    if form.is_valid():
        try:
            services.set_unit_order(
                unit=desk.unit,
                kind=kind,
                works=form.order(),
                actor=actor_of(request),
                now=timezone.now(),
                seen=form.cleaned_data["seen"],
            )
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, "推荐顺序已保存。")
        return redirect("unit_works_order", slug, unit, pk)
    context = {
        **desk.context("works"),
        "kind": kind,
        "own": own,
        "rows": [(line, form.number_of(line.work)) for line in own.lines],
        "seen": order_mark(standing_works(works)),
        "window": submission_window(kind.selection, timezone.now()),
    }
    return render(request, "works/unit_works_order.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def unit_work_new(request: HttpRequest, slug: str, unit: int, pk: int) -> HttpResponse:
    """A new draft of the unit, in the kind that is chosen."""
    desk = load_desk(request, slug, unit)
    selection = desk.selection(pk)
    own = services.unit_kinds(desk.unit, [selection])[selection.pk]
    if request.method == "POST":
        chosen = next((each.kind for each in own if str(each.kind.pk) == request.POST.get("kind")), None)
        if chosen is None:
            messages.error(request, "请选择作品类别。")
            return redirect("unit_work_new", slug, unit, pk)
        try:
            started = services.start_work(
                kind=chosen, channel=Work.Channel.UNIT, unit=desk.unit, actor=actor_of(request), now=timezone.now()
            )
        except DomainError as refused:
            messages.error(request, refused.message)
            return redirect("unit_works", slug, unit)
        return redirect("unit_work", started.pk)
    window = submission_window(selection, timezone.now())
    context = {**desk.context("works"), "selection": selection, "kinds": own, "window": window}
    return render(request, "works/unit_work_new.html", context)


def _is_open(work: Work) -> bool:
    return work.status in Work.EDITABLE and work.channel != Work.Channel.INDIVIDUAL


def _pair(text: str) -> tuple[int, int]:
    """A work's number and the version that the page showed: 12-3."""
    number, _, version = text.partition("-")
    fits = all(part.isascii() and part.isdecimal() and len(part) < 19 for part in (number, version))
    return (int(number), int(version)) if fits else (0, 0)
