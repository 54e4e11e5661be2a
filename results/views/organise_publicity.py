"""The organiser's pages between a confirmed roster and a final list: 公示, the final notice, names not shown."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from core.access import or_404
from core.exceptions import ConflictError, DomainError
from notices.exceptions import NoticeRefused
from notices.models import Notice
from results import selectors, services
from results.exceptions import ResultRefused
from results.forms import HideForm, PublicityDaysForm, StartPublicityForm, WithdrawPublicityForm
from results.models import Publicity, Result, Roster
from results.permissions import can_manage_result


@require_safe
def organise_publicity(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _page(request, _result(request, slug, pk))


@require_POST
def start(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Begin the period that was typed; `preview` only shows it. What was edited of the text is kept."""
    result = _result(request, slug, pk)
    form = StartPublicityForm(request.POST)
    if not form.is_valid():
        return _page(request, result, start_form=form, status=422)
    if "preview" in request.POST:
        return _previewed(request, result, form)
    given, own = form.cleaned_data, form.own_words()
    try:
        publicity = services.start_publicity(
            result=result,
            working_days=given["working_days"],
            ends_on=given["ends_on"],
            deviation=given["deviation"],
            title=own["title"],
            body=own["body"],
            number=given["number"],
            actor=_actor(request),
            now=timezone.now(),
        )
    except (ResultRefused, NoticeRefused) as refused:
        form.add_error(None, refused.message)
        return _page(request, result, start_form=form, status=422)
    last = publicity.ends_on
    messages.success(request, f"公示已开始，到 {last.year}年{last.month}月{last.day}日结束。")
    return redirect("organise_publicity", slug, pk)


@require_POST
def withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    result = _result(request, slug, pk)
    number = request.POST.get("number", "")
    found = Publicity.objects.select_related("result", "roster")
    number = number if number.isdecimal() and len(number) < 5 else "0"
    publicity = get_object_or_404(found, result=result, number=int(number))
    form = WithdrawPublicityForm(request.POST)
    if not form.is_valid():
        return _page(request, result, withdraw_form=form, status=422)
    try:
        services.withdraw_publicity(
            publicity=publicity, reason=form.cleaned_data["reason"], actor=_actor(request), now=timezone.now()
        )
    except DomainError as refused:
        form.add_error(None, refused.message)
        return _page(request, result, withdraw_form=form, status=422)
    messages.success(request, "公示已撤回，公开页面显示撤回的原因。这一版名册须重新公示。")
    return redirect("organise_publicity", slug, pk)


