"""What a contest's office shows, and what stands in the way of its next act."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from certificates.models import Certificate
from contest.models import Appearance, Contest, Contestant, Finalist, Group, GroupRound
from results.models import Confirmation, Result, Roster
from results.services.certificates import certificate_family
from scoring.models import Entry, Recusal, Round, ScoreSheet, Seat
from scoring.selectors import latest_snapshot

Pair = tuple[Entry, Seat, str, str]
Status = Contestant.Status


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
    """A group at a glance: how many are registered, its rounds, and its next step."""

    group: Group
    accepted: int
    drafts: int
    rounds: tuple[GroupRound, ...]
    step: NextStep


@dataclass(frozen=True)
class Stage:
    """One point of a contest's course; `state` is done, now or empty."""

    title: str
    note: str
    state: str


def registered(
    contest: Contest, *, group: str = "", status: str = "", search: str = ""
) -> "QuerySet[Contestant, Contestant]":
    """Registrations of a contest, narrowed by group code, status and a word of name, title or workplace."""
    found = Contestant.objects.filter(contest=contest).select_related("group", "unit").order_by("pk")
    if group:
        found = found.filter(group__code=group)
    if status:
        found = found.filter(status=status)
    if search:
        found = found.filter(Q(name__icontains=search) | Q(title__icontains=search) | Q(workplace__icontains=search))
    return found


def own_registrations(user: User) -> "QuerySet[Contestant, Contestant]":
    """Registrations that belong to an account: its own, or those of the children whose guardian it is."""
    found = Contestant.objects.filter(user=user).select_related("contest__edition", "group")
    return found.prefetch_related("appearances__entry__round__result__published").order_by("-pk")


def own_certificates(registrations: Sequence[Contestant]) -> dict[int, list[Certificate]]:
    """Issued certificates of registrations, by registration: also those made before its account was opened.

    They are found by the entry that was honoured; the frozen roster cannot know an account that came later.
    """
    owners: dict[str, int] = {}
    for contestant in registrations:
        for appearance in contestant.appearances.all():
            if (result := getattr(appearance.entry.round, "result", None)) is not None:
                owners[f"{certificate_family(result)}{appearance.entry.code}:"] = contestant.pk
    found: dict[int, list[Certificate]] = {}
    if not owners:
        return found
    wanted = reduce(or_, (Q(award_key__startswith=beginning) for beginning in owners))
    for certificate in Certificate.objects.filter(wanted, state=Certificate.State.ISSUED).order_by("pk"):
        beginning = certificate.award_key.rpartition(":")[0] + ":"
        found.setdefault(owners[beginning], []).append(certificate)
    return found


def drawable_contestants(group_round: GroupRound) -> list[Contestant]:
    """Who takes part in a round, by number: all accepted in the first one, later whoever stands as finalist."""
    accepted = Contestant.objects.filter(group=group_round.group, status=Status.ACCEPTED).order_by("pk")
    if group_round.sequence > 1:
        going = Q(kind=Finalist.Kind.FINALIST, state=Finalist.State.STANDING) | Q(state=Finalist.State.MOVED_UP)
        before = Finalist.objects.filter(
            going,
            result__round__group_round__group=group_round.group,
            result__round__group_round__sequence=group_round.sequence - 1,
        )
        accepted = accepted.filter(pk__in=before.values("contestant_id"))
    return list(accepted)


def draw_blockers(group_round: GroupRound) -> list[str]:
    """What stands in the way of drawing a round's order."""
    found: list[str] = []
    if group_round.round.state != Round.State.DRAFT:
        found.append(f"“{group_round.round.title}”已经开放评分，顺序不能再改")
    drafts = Contestant.objects.filter(group=group_round.group, status=Status.DRAFT).count()
    if drafts:
        found.append(f"{group_round.group.title}还有 {drafts} 位选手待补全，登记监护人书面同意或办理退出后再抽签")
    if not drawable_contestants(group_round):
        found.append(f"{group_round.group.title}还没有已受理的选手")
    return found


def open_places(result: Result) -> int:
    """Finalists' places that somebody gave up and nobody has taken yet (pitfall 3)."""
    rows = Finalist.objects.filter(result=result).values_list("kind", "state")
    places = sum(kind == Finalist.Kind.FINALIST for kind, _ in rows)
    taken = sum(
        (kind, state) == (Finalist.Kind.FINALIST, Finalist.State.STANDING) or state == Finalist.State.MOVED_UP
        for kind, state in rows
    )
    return places - taken


def group_states(contest: Contest) -> list[GroupState]:
    """Each group with its next step, in a fixed number of queries."""
    groups = contest.groups.annotate(
        accepted_count=Count("contestants", filter=Q(contestants__status=Status.ACCEPTED)),
        draft_count=Count("contestants", filter=Q(contestants__status=Status.DRAFT)),
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
        .order_by("group_id", "sequence")
    )
    waiting = _unconfirmed([row.round for row in rounds])
    states = []
    for group in groups:
        own = tuple(row for row in rounds if row.group_id == group.pk)
        step = _next_step(contest, group, own, waiting)
        states.append(GroupState(group, group.accepted_count, group.draft_count, own, step))
    return states


