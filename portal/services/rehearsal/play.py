"""The whole play: import, acceptance, draw, marks, ties, a correction, awards, publication, certificates."""

import io
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from certificates.models import Batch, Certificate
from certificates.services import approve_batch
from certificates.tasks import make_certificates, make_proof
from contest.models import Contest, Contestant, Group
from contest.services.consents import record_guardian_consent
from contest.services.contestants import take_phone_as_guardians
from contest.services.contests import create_contest
from contest.services.draws import commit_draw, draw_lots
from contest.services.finalists import record_finalists
from contest.services.imports import import_contestants
from contest.services.outcomes import propose_group_result
from contest.services.review import accept_registrations
from contest.services.rounds import set_up_round
from contest.spreadsheets import read_registrations
from core.models import Edition
from portal.services.rehearsal import judging
from portal.services.rehearsal import publicity as standing
from portal.services.rehearsal.cast import Cast, gather_cast, seat_panel
from portal.services.rehearsal.certificates import revoke_a_certificate
from portal.services.rehearsal.clock import PlayClock
from portal.services.rehearsal.marking import Plan, plan_marks, tie_at_line
from portal.services.rehearsal.people import Person, invent_people
from portal.services.rehearsal.workbook import registrations_workbook
from results.models import Result
from results.services import confirm_result, draft_batch, issue_batch, publish_result
from scoring.models import Panel, Round, ScoreSheet
from scoring.selectors.books import latest_snapshot, result_book
from scoring.services import (
    confirm_correction,
    create_runoff,
    lock_round,
    open_round,
    record_tie_decision,
    request_mark_correction,
)


class RehearsalFailed(Exception):
    """An invariant does not hold; the message says which."""


@dataclass(frozen=True)
class JudgedRound:
    """How a round was marked, and the codes that were tied across the finalists' line, if any."""

    plan: Plan
    tied: tuple[str, ...]


@dataclass
class Rehearsal:
    """What a play left: who played, the round that was judged, its plan, its last result book."""

    cast: Cast
    round: Round
    plan: Plan
    book: dict[str, Any]
    result: Result
    steps: list[str]


def rehearse_contest(
    *, edition: Edition, contestants: int, judges: int, seed: int, first_day: date, clock: PlayClock
) -> Rehearsal:
    """Play a contest of one group with six finalists; the seed decides everybody's marks and what goes wrong."""
    rng = random.Random(seed)  # noqa: S311 - a play, not a secret
    cast = gather_cast(edition=edition, judges=judges, now=clock(), mail=lambda name: f"{name}@example.com")
    people = invent_people(rng, groups=["一组"], count=contestants, first_day=first_day)
    contest = stage_contest(
        edition=edition, cast=cast, preset="contest-one-group", people=people, first_day=first_day, clock=clock
    )
    panel = seat_panel(edition=edition, title="评委组", cast=cast, now=clock())
    group = contest.groups.get()
    round = draw_round(group=group, panel=panel, title=f"{contest.title}决赛", rng=rng, cast=cast, clock=clock)
    judged = judge_round(round=round, rng=rng, cast=cast, clock=clock, wants_tie=seed % 4 != 0)
    judging.mark_too_late(round=round, cast=cast, clock=clock)
    correct_a_mark(round=round, rng=rng, spared=judged.tied, cast=cast, clock=clock)
    steps = settle_lines(round=round, rng=rng, cast=cast, clock=clock, by_runoff=seed % 2 == 1)
    result = confirm_round(round=round, cast=cast, clock=clock)
    if result.publicity_days:
        steps += contest_the_list(result=result, rng=rng, spared=judged.tied, cast=cast, clock=clock)
    honour_result(result=result, cast=cast, clock=clock)
    if result.publicity_days:
        standing.announce(result=result, cast=cast, clock=clock)
    make_owed_certificates()
    revoke_a_certificate(result=result, cast=cast, clock=clock)
    snapshot = latest_snapshot(round)
    if snapshot is None:
        raise RehearsalFailed("a locked round has no snapshot")
    return Rehearsal(cast, round, judged.plan, result_book(snapshot), result, steps)


def stage_contest(
    *, edition: Edition, cast: Cast, preset: str, people: Sequence[Person], first_day: date, clock: PlayClock
) -> Contest:
    """Make the contest from a preset, import everybody from an untidy workbook, twice, the second time changing
    nothing, and accept them."""
    contest = create_contest(
        edition=edition,
        title=f"{edition.year} 年科普讲解大赛",
        slug="speaking",
        first_day=first_day,
        preset=preset,
        actor=cast.organiser,
        now=clock(),
    )
    for _ in range(2):
        read = read_registrations(io.BytesIO(registrations_workbook(people)), contest)
        if read.faults:
            raise RehearsalFailed(f"the workbook of invented people has faults: {read.faults[:3]}")
        import_contestants(contest=contest, rows=read.registrations, actor=cast.organiser, now=clock())
    registered = contest.contestants.order_by("pk")
    if [_as_registered(one) for one in registered] != [_as_invented(person) for person in people]:
        raise RehearsalFailed(f"{len(people)} people were not imported as they were invented")
    accept_everybody(contest=contest, cast=cast, clock=clock)
    return contest


