"""抽签: the running order of a group's newest round with all its rooms, typed in or drawn by the system."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from contest import selectors, services
from contest.exceptions import DrawRefused
from contest.forms import LotsForm, OrderForm, RedrawForm
from contest.models import Appearance, Group, GroupRound, RedrawRequest
from contest.permissions import can_decide_redraw, can_organise
from contest.views.loading import actor_of, load_group
from core.access import or_404
from scoring.models import Entry, Round


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
        services.set_room_orders(
            round=group_round.round,
            orders=form.orders(),
            witnesses=form.cleaned_data["witnesses"],
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
    made = 0
    for room in selectors.rooms_of(_needed(group)):
        made += len(services.propose_kinship(round=room.round, actor=actor_of(request), now=timezone.now()))
    messages.success(request, f"{made} 对已列入回避名单，请在本轮页面逐一确认或排除。")
    return redirect("organise_draw", slug, pk)


@require_POST
def videos(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take up videos that were handed in after the numbering."""
    group = load_group(request, slug, pk)
    changed = 0
    for room in selectors.rooms_of(_needed(group)):
        changed += services.pin_videos(group_round=room, actor=actor_of(request), now=timezone.now())
    messages.success(request, f"已核对，{changed} 位选手的视频有更新。" if changed else "已核对，视频没有变化。")
    return redirect("organise_draw", slug, pk)


@require_POST
def video_forfeit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """弃权: no video was handed in."""
    found = Appearance.objects.select_related("entry__round__edition", "entry__round__group_round", "contestant")
    appearance = get_object_or_404(found, pk=pk, entry__round__edition__slug=slug)
    or_404(can_organise(request.user, appearance.entry.round.edition))
    services.forfeit_without_video(appearance=appearance, actor=actor_of(request), now=timezone.now())
    messages.success(request, f"{appearance.contestant.name}未提交视频，记为弃权，不计分也不占名额。")
    return redirect("organise_draw", slug, appearance.entry.round.group_round.group_id)


@require_POST
def redraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask for a redraw; another account decides."""
    group = load_group(request, slug, pk)
    group_round = _needed(group)
    form = RedrawForm(request.POST)
    if not form.is_valid():
        return _page(request, group, group_round, redraw_form=form)
    try:
        services.ask_redraw(
            round=group_round.round, reason=form.cleaned_data["reason"], actor=actor_of(request), now=timezone.now()
        )
    except DrawRefused as refused:
        form.add_error(None, refused.message)
        return _page(request, group, group_round, redraw_form=form)
    messages.success(request, "申请已提出，等另一个账号（组委会或监督员）确认。")
    return redirect("organise_draw", slug, pk)


def _newest(group: Group) -> GroupRound | None:
    """The first room of the group's last sequence."""
    return group.group_rounds.select_related("round__edition", "group__contest").order_by("-sequence", "pk").first()


def _needed(group: Group) -> GroupRound:
    found = _newest(group)
    if found is None:
        raise Http404
    return found


def _order_form(group_round: GroupRound, request: HttpRequest | None) -> OrderForm:
    contestants = selectors.drawable_contestants(group_round)
    return OrderForm(request.POST if request else None, contestants=contestants, rooms=selectors.rooms_of(group_round))


def _page(
    request: HttpRequest,
    group: Group,
    group_round: GroupRound | None,
    *,
    lots_form: LotsForm | None = None,
    order_form: OrderForm | None = None,
    redraw_form: RedrawForm | None = None,
) -> HttpResponse:
    context = {
        "edition": group.contest.edition,
        "here": "contest",
        "contest": group.contest,
        "group": group,
        "group_round": group_round,
    }
    if group_round is not None:
        rooms = selectors.rooms_of(group_round)
        is_draft = all(room.round.state == Round.State.DRAFT for room in rooms)
        may_type = is_draft and group_round.drawn_at is None and not group_round.draw_commitment
        asked = RedrawRequest.objects.filter(group_round=group_round, state=RedrawRequest.State.ASKED)
        waiting = asked.select_related("asked_by", "group_round__round__edition").first()
        context |= {
            "rooms": [(room, _appearances(room)) for room in rooms],
            "several": len(rooms) > 1,
            "blockers": selectors.draw_blockers(group_round) if is_draft and not group_round.drawn_at else [],
            "is_draft": is_draft,
            "kinship": [(room, pair) for room in rooms for pair in selectors.kinship_pairs(room.round)],
            "video_gaps": _video_gaps(group_round, rooms) if is_draft else [],
            "may_type": may_type,
            "lots_form": lots_form or LotsForm(),
            "order_form": order_form or (_order_form(group_round, None) if may_type else None),
            "redraw_form": redraw_form or RedrawForm(),
            "redraw": waiting,
            "may_decide": waiting is not None and can_decide_redraw(request.user, waiting),
        }
    return render(request, "contest/draw.html", context)


def _appearances(room: GroupRound) -> list[Appearance]:
    found = Appearance.objects.filter(entry__round=room.round_id).select_related("entry", "contestant")
    return list(found.order_by("draw_order"))


def _video_gaps(group_round: GroupRound, rooms: list[GroupRound]) -> list[tuple[str, Appearance | None]]:
    """Who has not handed the video in, with the place where a forfeit is recorded once there is one."""
    gaps = selectors.without_video(group_round)
    found = Appearance.objects.filter(entry__round__group_round__in=rooms, contestant__in=gaps)
    placed = {one.contestant_id: one for one in found.select_related("entry")}
    return [
        (contestant.name, placed.get(contestant.pk))
        for contestant in gaps
        if contestant.pk not in placed or placed[contestant.pk].entry.status == Entry.Status.COMPETING
    ]
