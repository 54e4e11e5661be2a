"""The review of works as people play it: assignment, recusal and refill, marks, the meeting, winners, the province."""

import hashlib
import io
import random
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from certificates.services import approve_batch
from portal.services.rehearsal import judging
from portal.services.rehearsal import publicity as standing
from portal.services.rehearsal.authors import invent_works
from portal.services.rehearsal.cast import Cast, seat_panel
from portal.services.rehearsal.clock import PlayClock
from portal.services.rehearsal.marking import Plan, plan_marks
from portal.services.rehearsal.play import Rehearsal, RehearsalFailed, make_owed_certificates, make_owed_proof
from portal.services.rehearsal.selection import Makers, hand_in, screen, stage_selection, unread_files
from results.models import Result
from results.services import confirm_result, draft_batch, issue_batch, publish_result
from scoring.models import Panel, Recusal, Round, ScoreSheet
from scoring.selectors.books import latest_snapshot, result_book
from scoring.services import confirm_recusal, declare_recusal, lock_round, mark_absent, open_round, submit_sheet
from works.documents.recommendation import province_package
from works.models import Kind, Selection
from works.selectors.recommendations import candidates, recommended
from works.services.meeting import decide_tie
from works.services.outcomes import propose_kind_result
from works.services.recommendations import recommend_works
from works.services.reviewing import assign_reviews
from works.services.rounds import set_up_review


@dataclass
class ReviewedKind:
    """What the play of one kind left: its round, what was given, its last result book and its result."""

    kind: Kind
    round: Round
    plan: Plan
    book: dict[str, Any]
    result: Result


def rehearse_selection(*, rehearsal: Rehearsal, works: int, seed: int, clock: PlayClock) -> list[ReviewedKind]:
    """Play a selection of books and films in the same edition, from the call to the package for the province; all
    winners are certified."""
    rng = random.Random(seed + 1)  # noqa: S311 - a play, not a secret
    cast, edition = rehearsal.cast, rehearsal.round.edition
    selection = stage_selection(edition=edition, title=f"{edition.year} 年优秀科普作品评选", cast=cast, clock=clock)
    for one in invent_works(rng, count=works, year=edition.year):
        hand_in(selection=selection, one=one, makers=Makers(), cast=cast, clock=clock)
    if left := unread_files(selection):
        raise RehearsalFailed(f"{left} files of works were not read")
    screen(selection=selection, cast=cast, clock=clock)
    panel = seat_panel(edition=edition, title="作品评审组", cast=cast, now=clock())
    played = [review_kind(kind=kind, panel=panel, rng=rng, cast=cast, clock=clock) for kind in selection.kinds.all()]
    recommend(selection=selection, played=played, cast=cast, clock=clock)
    make_owed_certificates()
    return played


def review_kind(*, kind: Kind, panel: Panel, rng: random.Random, cast: Cast, clock: PlayClock) -> ReviewedKind:
    """One kind from its round to published winners with certificates on order."""
    round, plan = mark_kind(kind=kind, panel=panel, rng=rng, cast=cast, clock=clock)
    lock_round(round=round, actor=cast.organiser, now=clock())
    settle_ties(round=round, rng=rng, cast=cast, clock=clock)
    result = honour_kind(round=round, cast=cast, clock=clock)
    snapshot = latest_snapshot(round)
    if snapshot is None:
        raise RehearsalFailed("a locked round has no snapshot")
    return ReviewedKind(kind, round, plan, result_book(snapshot), result)


def mark_kind(
    *,
    kind: Kind,
    panel: Panel,
    rng: random.Random,
    cast: Cast,
    clock: PlayClock,
    unmarked: Collection[str] = (),
) -> tuple[Round, Plan]:
    """Set the review up, assign, open, have one reviewer recuse himself, and mark; entries `unmarked` wait."""
    due_at = clock() + timedelta(days=14)
    round = set_up_review(
        kind=kind, panel=panel, due_at=due_at, seed=f"{rng.getrandbits(256):064x}", actor=cast.organiser, now=clock()
    )
    assigned = assign_reviews(round=round, seed=f"{rng.getrandbits(32):08x}", actor=cast.organiser, now=clock())
    if assigned.short:
        raise RehearsalFailed(f"works without enough reviewers: {assigned.short}")
    open_round(round=round, actor=cast.organiser, now=clock())
    recuse_one(round=round, rng=rng, cast=cast, clock=clock)
    plan = plan_reviews(round=round, rng=rng)
    for pair, sheet in sorted(judging.sheets_by_pair(round).items()):
        if pair[0] in unmarked:
            continue
        if pair in plan.absent:
            mark_absent(sheet=sheet, reason="因公出差", actor=cast.organiser, now=clock())
        elif pair in plan.marks:
            submit_sheet(
                sheet_id=sheet.pk,
                marks=plan.marks[pair],
                submission_id=f"review-{sheet.pk}",
                base_version=0,
                actor=sheet.judge,
                now=clock(),
            )
    return round, plan


