"""A contest at a glance: each group's next step and what stands in its way."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse

from contest.models import Contest, Contestant, Group, GroupRound
from contest.selectors.advancements import rooms_to_settle
from contest.selectors.draws import draw_blockers, kinship_pairs
from results.models import Confirmation, Result, Roster
from scoring.models import Round, ScoreSheet
from scoring.selectors import latest_snapshot

Status = Contestant.Status
_UNDECIDED = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED)


@dataclass(frozen=True)
class NextStep:
    """What a group waits for: a sentence, what stands in the way, and the page where it is done."""

    title: str
    link: str = ""
    action: str = ""
    blockers: tuple[str, ...] = ()
    waits_for: str = "organiser"


@dataclass(frozen=True)
class GroupState:
    """A group at a glance: how many are accepted, how many the office has still to decide on, its rounds, its next
    step, and the room that the step is about (None before the first round and once all have gone on)."""

    group: Group
    accepted: int
    drafts: int
    rounds: tuple[GroupRound, ...]
    step: NextStep
    room: GroupRound | None = None


@dataclass(frozen=True)
class Stage:
    """One point of a contest's course; `state` is done, now, skipped or empty."""

    title: str
    note: str
    state: str
    link: str = ""


def group_states(contest: Contest) -> list[GroupState]:
    """Each group with its next step, in a fixed number of queries."""
    groups = contest.groups.annotate(
        accepted_count=Count("contestants", filter=Q(contestants__status=Status.ACCEPTED)),
        draft_count=Count("contestants", filter=Q(contestants__status__in=_UNDECIDED)),
    ).order_by("pk")
    rounds = list(
        GroupRound.objects.filter(group__contest=contest)
        .select_related("round__result", "round__panel")
        .annotate(
            entry_count=Count("round__entries", distinct=True),
            owed=Count(
                "round__entries__sheets",
                filter=Q(round__entries__sheets__state__in=ScoreSheet.OWED),
                distinct=True,
            ),
            seat_count=Count("round__panel__seats", filter=Q(round__panel__seats__removed_at=None), distinct=True),
        )
        .order_by("group_id", "sequence", "pk")
    )
    unconfirmed = _unconfirmed([row.round for row in rounds])
    states = []
    for group in groups:
        own = tuple(row for row in rounds if row.group_id == group.pk)
        step, room = _next_step(contest, group, own, unconfirmed)
        states.append(GroupState(group, group.accepted_count, group.draft_count, own, step, room))
    return states


def _unconfirmed(rounds: Sequence[Round]) -> set[int]:
    """Rounds whose newest roster no supervisor has confirmed."""
    newest: dict[int, int] = {}
    for round_id, pk in (
        Roster.objects.filter(result__round__in=rounds).order_by("version").values_list("result__round_id", "pk")
    ):
        newest[round_id] = pk
    confirmed = set(Confirmation.objects.filter(roster_id__in=newest.values()).values_list("roster_id", flat=True))
    return {round_id for round_id, pk in newest.items() if pk not in confirmed}


def _next_step(
    contest: Contest, group: Group, rounds: Sequence[GroupRound], unconfirmed: set[int]
) -> tuple[NextStep, GroupRound | None]:
    """The step of the group's newest sequence, and its room: of several, the one furthest behind."""
    if not rounds:
        return _before_first_round(contest, group), None
    newest = rounds[-1].sequence
    rooms = [row for row in rounds if row.sequence == newest]
    locked = any(row.advance_count is not None and row.round.state == Round.State.LOCKED for row in rooms)
    owed_lists = {room.pk: text for room, text in rooms_to_settle(rooms)} if locked else {}
    steps = [(_room_step(contest, group, row, unconfirmed, owed_lists.get(row.pk, "")), row) for row in rooms]
    found = [(step, row) for step, row in steps if step is not None]
    if not found:
        page = reverse("organise_round_new", args=[contest.edition.slug, group.pk])
        return NextStep(f"{group.title}：晋级名单已确认，建立下一轮", page, "建立下一轮"), None
    order = {"organiser": 0, "supervisor": 1}
    return min(found, key=lambda pair: order.get(pair[0].waits_for, 2))


