"""The organiser's page of one result: what stands in the way, publishing, withdrawing, certificates."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from certificates.engine.preflight import Finding
from certificates.exceptions import BatchRefused, IssuingBlocked
from certificates.models import Batch
from certificates.permissions import can_manage_certificates
from certificates.selectors import batches_of, layout_choices
from core.access import or_404
from results import selectors, services
from results.exceptions import ResultRefused
from results.forms import IssueForm, PublicationForm, WithdrawForm
from results.models import Result
from results.permissions import can_manage_result
from results.services.certificates import FAMILIES, certificate_family

MOST_SHOWN = 50  # findings of preflight on the page


@require_safe
def organise_result(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _page(request, _result(request, slug, pk))


@require_POST
def publish(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    result = _result(request, slug, pk)
    services.publish_result(result=result, actor=_actor(request), now=timezone.now())
    messages.success(request, "已公布，公众页面现在显示这份名单。")
    return redirect("organise_result", slug, pk)


@require_POST
def withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    result = _result(request, slug, pk)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _page(request, result, withdraw_form=form)
    services.withdraw_result(
        result=result, reason=form.cleaned_data["reason"], actor=_actor(request), now=timezone.now()
    )
    messages.success(request, "已撤回，公众页面不再显示名单。")
    return redirect("organise_result", slug, pk)


@require_POST
def publication(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    result = _result(request, slug, pk)
    form = PublicationForm(request.POST)
    if not form.is_valid():
        return _page(request, result, publication_form=form)
    services.set_publication(result=result, **form.cleaned_data, actor=_actor(request), now=timezone.now())
    messages.success(request, "公开范围已更改。")
    return redirect("organise_result", slug, pk)


@require_POST
def certificates(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """拟定批次 in the chosen layout; `check` only shows what preflight finds. What forbids it is shown."""
    result = _result(request, slug, pk)
    form = _issue_form(result, request.POST)
    if not form.is_valid():
        return _page(request, result, issue_form=form)
    layout, recipients, now = form.chosen(), form.recipients(), timezone.now()
    if "check" not in request.POST:
        try:
            batch = services.draft_batch(
                result=result,
                actor=_actor(request),
                now=now,
                layout=layout,
                recipients=recipients,
                prefix=form.cleaned_data["series"],
                issued_on=form.cleaned_data["issued_on"],
            )
        except IssuingBlocked as error:
            form.add_error(None, error.message.partition("\n")[0])
        except (BatchRefused, ResultRefused) as refused:
            form.add_error(None, refused.message)
            return _page(request, result, issue_form=form)
        else:
            messages.success(request, f"已拟定 {batch.size} 张，正在制作校样。校样由另一个账号核准之后才能签发。")
            return redirect("organise_certificate_batch", slug, batch.pk)
    found = services.check_certificates(result=result, now=now, layout=layout, recipients=recipients)
    return _page(request, result, issue_form=form, checked=found)


@require_POST
def issue_certificate_batch(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """签发 an approved batch: one of a result is compared with what its list honours now."""
    batch = get_object_or_404(Batch.objects.select_related("edition"), pk=pk, edition__slug=slug)
    or_404(can_manage_certificates(request.user, batch.edition))
    made = services.issue_batch(batch=batch, actor=_actor(request), now=timezone.now())
    messages.success(request, f"已签发，{len(made)} 张证书取得编号，正在后台制作。")
    return redirect("organise_certificate_batch", slug, pk)


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # LoginRequiredMiddleware
    return request.user


def _result(request: HttpRequest, slug: str, pk: int) -> Result:
    found = Result.objects.select_related("edition", "round__edition", "published__snapshot")
    result = get_object_or_404(found.defer("published__snapshot__document"), pk=pk, edition__slug=slug)
    or_404(can_manage_result(request.user, result))
    return result


def _publication_form(result: Result) -> PublicationForm:
    kept = ("book_access", "shows_everybody", "list_order")
    return PublicationForm(initial={name: getattr(result, name) for name in kept})


def _issue_form(result: Result, given: QueryDict | None = None) -> IssueForm:
    """As the last batch of winners chose; the layout of the newest batch."""
    last = next(iter(_own_batches(result)), None)
    initial = {
        "kind": services.WINNERS,
        "each_author": services.recipients_of(last.recipients).each_author if last else False,
        "layout": last.layout.code if last else "",
        "series": last.prefix if last else services.default_prefix(result.edition),
        "issued_on": timezone.localdate(),
    }
    rows = result.published.rows if result.published else []
    return IssueForm(given, initial=initial, layouts=layout_choices(result.edition), rows=rows)


def _own_batches(result: Result) -> list[Batch]:
    families = {certificate_family(result, kind) for kind in FAMILIES}
    return list(batches_of(result.edition).filter(family__in=families))


def _page(
    request: HttpRequest,
    result: Result,
    *,
    withdraw_form: WithdrawForm | None = None,
    publication_form: PublicationForm | None = None,
    issue_form: IssueForm | None = None,
    checked: list[tuple[str, Finding]] | None = None,
) -> HttpResponse:
    roster = selectors.latest_roster(result)
    is_public = roster is not None and selectors.is_public_roster(result, roster)
    now, batches = timezone.now(), _own_batches(result)
    certified = any(batch.state == Batch.State.ISSUED for batch in batches)
    context = {
        "edition": result.edition,
        "here": "contest",
        "result": result,
        "roster": roster,
        "confirmation": selectors.confirmation_of(roster) if roster else None,
        "blockers": selectors.blockers(result, now=now),
        "departed": selectors.departed_of(result, roster) if roster else [],
        "chain": selectors.chain_of(result, roster, certified=certified, now=now) if roster else None,
        "is_public": is_public,
        "certificate_source": f"结果 {result.pk} ·",
        "versions": result.rosters.select_related("proposed_by", "confirmation__confirmed_by", "snapshot")
        .defer("rows", "snapshot__document")
        .order_by("-version"),
        "withdraw_form": withdraw_form or WithdrawForm(),
        "issue_form": issue_form or (_issue_form(result) if is_public else None),
        "batches": batches,
        "checked": checked,
        "most_shown": MOST_SHOWN,
        "publication_form": publication_form or _publication_form(result),
    }
    return render(request, "results/organise_result.html", context)