def accept_everybody(*, contest: Contest, cast: Cast, clock: PlayClock) -> None:
    """The guardians' papers and phones are on file; then everybody lacks nothing and is accepted in bulk."""
    minors = [one.pk for one in contest.contestants.select_related("group") if one.group.needs_guardian]
    if minors:
        record_guardian_consent(contest=contest, contestants=minors, actor=cast.organiser, now=clock())
        take_phone_as_guardians(contest=contest, contestants=minors, actor=cast.organiser, now=clock())
    everybody = list(contest.contestants.values_list("pk", flat=True))
    outcome = accept_registrations(contest=contest, contestants=everybody, actor=cast.organiser, now=clock())
    if outcome.refused:
        raise RehearsalFailed(f"not everybody could be accepted: {[reason for _, reason in outcome.refused[:3]]}")


def _as_registered(one: Contestant) -> tuple[object, ...]:
    return (one.name, one.gender, one.birth_date, one.id_number, one.workplace, one.title, one.phone, one.email)


def _as_invented(person: Person) -> tuple[object, ...]:
    return (
        *(person.name, person.gender, person.birth_date, person.id_number),
        *(person.unit, person.talk, person.phone, person.email),
    )


def draw_round(*, group: Group, panel: Panel, title: str, rng: random.Random, cast: Cast, clock: PlayClock) -> Round:
    """Set a round up, draw lots, decide the proposed recusals and one that a judge declares, and open it."""
    round = set_up_round(group=group, panel=panel, title=title, actor=cast.organiser, now=clock())
    commit_draw(round=round, actor=cast.organiser, now=clock(), secret=rng.getrandbits(256).to_bytes(32, "big"))
    draw_lots(round=round, public=f"演练 {title}", actor=cast.organiser, now=clock())
    judging.decide_recusals(round=round, cast=cast, clock=clock)
    judging.judge_recuses(round=round, rng=rng, cast=cast, clock=clock)
    open_round(round=round, actor=cast.organiser, now=clock())
    round.refresh_from_db()
    return round


def judge_round(*, round: Round, rng: random.Random, cast: Cast, clock: PlayClock, wants_tie: bool) -> JudgedRound:
    """Plan and enter every mark, with a tie at the finalists' line where wanted, then lock the round."""
    plan = plan_round(round=round, rng=rng)
    forfeited = judging.forfeit_last(round=round, cast=cast, clock=clock)
    entries = [entry for entry in round.entries.order_by("order") if entry.pk != forfeited.pk]
    tied: tuple[str, ...] = ()
    if wants_tie:
        rulebook, segment = judging.rules_of(round)
        codes = [entry.code for entry in entries]
        seats = [seat.code for seat in round.panel.seats.all()]
        tied = tie_at_line(plan, rulebook=rulebook, group=round.group, segment=segment, entries=codes, judges=seats)
    judging.mark_entries(round=round, plan=plan, entries=entries, rng=rng, cast=cast, clock=clock)
    judging.deduct_once(round=round, spared=tied, cast=cast, clock=clock)
    lock_round(round=round, actor=cast.organiser, now=clock())
    round.refresh_from_db()
    return JudgedRound(plan, tied)


def plan_round(*, round: Round, rng: random.Random) -> Plan:
    rulebook, segment = judging.rules_of(round)
    return plan_marks(
        rng,
        rulebook=rulebook,
        segment=segment,
        entries=[entry.code for entry in round.entries.order_by("order")],
        judges=[seat.code for seat in round.panel.seats.all()],
        recused=judging.recused_pairs(round),
    )


def correct_a_mark(*, round: Round, rng: random.Random, spared: Collection[str], cast: Cast, clock: PlayClock) -> None:
    """A judge misread a sheet: after the lock one asks, another confirms, and a new snapshot is taken."""
    submitted = ScoreSheet.objects.filter(entry__round=round, state=ScoreSheet.State.SUBMITTED)
    submitted = submitted.exclude(entry__code__in=spared)
    sheet = rng.choice(list(submitted.select_related("current").order_by("pk")))
    if sheet.current is None:
        raise RehearsalFailed("a submitted sheet has no revision")
    content = "40" if sheet.current.marks["content"] == "39.5" else "39.5"
    marks = {**sheet.current.marks, "content": content}
    correction = request_mark_correction(
        sheet=sheet, marks=marks, reason="评委复核时发现录错一项", actor=cast.organiser, now=clock()
    )
    confirm_correction(correction=correction, actor=cast.supervisor, now=clock(), note="与纸质记录一致")


