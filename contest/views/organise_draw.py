"""抽签: the running order of a group's newest round, typed in or drawn by the system."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from contest import selectors, services
from contest.exceptions import DrawRefused
from contest.forms import LotsForm, OrderForm
from contest.models import Appearance, Group, GroupRound
from contest.views.loading import actor_of, load_group
from scoring.models import Round


@require_safe
def draw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    group = load_group(request, slug, pk)
    return _page(request, group, _newest(group))


@require_POST
def commit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    group = load_group(request, slug, pk)
    services.commit_draw(round=_needed(group).round, actor=actor_of(request), now=timezone.now())
    messages.success(request, "承诺值已公布并记入台账。接下来当众确定公开随机数。")
    return redirect("organise_draw", slug, pk)


@require_POST
def lots(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    group = load_group(request, slug, pk)
    group_round = _needed(group)
    form = LotsForm(request.POST)
    if not form.is_valid():
        return _page(request, group, group_round, lots_form=form)
    public = form.cleaned_data["public"]
    services.draw_lots(round=group_round.round, public=public, actor=actor_of(request), now=timezone.now())
    messages.success(request, "抽签完成，出场顺序已排定。")
    return redirect("organise_draw", slug, pk)


@require_POST
def order(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    group = load_group(request, slug, pk)
    group_round = _needed(group)
    form = _order_form(group_round, request)
    if not form.is_valid():
        return _page(request, group, group_round, order_form=form)
    try:
        services.set_draw_order(
            round=group_round.round,
            order=form.order(),
            reason=form.cleaned_data.get("reason", ""),
            actor=actor_of(request),
            now=timezone.now(),
        )
    except DrawRefused as refused:
        form.add_error(None, refused.message)
        return _page(request, group, group_round, order_form=form)
    messages.success(request, "出场顺序已录入。")
    return redirect("organise_draw", slug, pk)


@require_POST
def kinship(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Judges seated after the draw: put those close to a contestant on the recusal list."""
    group = load_group(request, slug, pk)
    made = services.propose_kinship(round=_needed(group).round, actor=actor_of(request), now=timezone.now())
    messages.success(request, f"{len(made)} 对已列入回避名单，请在本轮页面逐一确认或排除。")
    return redirect("organise_draw", slug, pk)


def _newest(group: Group) -> GroupRound | None:
    return group.group_rounds.select_related("round", "group").order_by("-sequence").first()


def _needed(group: Group) -> GroupRound:
    found = _newest(group)
    if found is None:
        raise Http404
    return found


def _order_form(group_round: GroupRound, request: HttpRequest | None) -> OrderForm:
    contestants = selectors.drawable_contestants(group_round)
    numbers = dict(
        Appearance.objects.filter(entry__round=group_round.round_id).values_list("contestant_id", "draw_order")
    )
    initial = {f"number_{pk}": number for pk, number in numbers.items()}
    again = group_round.drawn_at is not None
    return OrderForm(request.POST if request else None, contestants=contestants, again=again, initial=initial)


def _page(
    request: HttpRequest,
    group: Group,
    group_round: GroupRound | None,
    *,
    lots_form: LotsForm | None = None,
    order_form: OrderForm | None = None,
) -> HttpResponse:
    context = {"edition": group.contest.edition, "here": "contest", "group": group, "group_round": group_round}
    if group_round is not None:
        is_draft = group_round.round.state == Round.State.DRAFT
        appearances = Appearance.objects.filter(entry__round=group_round.round_id)
        context |= {
            "blockers": selectors.draw_blockers(group_round) if is_draft else [],
            "is_draft": is_draft,
            "kinship": selectors.kinship_pairs(group_round.round),
            "appearances": appearances.select_related("entry", "contestant").order_by("draw_order"),
            "lots_form": lots_form or LotsForm(),
            "order_form": order_form or _order_form(group_round, None),
        }
    return render(request, "contest/draw.html", context)
