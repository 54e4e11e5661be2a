"""评审会: the ranking with marks and comments, what the meeting decided, its minutes, and the roster it leads to."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import or_404
from core.exceptions import DomainError
from results.models import Result
from results.selectors import round_blockers
from scoring.models import Round
from scoring.selectors import latest_snapshot
from works.documents.minutes import minutes_docx
from works.engine.spread import WIDE_PERCENT
from works.forms.review import DecisionForm, MeetingForm, ProposeForm, TieDecisionForm
from works.models import Admission, KindRound, Meeting, MeetingDecision
from works.permissions import can_manage_selection
from works.selectors.meetings import chosen_lines, comments_of, kind_rounds, meeting_rows
from works.selectors.standings import Standings, standings_of
from works.services.feedback import release_comments
from works.services.meeting import decide_tie, record_decision, set_meeting
from works.services.outcomes import departed, propose_kind_result, roster_rows
from works.views.review_loading import actor_of, load_kind_round, load_reviewed_entry

LINES_SHOWN = 50
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The meeting page of a kind; a POST keeps where and when it was and how it went."""
    row = _meeting_round(request, slug, pk)
    known: Meeting | None = getattr(row.round, "meeting", None)
    seen = known.version if known else 0
    form = MeetingForm(request.POST or None, instance=known, initial={"seen": seen})
    if request.method == "POST" and form.is_valid():
        try:
            set_meeting(
                round=row.round,
                details=form.details(),
                seen=form.cleaned_data["seen"],
                actor=actor_of(request),
                now=timezone.now(),
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "会议情况已保存，会写进纪要。")
            return redirect("organise_meeting", slug, pk)
    return _page(request, row, form=form)


def _page(
    request: HttpRequest, row: KindRound, *, form: MeetingForm | None = None, tie_form: TieDecisionForm | None = None
) -> HttpResponse:
    standings = _standings(row)
    show, wanted = request.GET.get("show", ""), request.GET.get("q", "")
    page = Paginator(chosen_lines(standings.lines, show, wanted), LINES_SHOWN).get_page(request.GET.get("page"))
    known: Meeting | None = getattr(row.round, "meeting", None)
    is_locked = row.round.state == Round.State.LOCKED
    context = {
        "edition": row.kind.selection.edition,
        "selection": row.kind.selection,
        "kind": row.kind,
        "round": row.round,
        "here": "selection",
        "standings": standings,
        "page": page,
        "rows": meeting_rows(row.round_id, list(page.object_list)),
        "show": show,
        "q": wanted,
        "wide": sum(line.spread is not None and line.spread.is_wide for line in standings.lines),
        "wide_percent": WIDE_PERCENT,
        "unranked": len(standings.lines) - standings.ranked,
        "is_locked": is_locked,
        "meeting": known,
        "form": form or MeetingForm(instance=known, initial={"seen": known.version if known else 0}),
        "ties": _tie_forms(standings, tie_form) if is_locked else [],
    }
    return render(request, "works/organise_meeting.html", context)


def _tie_forms(standings: Standings, failed: TieDecisionForm | None) -> list[TieDecisionForm]:
    """A form for each tied set that straddles an award line; the others need no order."""
    at_lines = {code for _, codes in standings.undecided for code in codes}
    return [
        failed if failed is not None and failed.codes == list(codes) else TieDecisionForm(codes=codes)
        for codes in standings.tied
        if at_lines & set(codes)
    ]


