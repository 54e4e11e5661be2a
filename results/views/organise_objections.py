"""异议 in the office: the list, one objection with its course and the next acts, and letters that came on paper."""

import secrets
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role, User
from accounts.permissions import has_role
from core.access import or_404
from core.exceptions import ConflictError, DomainError
from core.files import file_response
from core.files.formats import shortened
from core.files.uploads import skipped_upload
from core.models import Edition
from core.text.masks import mask_name, mask_phone
from results import selectors, services
from results.forms import objections as forms
from results.models import Objection, ObjectionFile, Result
from results.permissions import can_handle_objection, can_manage_objections, can_read_objection_file

State = Objection.State
OPEN = "open"
ACTS: dict[str, type[forms.ActForm]] = {
    "accept": forms.AcceptForm,
    "decline": forms.DeclineForm,
    "assign": forms.AssignForm,
    "recuse": forms.RecuseForm,
    "note": forms.NoteForm,
    "reveal": forms.RevealForm,
    "rule": forms.RuleForm,
    "settle": forms.SettleForm,
}
SERVICES: dict[str, Any] = {
    "accept": services.accept_objection,
    "decline": services.decline_objection,
    "recuse": services.recuse_handler,
    "note": services.note_objection,
    "rule": services.rule_objection,
    "settle": services.settle_objection,
}
DONE = {
    "accept": "已受理。请指定承办人。",
    "decline": "已答复不予受理。",
    "assign": "已指定承办人，并发消息通知。",
    "recuse": "已登记回避，请另行指定承办人。",
    "note": "调查记录已保存。",
    "rule": "处理结论已作出，异议人可以在状态页看到答复。",
    "settle": "已更正办结。",
}


@require_safe
def organise_objections(request: HttpRequest, slug: str) -> HttpResponse:
    edition = get_object_or_404(Edition, slug=slug)
    or_404(can_manage_objections(request.user, edition))
    return render(request, "results/organise_objections.html", list_context(request, edition))


