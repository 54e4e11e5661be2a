"""The organiser's page of one result: what stands in the way, publishing, withdrawing, certificates."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from core.access import or_404
from results import selectors, services
from results.forms import PublicationForm, WithdrawForm
from results.models import Result
from results.permissions import can_manage_result


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
    result = _result(request, slug, pk)
    made = services.issue_certificates(result=result, actor=_actor(request), now=timezone.now())
    messages.success(request, f"共 {len(made)} 张证书已登记编号，正在后台制作。")
    return redirect("organise_result", slug, pk)


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # LoginRequiredMiddleware
    return request.user


def _result(request: HttpRequest, slug: str, pk: int) -> Result:
    found = Result.objects.select_related("edition", "round__edition", "published__snapshot")
    result = get_object_or_404(found.defer("published__snapshot__document"), pk=pk, edition__slug=slug)
    or_404(can_manage_result(request.user, result))
    return result


def _publication_form(result: Result) -> PublicationForm:
    return PublicationForm(initial={"book_access": result.book_access, "shows_everybody": result.shows_everybody})


def _page(
    request: HttpRequest,
    result: Result,
    *,
    withdraw_form: WithdrawForm | None = None,
    publication_form: PublicationForm | None = None,
) -> HttpResponse:
    roster = selectors.latest_roster(result)
    is_public = roster is not None and result.state == Result.State.PUBLISHED and result.published_id == roster.pk
    context = {
        "edition": result.edition,
        "here": "contest",
        "result": result,
        "roster": roster,
        "confirmation": selectors.confirmation_of(roster) if roster else None,
        "blockers": [] if is_public else selectors.blockers(result),
        "is_public": is_public,
        "certificate_source": f"结果 {result.pk} ·",
        "versions": result.rosters.select_related("proposed_by", "confirmation__confirmed_by", "snapshot")
        .defer("rows", "snapshot__document")
        .order_by("-version"),
        "withdraw_form": withdraw_form or WithdrawForm(),
        "publication_form": publication_form or _publication_form(result),
    }
    return render(request, "results/organise_result.html", context)