@require_POST
def tie(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The order of a tied set as the meeting decided it."""
    row = _meeting_round(request, slug, pk)
    asked = request.POST.get("codes", "").split(",")
    codes = next((each for each in _standings(row).tied if list(each) == asked), None)
    if codes is None:
        messages.error(request, "这一组并列已有变化，请看过最新名次再裁定。")
        return redirect("organise_meeting", slug, pk)
    form = TieDecisionForm(request.POST, codes=codes)
    if form.is_valid():
        try:
            decide_tie(
                round=row.round,
                order=form.order(),
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=timezone.now(),
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"已裁定：{' > '.join(form.order())}。")
            return redirect("organise_meeting", slug, pk)
    return _page(request, row, tie_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_entry(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One work before the meeting: each review, each comment, what was decided; a POST records a decision."""
    entry = load_reviewed_entry(request, slug, pk)
    form = DecisionForm(request.POST or None)
    if form.is_valid():
        try:
            record_decision(entry=entry, **form.cleaned_data, actor=actor_of(request), now=timezone.now())
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"{entry.code} 号：意见已登记。")
            return redirect("organise_meeting_entry", slug, pk)
    row = get_object_or_404(kind_rounds(), round=entry.round_id)
    standings = _standings(row)
    related = ("work__kind", "work__unit")
    admission = Admission.objects.select_related(*related).defer("work__typed", "work__phone").get(entry=entry)
    context = {
        "edition": entry.round.edition,
        "selection": row.kind.selection,
        "kind": row.kind,
        "round": entry.round,
        "here": "selection",
        "entry": entry,
        "work": admission.work,
        "authors": admission.work.authors.all(),
        "released_at": admission.comments_released_at,
        "standings": standings,
        "line": next((line for line in standings.lines if line.code == entry.code), None),
        "comments": comments_of(entry.pk),
        "decisions": MeetingDecision.objects.filter(entry=entry).select_related("recorded_by").order_by("pk"),
        "form": form,
    }
    return render(request, "works/organise_meeting_entry.html", context)


@require_safe
def minutes(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """评审会纪要 as a Word file."""
    row = _meeting_round(request, slug, pk)
    content = minutes_docx(row.round, _standings(row), on=timezone.localdate())
    answer = HttpResponse(content, content_type=WORD)
    name = f"{row.kind.selection.title}{row.kind.title}评审会纪要.docx"
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The titles and authors that would be frozen beside the newest snapshot, to look at before proposing them."""
    row = load_kind_round(request, slug, pk)
    round = row.round
    snapshot = latest_snapshot(round)
    result = Result.objects.filter(round=round).first()
    form = ProposeForm(request.POST if request.method == "POST" else None, again=result is not None)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            roster = propose_kind_result(round=round, reason=reason, actor=actor_of(request), now=timezone.now())
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"名册 v{roster.version} 已提出，等待监督员确认。")
            return redirect("organise_result", slug, roster.result_id)
    context = {
        "edition": round.edition,
        "selection": row.kind.selection,
        "kind": row.kind,
        "round": round,
        "here": "selection",
        "snapshot": snapshot,
        "result": result,
        "rows": roster_rows(snapshot, round) if snapshot else [],
        "blockers": round_blockers(round, snapshot) if snapshot else [],
        "departed": departed(round),
        "form": form,
    }
    return render(request, "works/organise_kind_propose.html", context)


@require_POST
def release(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Let authors read what reviewers wrote to them: of the named works, or of all."""
    row = load_kind_round(request, slug, pk)
    codes = request.POST.getlist("code")
    try:
        count = release_comments(round=row.round, codes=codes, actor=actor_of(request), now=timezone.now())
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, f"已向 {count} 件作品的作者反馈评审意见。")
    return redirect("organise_meeting", slug, pk)


def _meeting_round(request: HttpRequest, slug: str, pk: int) -> KindRound:
    row = get_object_or_404(kind_rounds(), round=pk, round__edition__slug=slug)
    row.round.edition = row.kind.selection.edition
    or_404(can_manage_selection(request.user, row.round.edition))
    return row


def _standings(row: KindRound) -> Standings:
    pk, sha256 = row.snapshot_id, row.snapshot_sha256  # type: ignore[attr-defined]  # annotated in kind_rounds
    is_locked = row.round.state == Round.State.LOCKED
    return standings_of(row.round, (pk, sha256) if is_locked and pk else None)