def stages(contest: Contest, states: Sequence[GroupState]) -> list[Stage]:
    """The contest's course from registration to certificates, as far as its slowest group has come."""
    people = sum(state.accepted + state.drafts for state in states)
    accepted = sum(state.accepted for state in states)
    rounds = [row for state in states for row in state.rounds]
    drawn = sum(row.drawn_at is not None for row in rounds)
    locked = sum(row.round.state == Round.State.LOCKED for row in rounds)
    results = [result for row in rounds if (result := getattr(row.round, "result", None)) is not None]
    public = sum(result.state == Result.State.PUBLISHED for result in results)
    wanted = max(len(states), len(rounds))
    facts = [
        ("报名", f"{people} 人", people > 0),
        ("受理", f"{accepted} 人", people > 0 and accepted == people),
        ("抽签", f"{drawn} / {wanted}", wanted > 0 and drawn == wanted),
        ("评分封存", f"{locked} / {wanted}", wanted > 0 and locked == wanted),
        ("公布结果", f"{public} / {wanted}", wanted > 0 and public == wanted),
    ]
    first_open = next((place for place, (_, _, done) in enumerate(facts) if not done), len(facts))
    return [
        Stage(title, note, "done" if place < first_open else "now" if place == first_open else "")
        for place, (title, note, _) in enumerate(facts)
    ]


def _unconfirmed(rounds: Sequence[Round]) -> set[int]:
    """Rounds whose newest roster no supervisor has confirmed."""
    newest: dict[int, int] = {}
    for round_id, pk in (
        Roster.objects.filter(result__round__in=rounds).order_by("version").values_list("result__round_id", "pk")
    ):
        newest[round_id] = pk
    confirmed = set(Confirmation.objects.filter(roster_id__in=newest.values()).values_list("roster_id", flat=True))
    return {round_id for round_id, pk in newest.items() if pk not in confirmed}


def _next_step(contest: Contest, group: Group, rounds: Sequence[GroupRound], waiting: set[int]) -> NextStep:
    slug = contest.edition.slug
    if not rounds:
        return _before_first_round(contest, group)
    last = rounds[-1]
    round_page = reverse("organise_round", args=[slug, last.round_id])
    if last.round.state == Round.State.DRAFT:
        return _before_opening(slug, group, last, round_page)
    if last.round.state == Round.State.OPEN:
        owed: int = last.owed  # type: ignore[attr-defined]  # annotated in group_states
        blockers = (f"还有 {owed} 份评分表未提交",) if owed else ()
        return NextStep(f"{last.round.title}：评分，然后封存", round_page, "看实时名次", blockers)
    result: Result | None = getattr(last.round, "result", None)
    if result is None and _straddling(last.round):
        ties = reverse("organise_ties", args=[slug, last.round_id])
        return NextStep(f"{last.round.title}：名额线上还有并列，先分出先后", ties, "裁定或加赛")
    if result is None:
        propose = reverse("organise_propose", args=[slug, last.round_id])
        return NextStep(f"{last.round.title}：提出获奖人员名册", propose, "核对并提出")
    result_page = reverse("organise_result", args=[slug, result.pk])
    if last.round_id in waiting:
        return NextStep(f"{last.round.title}：等待监督员确认名册", result_page, "查看", waits_for="supervisor")
    if result.state == Result.State.PUBLISHED:
        return NextStep(f"{last.round.title}：已公布，可以签发证书、办理晋级", result_page, "结果与证书", waits_for="")
    return NextStep(f"{last.round.title}：公布结果", result_page, "去公布")


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
        page = reverse("organise_contestants", args=[slug, contest.pk]) + f"?group={group.code}&status=draft"
        return NextStep(f"{group.title}：收齐并登记监护人书面同意", page, "登记同意")
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


def kinship_pairs(round: Round) -> list[Pair]:
    """Judges and contestants of a round who may be too close to each other and are not on the recusal list yet."""
    seats = list(Seat.objects.filter(panel_id=round.panel_id, removed_at__isnull=True).select_related("judge"))
    if not seats:
        return []
    on_record = set(Recusal.objects.filter(entry__round=round).values_list("entry_id", "seat_id"))
    appearances = Appearance.objects.filter(entry__round=round).select_related("entry", "contestant")
    found = (
        (appearance.entry, seat, *kinship)
        for appearance in appearances
        for seat in seats
        if (kinship := _kinship(seat, appearance.contestant)) is not None
    )
    return [pair for pair in found if (pair[0].pk, pair[1].pk) not in on_record]


def _kinship(seat: Seat, contestant: Contestant) -> tuple[str, str] | None:
    """Source and reason of a recusal to propose (pitfall 23); the nearest relation first."""
    judge = seat.judge
    same_phone = bool(contestant.phone_index) and judge.phone_index == contestant.phone_index
    if same_phone or (contestant.user_id is not None and seat.judge_id == contestant.user_id):
        return Recusal.Source.SAME_PERSON, "评委与选手（或其监护人）是同一账号或同一手机号"
    if judge.name in {contestant.name, contestant.guardian_name}:
        return Recusal.Source.SAME_PERSON, "评委与选手（或其监护人）同名，请核对是否同一人"
    if seat.unit_id is not None and seat.unit_id == contestant.unit_id:
        return Recusal.Source.SAME_UNIT, "评委与选手同属一个单位"
    if judge.name in contestant.tutors:
        return Recusal.Source.ORGANISER, "评委与选手的指导教师同名，请核对是否同一人"
    return None
