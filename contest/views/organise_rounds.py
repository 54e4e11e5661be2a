"""A group's rounds: set up, who goes on from a preliminary, the running order with its times."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contest import selectors, services
from contest.documents.running_order import running_order_workbook
from contest.forms import ChoiceForm, RoundForm, RunningOrderForm, breaks_text
from contest.forms.rounds import CONTESTS_RULES, PRELIMINARY_RULES
from contest.models import Contestant, Group, GroupRound
from contest.views.loading import actor_of, load_group, load_group_round
from core.exceptions import DomainError
from core.files import FORMATS
from scoring.models import Round, Rulebook
from scoring.selectors.rules import rules_of

AUDIENCES = {"hall": "检录与现场", "host": "主持人", "board": "公告栏"}


@require_http_methods(["GET", "HEAD", "POST"])
def round_new(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The group's next round, or a room beside it, with a panel that is there or a new one."""
    group = load_group(request, slug, pk)
    form = RoundForm(request.POST if request.method == "POST" else None, group=group, initial=_suggested(group))
    if form.is_valid():
        try:
            round = _set_up(request, group, form.cleaned_data)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"“{round.title}”已建立，下一步是抽签排定出场顺序。")
            return redirect("organise_contest", slug, group.contest_id)
    context = {
        "edition": group.contest.edition,
        "here": "contest",
        "contest": group.contest,
        "group": group,
        "form": form,
    }
    return render(request, "contest/round_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def advancement(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who goes on from a preliminary: the line, the tied, the list; recorded by the standings or by a decision."""
    group_round = load_group_round(request, slug, pk)
    state = selectors.advancement_state(group_round)
    people = [(each.contestant.pk, each.code) for each in state.line.standings if each.counts] if state.line else []
    form = ChoiceForm(request.POST if request.POST.get("act") == "decide" else None, contestants=people)
    if request.method == "POST":
        decides = request.POST.get("act") == "decide"
        if not decides or form.is_valid():
            choice = {"chosen": form.cleaned_data["chosen"], "reason": form.cleaned_data["reason"]} if decides else {}
            if _recorded(request, group_round, form, choice):
                return redirect("organise_advancement", slug, pk)
    chosen = set(request.POST.getlist("chosen")) if form.is_bound else None
    return render(request, "contest/advancement.html", _advancement_context(group_round, state, form, chosen))


@require_POST
def advancement_move_up(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The next takes the place of somebody who left."""
    group_round = load_group_round(request, slug, pk)
    chosen = Contestant.objects.filter(
        pk=_number(request.POST.get("contestant")) or 0, group=group_round.group_id
    ).first()
    reason = request.POST.get("reason", "")
    try:
        row = services.move_up_next(
            group_round=group_round, contestant=chosen, reason=reason, actor=actor_of(request), now=timezone.now()
        )
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, f"{row.contestant.name}递补，进入下一轮。")
    return redirect("organise_advancement", slug, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def running_order(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The running order with planned times, to look at, plan and print."""
    group_round = load_group_round(request, slug, pk)
    initial = {
        "starts_at": group_round.starts_at and timezone.localtime(group_round.starts_at),
        "slot_seconds": group_round.slot_seconds or selectors.slot_seconds_of(group_round),
        "breaks": breaks_text(group_round.breaks),
    }
    form = RunningOrderForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            services.plan_running_order(
                group_round=group_round, **form.cleaned_data, actor=actor_of(request), now=timezone.now()
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "出场时间已排好。")
            return redirect("organise_running_order", slug, pk)
    slots = selectors.running_order(group_round)
    context = {
        "edition": group_round.round.edition,
        "here": "contest",
        "contest": group_round.group.contest,
        "group_round": group_round,
        "slots": slots,
        "form": form,
        "suggested": selectors.suggested_slot_seconds(rules_of(group_round.round.rulebook)),
        "audiences": AUDIENCES.items(),
    }
    return render(request, "contest/running_order.html", context)


@require_safe
def running_order_print(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The list on A4: `for` names whom, `units` says whether units are on it (never unasked on the notice board)."""
    group_round = load_group_round(request, slug, pk)
    audience = request.GET.get("for", "hall")
    audience = audience if audience in AUDIENCES else "hall"
    context = {
        "edition": group_round.round.edition,
        "group_round": group_round,
        "slots": selectors.running_order(group_round),
        "audience": audience,
        "audience_title": AUDIENCES[audience],
        "units": _wants_units(request, audience),
    }
    return render(request, "contest/running_order_print.html", context)


@require_safe
def running_order_xlsx(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    group_round = load_group_round(request, slug, pk)
    units = _wants_units(request, request.GET.get("for", "hall"))
    content = running_order_workbook(group_round, selectors.running_order(group_round), units=units)
    disposition = content_disposition_header(True, f"出场顺序-{group_round.round.title}.xlsx") or "attachment"
    return HttpResponse(content, content_type=FORMATS["xlsx"].mime, headers={"Content-Disposition": disposition})


def _wants_units(request: HttpRequest, audience: str) -> bool:
    return request.GET.get("units", "0" if audience == "board" else "1") == "1"


def _suggested(group: Group) -> dict[str, str]:
    """What a round is usually called: rooms go on with the next letter, a later round with its number."""
    rows = list(group.group_rounds.select_related("round").order_by("sequence", "pk"))
    title, panel = f"{group.contest.title}{group.title}", f"{group.title}评委组"
    if not rows:
        return {"title": title, "panel_title": panel}
    last = [row for row in rows if row.sequence == rows[-1].sequence]
    if all(row.room and row.round.state == Round.State.DRAFT for row in last):
        room = chr(ord("A") + len(last)) + " 赛场"
        first = last[0]
        return {
            "title": f"{title}{room}",
            "panel_title": f"{panel}（{room}）",
            "room": room,
            "advance_count": str(first.advance_count or ""),
            "line_policy": first.line_policy,
            "medium": first.medium,
            "video_requirement": str(first.video_requirement_id or ""),
            "rules": _rules_of(first, group),
        }
    number = last[0].sequence + 1
    return {"title": f"{title}第 {number} 轮", "panel_title": f"{panel}（第 {number} 轮）"}


def _rules_of(row: GroupRound, group: Group) -> str:
    return CONTESTS_RULES if row.round.rulebook_id == group.contest.rulebook_id else str(row.round.rulebook_id)


def _set_up(request: HttpRequest, group: Group, given: dict[str, Any]) -> Round:
    chosen = _number(given["rules"])
    return services.prepare_round(
        group=group,
        title=given["title"],
        panel=given["panel"],
        panel_title=given["panel_title"],
        rulebook=Rulebook.objects.get(pk=chosen) if chosen else None,
        with_preliminary_rules=given["rules"] == PRELIMINARY_RULES,
        advance_count=given["advance_count"],
        line_policy=given["line_policy"] or GroupRound.LinePolicy.BLOCK,
        room=given["room"],
        medium=given["medium"] or GroupRound.Medium.STAGE,
        video_requirement=given["video_requirement"],
        actor=actor_of(request),
        now=timezone.now(),
    )


def _recorded(request: HttpRequest, group_round: GroupRound, form: ChoiceForm, choice: dict[str, Any]) -> bool:
    try:
        made = services.advance_contestants(
            group_round=group_round, **choice, actor=actor_of(request), now=timezone.now()
        )
    except DomainError as refused:
        if choice:
            form.add_error(None, refused.message)
            return False
        messages.error(request, refused.message)
        return True
    messages.success(request, f"晋级名单已确认，共 {len(made)} 人进入下一轮。")
    return True


def _advancement_context(
    group_round: GroupRound, state: selectors.AdvancementState, form: ChoiceForm, chosen: set[str] | None
) -> dict[str, Any]:
    rows = {row.contestant_id: row for row in state.rows}
    going, tied = (set(state.line.going), set(state.line.tied)) if state.line else (set(), set())
    ticked = {str(pk) for pk in rows or going} if chosen is None else chosen
    lines = [
        {
            "ranked": each,
            "row": rows.get(each.contestant.pk),
            "is_going": each.contestant.pk in going,
            "is_tied": each.contestant.pk in tied,
            "is_chosen": str(each.contestant.pk) in ticked,
        }
        for each in (state.line.standings if state.line else ())
    ]
    return {
        "edition": group_round.round.edition,
        "here": "contest",
        "contest": group_round.group.contest,
        "group_round": group_round,
        "group": group_round.group,
        "state": state,
        "lines": lines,
        "form": form,
        "standing": [row for row in state.rows if row.contestant.status not in Contestant.LEFT],
    }


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