@require_POST
def days(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    result = _result(request, slug, pk)
    form = PublicityDaysForm(request.POST)
    if not form.is_valid():
        return _page(request, result, days_form=form, status=422)
    try:
        services.set_publicity_days(
            result=result, days=form.cleaned_data["days"], actor=_actor(request), now=timezone.now()
        )
    except ResultRefused as refused:
        form.add_error("days", refused.message)
        return _page(request, result, days_form=form, status=422)
    messages.success(request, "公示期已更改。")
    return redirect("organise_publicity", slug, pk)


@require_POST
def draft_notice(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Draft the final notice of a published result, or open the draft that there is."""
    result = _result(request, slug, pk)
    notice = services.draft_result_notice(result=result, actor=_actor(request), now=timezone.now())
    return redirect("organise_notice", slug, notice.pk)


@require_POST
def publish_notice(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Publish the draft of a final notice as its preview showed it; `pk` is the notice's."""
    notice = get_object_or_404(Notice.objects.select_related("edition"), pk=pk, edition__slug=slug)
    result = selectors.result_of_subject(notice.edition, notice.subject)
    or_404(result is not None and can_manage_result(request.user, result))
    assert result is not None  # or_404 has seen it
    seen = request.POST.get("seen", "")
    try:
        services.publish_result_notice(notice=notice, actor=_actor(request), now=timezone.now(), seen=seen)
    except ConflictError as changed:
        messages.error(request, changed.message)
        return redirect("organise_notice_preview", slug, pk)
    messages.success(request, "公告已发布。")
    return redirect("organise_notice", slug, notice.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def hidden(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Names that are not shown in public any more: the list of them, one more, one less."""
    result = _result(request, slug, pk)
    roster = selectors.latest_roster(result)
    entries = list(selectors.hidden_entries(result))
    codes = {each.entry for each in entries}
    names = _row_labels(result)
    choices = [(code, label) for code, label in names.items() if code not in codes]
    shows = request.POST.get("act") == "show"
    given = request.POST if request.method == "POST" else None
    hide_form = HideForm(None if shows else given, choices=[("", "请选择"), *choices])
    show_form = HideForm(given if shows else None, choices=[(code, code) for code in sorted(codes)], prefix=None)
    form = show_form if shows else hide_form
    status = 200
    if given is not None:
        if form.is_valid():
            act = services.show_entry if shows else services.hide_entry
            try:
                act(result=result, **form.cleaned_data, actor=_actor(request), now=timezone.now())
            except DomainError as refused:
                form.add_error(None, refused.message)
            else:
                messages.success(request, "已恢复公开姓名。" if shows else "已不再公开姓名，公开页面显示“某某”。")
                return redirect("organise_hidden", slug, pk)
        status = 422
    context = {
        "edition": result.edition,
        "here": "contest",
        "result": result,
        "roster": roster,
        "entries": [(each, names.get(each.entry, each.entry)) for each in entries],
        "hide_form": hide_form,
        "show_form": show_form if shows else None,
    }
    return render(request, "results/organise_hidden.html", context, status=status)


def _row_labels(result: Result) -> dict[str, str]:
    """Rows by code as the newest roster has them, then those of older ones alone: their notices name them still."""
    labels: dict[str, str] = {}
    for roster in result.rosters.order_by("-version"):
        for row in roster.rows:
            labels.setdefault(row["entry"], _row_label(row))
    return labels


def _row_label(row: selectors.Row) -> str:
    award = f" · {row['tier_title']}" if row["tier_title"] else ""
    return f"{row['entry']} · {'、'.join(row['people'])}{award}"


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # LoginRequiredMiddleware
    return request.user


def _result(request: HttpRequest, slug: str, pk: int) -> Result:
    found = Result.objects.select_related("edition", "round__edition")
    result = get_object_or_404(found, pk=pk, edition__slug=slug)
    or_404(can_manage_result(request.user, result))
    return result


def _previewed(request: HttpRequest, result: Result, form: StartPublicityForm) -> HttpResponse:
    """The page with the typed period worked out; a text that was not edited follows it."""
    roster, given = selectors.latest_roster(result), form.cleaned_data
    if roster is None:
        return _page(request, result, start_form=form, status=422)
    try:
        preview = services.preview_publicity(
            result=result,
            roster=roster,
            now=timezone.now(),
            working_days=given["working_days"],
            ends_on=given["ends_on"],
        )
    except ResultRefused as refused:
        form.add_error("ends_on", refused.message)
        return _page(request, result, start_form=form, status=422)
    own = form.own_words()
    again = StartPublicityForm(initial={**given, **_offered(preview), **{key: own[key] for key in own if own[key]}})
    return _page(request, result, start_form=again, preview=preview)


def _offered(preview: services.Preview) -> dict[str, str]:
    return {
        "title": preview.title,
        "body": preview.body,
        "drafted": preview.body,
        "drafted_title": preview.title,
    }


def _page(
    request: HttpRequest,
    result: Result,
    *,
    start_form: StartPublicityForm | None = None,
    preview: services.Preview | None = None,
    days_form: PublicityDaysForm | None = None,
    withdraw_form: WithdrawPublicityForm | None = None,
    status: int = 200,
) -> HttpResponse:
    roster, now = selectors.latest_roster(result), timezone.now()
    refusals, standing = services.start_refusals(result), selectors.standing_publicities(result)
    if preview is None and roster is not None and result.publicity_days:
        preview = _preview_of(result, roster, start_form)
    if start_form is None and preview is not None:
        start_form = StartPublicityForm(initial={"working_days": result.publicity_days, **_offered(preview)})
    context = {
        "edition": result.edition,
        "here": "contest",
        "result": result,
        "roster": roster,
        "refusals": refusals,
        "stands": any(roster is not None and each.roster_id == roster.pk for each in standing),
        "preview": preview,
        "start_form": start_form,
        "days_form": days_form or PublicityDaysForm(initial={"days": result.publicity_days}),
        "withdraw_form": withdraw_form or WithdrawPublicityForm(),
        "withdraw_number": int(request.POST.get("number") or 0) if withdraw_form else 0,
        "periods": selectors.publicities_of(result),
        "public_roster_id": result.published_id if result.state == Result.State.PUBLISHED else None,
        "now": now,
    }
    return render(request, "results/organise_publicity.html", context, status=status)


def _preview_of(result: Result, roster: Roster, form: StartPublicityForm | None) -> services.Preview | None:
    """The period as typed, as far as it can be."""
    given = getattr(form, "cleaned_data", {}) if form is not None else {}
    days, ends_on = given.get("working_days") or result.publicity_days, given.get("ends_on")
    for end in (ends_on, None):
        try:
            return services.preview_publicity(
                result=result, roster=roster, now=timezone.now(), working_days=days, ends_on=end
            )
        except ResultRefused:
            continue
    return None