def settle_lines(*, round: Round, rng: random.Random, cast: Cast, clock: PlayClock, by_runoff: bool) -> list[str]:
    """Settle every tie that stands across a line: the first by a runoff where wanted, others by decision."""
    steps: list[str] = []
    for _ in range(20):
        snapshot = latest_snapshot(round)
        boundaries = snapshot.document["output"]["boundaries"] if snapshot else []
        if not boundaries:
            return steps
        tied = list(boundaries[0]["entries"])
        if by_runoff and not round.runoffs.exists():
            hold_runoff(round=round, entries=tied, rng=rng, cast=cast, clock=clock)
            steps.append(f"加赛 {tied}")
        else:
            rng.shuffle(tied)
            reason = "评审组合议：比较内容陈述的逻辑层次"
            record_tie_decision(round=round, order=tied, reason=reason, actor=cast.organiser, now=clock())
            steps.append(f"并列裁定 {tied}")
    raise RehearsalFailed("ties at the lines were never settled")


def hold_runoff(*, round: Round, entries: list[str], rng: random.Random, cast: Cast, clock: PlayClock) -> None:
    """A child round that orders only the tied; each entry a point below the one before, so that it decides."""
    runoff = create_runoff(round=round, entries=entries, title=f"{round.title}加赛", actor=cast.organiser, now=clock())
    judging.decide_recusals(round=runoff, cast=cast, clock=clock)
    open_round(round=runoff, actor=cast.organiser, now=clock())
    plan = Plan(seconds=dict.fromkeys(entries, 200))
    for pair, sheet in judging.sheets_by_pair(runoff).items():
        if sheet.state == ScoreSheet.State.PENDING:
            plan.marks[pair] = {"content": str(46 - entries.index(pair[0])), "delivery": "27", "image": "18"}
    ordered = list(runoff.entries.order_by("order"))
    judging.mark_entries(round=runoff, plan=plan, entries=ordered, rng=rng, cast=cast, clock=clock)
    lock_round(round=runoff, actor=cast.organiser, now=clock())


def contest_the_list(
    *, result: Result, rng: random.Random, spared: Collection[str], cast: Cast, clock: PlayClock
) -> list[str]:
    """Before the public: an objection that is upheld leads to a correction, a new roster and a supplementary period;
    one after the last day is not taken up."""
    standing.begin_publicity(result=result, cast=cast, clock=clock)
    objection = standing.uphold_an_objection(result=result, cast=cast, clock=clock)
    correct_a_mark(round=result.round, rng=rng, spared=spared, cast=cast, clock=clock)
    steps = settle_lines(round=result.round, rng=rng, cast=cast, clock=clock, by_runoff=False)
    confirm_round(round=result.round, cast=cast, clock=clock, reason=f"异议 {objection.receipt} 成立，更正成绩")
    supplement = standing.begin_publicity(result=result, cast=cast, clock=clock)
    standing.settle(objection, cast=cast, clock=clock)
    steps += [standing.wait_out(each, clock=clock) for each in (result.publicities.get(number=1), supplement)]
    if faults := standing.object_too_late(result=result, clock=clock):
        raise RehearsalFailed("；".join(faults))
    return steps


def honour_round(*, round: Round, cast: Cast, clock: PlayClock) -> Result:
    """Propose, confirm, record the finalists, publish; certificates drafted, approved by the supervisor, issued."""
    result = confirm_round(round=round, cast=cast, clock=clock)
    honour_result(result=result, cast=cast, clock=clock)
    return result


def confirm_round(*, round: Round, cast: Cast, clock: PlayClock, reason: str = "") -> Result:
    """The organiser proposes the roster, the supervisor confirms it."""
    roster = propose_group_result(round=round, actor=cast.organiser, now=clock(), reason=reason)
    confirm_result(roster=roster, actor=cast.supervisor, now=clock())
    return Result.objects.get(pk=roster.result_id)


def honour_result(*, result: Result, cast: Cast, clock: PlayClock) -> None:
    """Record the finalists, publish; certificates are drafted, approved by the supervisor, issued."""
    record_finalists(result=result, actor=cast.organiser, now=clock())
    publish_result(result=result, actor=cast.organiser, now=clock())
    result.refresh_from_db()
    batch = draft_batch(result=result, actor=cast.organiser, now=clock())
    make_owed_proof(batch)
    approve_batch(batch=batch, proof_sha256=batch.proof_sha256, actor=cast.supervisor, now=clock())
    issue_batch(batch=batch, actor=cast.organiser, now=clock())


def make_owed_proof(batch: Batch) -> None:
    """Make a batch's proof part by part, as the worker would."""
    while batch.state == Batch.State.DRAFTED and not batch.proof_error:
        make_proof(batch_id=batch.pk)
        batch.refresh_from_db()
    if batch.proof_error:
        raise RehearsalFailed(f"no proof: {batch.proof_error}")


def make_owed_certificates() -> None:
    """Make every certificate that is owed, as the worker would."""
    owed = Certificate.objects.filter(state=Certificate.State.OWED).order_by("pk")
    make_certificates(certificate_ids=list(owed.values_list("pk", flat=True)))