def recuse_one(*, round: Round, rng: random.Random, cast: Cast, clock: PlayClock) -> None:
    """A reviewer finds a friend's work in the queue; somebody else gets it."""
    owed = ScoreSheet.objects.filter(entry__round=round, state=ScoreSheet.State.PENDING).select_related("entry", "seat")
    sheet = rng.choice(list(owed.order_by("pk")))
    before = owed.filter(entry=sheet.entry).count()
    recusal = declare_recusal(
        entry=sheet.entry, seat=sheet.seat, reason="与作者是多年好友", actor=sheet.judge, now=clock()
    )
    if recusal.state == Recusal.State.PROPOSED:
        confirm_recusal(recusal=recusal, actor=cast.organiser, now=clock())
    if owed.filter(entry=sheet.entry).count() not in (before, before - 1):
        raise RehearsalFailed(f"a recusal changed the reviewers of {sheet.entry.code} by more than itself")


def plan_reviews(*, round: Round, rng: random.Random) -> Plan:
    """What each reviewer will give to what was assigned to him."""
    rulebook, segment = judging.rules_of(round)
    sheets = judging.sheets_by_pair(round)
    entries = list(round.entries.order_by("order").values_list("code", flat=True))
    judges = sorted({judge for _, judge in sheets})
    owed = {pair for pair, sheet in sheets.items() if sheet.state == ScoreSheet.State.PENDING}
    left_out = {(entry, judge) for entry in entries for judge in judges} - owed
    return plan_marks(rng, rulebook=rulebook, segment=segment, entries=entries, judges=judges, recused=left_out)


def settle_ties(*, round: Round, rng: random.Random, cast: Cast, clock: PlayClock) -> None:
    """The meeting orders whatever is tied across a line."""
    for _ in range(20):
        snapshot = latest_snapshot(round)
        boundaries = snapshot.document["output"]["boundaries"] if snapshot else []
        if not boundaries:
            return
        tied = list(boundaries[0]["entries"])
        rng.shuffle(tied)
        decide_tie(round=round, order=tied, reason="评审会合议：比较科学性", actor=cast.organiser, now=clock())
    raise RehearsalFailed("ties at the lines of works were never settled")


def honour_kind(*, round: Round, cast: Cast, clock: PlayClock) -> Result:
    """Propose, confirm, stand in 公示, publish; draft, proof, approve and issue a certificate for each author."""
    roster = propose_kind_result(round=round, actor=cast.organiser, now=clock())
    confirm_result(roster=roster, actor=cast.supervisor, now=clock())
    result = Result.objects.get(pk=roster.result_id)
    if result.publicity_days:
        publicity = standing.begin_publicity(result=result, cast=cast, clock=clock)
        standing.wait_out(publicity, clock=clock)
    publish_result(result=result, actor=cast.organiser, now=clock())
    result.refresh_from_db()
    batch = draft_batch(result=result, actor=cast.organiser, now=clock())
    make_owed_proof(batch)
    approve_batch(batch=batch, proof_sha256=batch.proof_sha256, actor=cast.supervisor, now=clock())
    issue_batch(batch=batch, actor=cast.organiser, now=clock())
    return result


def recommend(*, selection: Selection, played: list[ReviewedKind], cast: Cast, clock: PlayClock) -> None:
    """The best two of each kind go to the province; every checksum of the package must hold."""
    for each in played:
        chosen = [one.work.pk for one in candidates(each.result)[:2]]
        if chosen:
            reason = "评审会按名次推荐"
            recommend_works(result=each.result, works=chosen, seen=[], reason=reason, actor=cast.organiser, now=clock())
    rows = recommended(each.result for each in played)
    content = b"".join(province_package(selection, rows, now=clock()))
    if faults := package_faults(content):
        raise RehearsalFailed(f"the package for the province: {faults}")


def package_faults(content: bytes) -> list[str]:
    """Files of a package whose SHA-256 is not the one on its list."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        listed = dict(line.split("  ", 1)[::-1] for line in archive.read("SHA256SUMS.txt").decode().splitlines())
        found = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    found.pop("SHA256SUMS.txt")
    return sorted(name for name in {*listed, *found} if listed.get(name) != found.get(name))