def _room_step(
    contest: Contest, group: Group, row: GroupRound, unconfirmed: set[int], owed_list: str
) -> NextStep | None:
    """What one round waits for; None when it has sent its people on. `owed_list` says that its list is still owed."""
    slug, round = contest.edition.slug, row.round
    round_page = reverse("organise_round", args=[slug, row.round_id])
    if round.state == Round.State.DRAFT:
        return _before_opening(slug, group, row, round_page)
    if round.state == Round.State.OPEN:
        owed: int = row.owed  # type: ignore[attr-defined]  # annotated in group_states
        blockers = (f"还有 {owed} 份评分表未提交",) if owed else ()
        return NextStep(f"{round.title}：评分，然后封存", round_page, "看实时名次", blockers)
    if row.advance_count is not None:
        if not owed_list:
            return None
        page = reverse("organise_advancement", args=[slug, row.round_id])
        return NextStep(f"{round.title}：确认晋级下一轮的名单", page, "确认名单", (owed_list,))
    return _after_final(slug, round, unconfirmed)


def _after_final(slug: str, round: Round, unconfirmed: set[int]) -> NextStep:
    result: Result | None = getattr(round, "result", None)
    if result is None and _straddling(round):
        ties = reverse("organise_ties", args=[slug, round.pk])
        return NextStep(f"{round.title}：名额线上还有并列，先分出先后", ties, "裁定或加赛")
    if result is None:
        propose = reverse("organise_propose", args=[slug, round.pk])
        return NextStep(f"{round.title}：提出获奖人员名册", propose, "核对并提出")
    result_page = reverse("organise_result", args=[slug, result.pk])
    if round.pk in unconfirmed:
        return NextStep(f"{round.title}：等待监督员确认名册", result_page, "查看", waits_for="supervisor")
    if result.state == Result.State.PUBLISHED:
        return NextStep(f"{round.title}：已公布，可以签发证书、办理晋级", result_page, "结果与证书", waits_for="")
    return NextStep(f"{round.title}：公布结果", result_page, "去公布")


def _straddling(round: Round) -> bool:
    """Whether a tie lies across an award line, so that no roster can be proposed yet (rulebook's `block`)."""
    snapshot = latest_snapshot(round)
    if snapshot is None or snapshot.document["rulebook"]["boundary"] != "block":
        return False
    return bool(snapshot.document["output"]["boundaries"])


def _before_first_round(contest: Contest, group: Group) -> NextStep:
    slug = contest.edition.slug
    if not group.accepted_count and not group.draft_count:  # type: ignore[attr-defined]  # annotated in group_states
        page = reverse("organise_import", args=[slug, contest.pk])
        return NextStep(f"{group.title}：导入报名表", page, "导入报名表")
    if not group.accepted_count:  # type: ignore[attr-defined]  # annotated in group_states
        page = reverse("organise_contestants", args=[slug, contest.pk]) + f"?group={group.code}"
        consent = "收齐监护人同意，" if group.needs_guardian else ""
        return NextStep(f"{group.title}：{consent}受理资料齐全的选手", page, "去受理")
    page = reverse("organise_round_new", args=[slug, group.pk])
    return NextStep(f"{group.title}：建立轮次，选定评委组", page, "建立轮次")


def _before_opening(slug: str, group: Group, row: GroupRound, round_page: str) -> NextStep:
    if row.drawn_at is None:
        page = reverse("organise_draw", args=[slug, group.pk])
        return NextStep(f"{row.round.title}：抽签排定出场顺序", page, "抽签", tuple(draw_blockers(row)))
    if not row.seat_count:  # type: ignore[attr-defined]  # annotated in group_states
        page = reverse("organise_panel", args=[slug, row.round.panel_id])
        return NextStep(f"{row.round.title}：安排评委", page, "安排评委", ("评委组还没有评委",))
    if pairs := kinship_pairs(row.round):
        page = reverse("organise_draw", args=[slug, group.pk])
        return NextStep(f"{row.round.title}：{len(pairs)} 对评委和选手可能需要回避", page, "列入回避名单")
    return NextStep(f"{row.round.title}：核对回避，开放评分", round_page, "去开放")


def first_step(states: Sequence[GroupState]) -> NextStep | None:
    """The step that the organiser takes next: of what waits for the organiser, the group furthest behind first."""
    own = [state.step for state in states if state.step.waits_for == "organiser"]
    return own[0] if own else next((state.step for state in states if state.step.waits_for), None)