@never_cache
@require_safe
def organise_objection(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _page(request, _objection(request, slug, pk))


@never_cache
@sensitive_post_parameters()
@require_POST
def organise_objection_act(request: HttpRequest, slug: str, pk: int, act: str) -> HttpResponse:
    """One act; a refused one shows the page as it is now, with what was typed. 查看 shows name and phone this once."""
    objection = _objection(request, slug, pk)
    if act not in ACTS:
        raise Http404
    form = _form(objection, act, request)
    if not form.is_valid():
        return _page(request, objection, form=form, act=act, status=422)
    try:
        _carry_out(request, objection, act, form)
    except DomainError as refused:
        form.refuse(refused)
        status = 409 if isinstance(refused, ConflictError) else 422
        return _page(request, _objection(request, slug, pk), form=form, act=act, status=status)
    if act == "reveal":
        return _page(request, objection, full=True)
    messages.success(request, DONE[act])
    if not can_handle_objection(request.user, _again(objection)):  # a supervisor who has just recused himself
        return redirect("supervise_objection", slug, pk)
    return redirect("organise_objection", slug, pk)


@require_safe
def organise_objection_file(request: HttpRequest, slug: str, pk: int, file: int) -> HttpResponseBase:
    """Evidence or letter, only ever saved, never shown in our origin."""
    kept = get_object_or_404(
        ObjectionFile.objects.select_related("objection__result__edition"),
        pk=file,
        objection=pk,
        objection__result__edition__slug=slug,
    )
    or_404(can_read_objection_file(request.user, kept.objection))
    return file_response(kept.path, f"{kept.objection.receipt}-{kept.name}", request=request)


@never_cache
@sensitive_post_parameters("name", "phone", "about", "body")
@require_http_methods(["GET", "HEAD", "POST"])
def organise_objection_new(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """登记书面异议 to a result."""
    result = get_object_or_404(Result.objects.select_related("edition", "round"), pk=pk, edition__slug=slug)
    or_404(can_manage_objections(request.user, result.edition))
    period = selectors.last_period(result)
    if request.method != "POST":
        initial = {"submission": secrets.token_urlsafe(24), "received_at": timezone.localtime()}
        return _paper_page(request, result, forms.PaperForm(initial=initial, period=period))
    skipped = skipped_upload(request)
    form = forms.PaperForm(request.POST, request.FILES, period=period)
    if skipped is not None:
        form.add_error("files", f"“{shortened(skipped)}”太大，没有接收；每份最大 20 MB，请压缩后再上传。")
    if not form.is_valid():
        return _paper_page(request, result, form, status=422)
    try:
        objection = services.record_paper_objection(
            result=result, **form.cleaned_data, actor=_actor(request), now=timezone.now()
        )
    except DomainError as refused:
        form.refuse(refused)
        return _paper_page(request, result, form, status=422)
    messages.success(request, f"已登记，回执编号 {objection.receipt}，请告知异议人。")
    return redirect("organise_objection", slug, objection.pk)


def list_context(request: HttpRequest, edition: Edition) -> dict[str, Any]:
    """The list as asked for, what is open by result, and the results that a letter may be about; five queries."""
    state, result = request.GET.get("state", ""), request.GET.get("result", "")
    found = selectors.objections_of(edition)
    if state == OPEN:
        found = found.filter(state__in=Objection.OPEN)
    elif state in State.values:
        found = found.filter(state=state)
    if result.isdecimal() and len(result) < 10:
        found = found.filter(result=int(result))
    waiting = selectors.objections_of(edition).filter(state__in=Objection.OPEN).order_by("result")
    return {
        "edition": edition,
        "here": "objections",
        "page": Paginator(found, 50).get_page(request.GET.get("page")),
        "state": state,
        "result": result,
        "states": [(OPEN, "未办结"), *State.choices],
        "results": list(Result.objects.filter(edition=edition).order_by("pk")),
        "blocking": waiting.values("result", "result__title", "result__group_title").annotate(count=Count("pk")),
    }


def objection_context(objection: Objection) -> dict[str, Any]:
    """Everything of an objection that both workspaces show; its author masked."""
    return {
        "edition": objection.result.edition,
        "here": "objections",
        "objection": objection,
        "result": objection.result,
        "shown_name": mask_name(objection.name) if objection.name else "没有署名",
        "shown_phone": mask_phone(objection.phone) if objection.phone else "没有留电话",
        "row": _row(objection),
        "files": list(objection.files.all()),
        "steps": list(objection.steps.select_related("by", "handler")),
    }


def _row(objection: Objection) -> dict[str, str] | None:
    period = objection.publicity or selectors.last_period(objection.result)
    rows = selectors.publicised_rows(period) if period and objection.entry else []
    return next((row for row in rows if row["entry"] == objection.entry), None)


def _carry_out(request: HttpRequest, objection: Objection, act: str, form: forms.ActForm) -> None:
    said = dict(form.cleaned_data)
    given: dict[str, Any] = {"objection": objection, "actor": _actor(request), "now": timezone.now()}
    if act == "reveal":
        services.reveal_objection(purpose=said["purpose"], **given)
    elif act == "assign":
        handler = get_object_or_404(User, pk=said["handler"])
        services.assign_handler(handler=handler, seen=said["seen"], **given)
    else:
        SERVICES[act](**said, **given)


def _form(objection: Objection, act: str, request: HttpRequest | None = None, *, seen: int = 0) -> forms.ActForm:
    more: dict[str, Any] = {"candidates": selectors.handler_candidates(objection)} if act == "assign" else {}
    return ACTS[act](request.POST if request else None, initial={"seen": seen}, prefix=act, **more)


def _page(
    request: HttpRequest,
    objection: Objection,
    *,
    form: forms.ActForm | None = None,
    act: str = "",
    full: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = objection_context(objection)
    seen = context["steps"][-1].pk
    shown = {name: _form(objection, name, seen=seen) for name in _possible(request, objection)}
    if form is not None:
        form.data = {**form.data.dict(), f"{act}-seen": str(seen)} if isinstance(form.data, QueryDict) else form.data
        if act in shown:
            shown[act] = form
    if full:
        context |= {"shown_name": objection.name, "shown_phone": objection.phone}
    organises = can_manage_objections(request.user, objection.result.edition)
    context |= {
        "forms": shown,
        "refusals": [] if form is None or act in shown else [text for texts in form.errors.values() for text in texts],
        "full": full,
        "organises": organises,
        "workspace": "organise" if organises else "supervise",
        "is_handler": objection.handler_id == request.user.pk,
        "bound": [each for each in selectors.handler_candidates(objection) if each.fault] if "assign" in shown else [],
        "lacking": services.settling_fault(objection) if "settle" in shown else "",
    }
    return render(request, "results/organise_objection.html", context, status=status)


def _possible(request: HttpRequest, objection: Objection) -> list[str]:
    """The acts that stand open now to who looks; the services decide all the same."""
    moves = Objection.MOVES[State(objection.state)]
    organises = has_role(_actor(request), objection.result.edition, Role.ORGANISER)
    investigated, own = objection.state == State.ACCEPTED, objection.handler_id == request.user.pk
    possible = {
        "accept": State.ACCEPTED in moves and organises,
        "assign": investigated and objection.handler_id is None and organises,
        "rule": investigated and own,
        "settle": State.SETTLED in moves,
        "recuse": investigated and objection.handler_id is not None,
        "note": True,
        "decline": State.DECLINED in moves and organises,
        "reveal": bool(objection.name or objection.phone),
    }
    return [act for act, may in possible.items() if may]


def _paper_page(request: HttpRequest, result: Result, form: forms.PaperForm, *, status: int = 200) -> HttpResponse:
    context = {"edition": result.edition, "here": "objections", "result": result, "form": form}
    return render(request, "results/organise_objection_new.html", context, status=status)


def _objection(request: HttpRequest, slug: str, pk: int) -> Objection:
    found = Objection.objects.select_related("result__edition", "result__round", "publicity__roster", "handler")
    objection = get_object_or_404(found, pk=pk, result__edition__slug=slug)
    or_404(can_handle_objection(request.user, objection))
    return objection


def _again(objection: Objection) -> Objection:
    return Objection.objects.select_related("result__edition").get(pk=objection.pk)


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # LoginRequiredMiddleware
    return request.user
