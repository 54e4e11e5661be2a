"""The edition's people, invitations and units, for its organisers."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.forms import AliasForm, GrantForm, InvitationForm, PersonForm, UnitForm
from accounts.models import Role, Unit, User
from accounts.permissions import can_manage_people
from accounts.rendering import masked_contacts
from accounts.selectors import coordinators_of, open_invitations, people_of, units_with_aliases
from core.access import or_404
from core.exceptions import DomainError
from core.models import Edition
from core.qr import qr_svg

PAGE_SIZE = 50


@require_safe
def organise_people(request: HttpRequest, slug: str) -> HttpResponse:
    edition = _own_edition(request, slug)
    query, role = request.GET.get("q", ""), request.GET.get("role", "")
    page = Paginator(people_of(edition, query=query, role=role), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "edition": edition,
        "here": "people",
        "page": page,
        "query": query,
        "role": role,
        "roles": Role.choices,
        "invitations": open_invitations(edition, timezone.now()),
    }
    return render(request, "accounts/people.html", context)


@require_http_methods(["GET", "POST"])
def organise_person_add(request: HttpRequest, slug: str) -> HttpResponse:
    edition = _own_edition(request, slug)
    assert request.user.is_authenticated
    form = PersonForm(request.POST or None)
    if form.is_valid():
        try:
            user = services.add_person(**form.cleaned_data, edition=edition, actor=request.user, now=timezone.now())
        except DomainError as error:
            form.refuse(error, beside="role")
        else:
            messages.success(request, f"已添加{user.name}。")
            return redirect("organise_person", slug, user.pk)
    return render(request, "accounts/person_add.html", {"edition": edition, "here": "people", "form": form})


@require_safe
def organise_person(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    edition = _own_edition(request, slug)
    return _person_page(request, edition, _person(edition, pk), GrantForm())


@require_POST
def organise_grant(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    edition = _own_edition(request, slug)
    assert request.user.is_authenticated
    person = _person(edition, pk)
    form = GrantForm(request.POST)
    if not form.is_valid():
        return _person_page(request, edition, person, form)
    try:
        services.grant_role(**form.cleaned_data, user=person, edition=edition, actor=request.user, now=timezone.now())
    except DomainError as error:
        form.refuse(error, beside="role")
        return _person_page(request, edition, person, form)
    messages.success(request, f"已授予{person.name}“{Role(form.cleaned_data['role']).label}”。")
    return redirect("organise_person", slug, pk)


@require_POST
def organise_revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take back the role of a grant, and go back to the people: without a role the person's page is gone."""
    edition = _own_edition(request, slug)
    assert request.user.is_authenticated
    grant = get_object_or_404(edition.grants.select_related("user"), pk=pk)
    try:
        services.revoke_role(grant=grant, actor=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"已收回{grant.user.name}的“{grant.get_role_display()}”。")
    return redirect("organise_people", slug)


@never_cache
@require_POST
def organise_reset_code(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Shown in the answer itself, without a redirect: the code is kept nowhere that a second request could read."""
    edition = _own_edition(request, slug)
    assert request.user.is_authenticated
    person = _person(edition, pk)
    try:
        code = services.issue_reset_code(user=person, edition=edition, actor=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("organise_person", slug, pk)
    link = f"{_origin(request)}{reverse('reset_by_code')}"
    context = {"edition": edition, "here": "people", "person": person, "code": code, "link": link}
    return render(request, "accounts/reset_code.html", context)


@require_POST
def organise_codes_revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    edition = _own_edition(request, slug)
    assert request.user.is_authenticated
    person = _person(edition, pk)
    count = services.revoke_sign_in_codes(user=person, edition=edition, actor=request.user, now=timezone.now())
    if count:
        messages.success(request, f"{person.name}的登录码已作废，已登录的设备也已退出。")
    else:
        messages.success(request, f"{person.name}没有可用的登录码。")
    return redirect("organise_person", slug, pk)


@never_cache
@require_http_methods(["GET", "POST"])
def organise_invite(request: HttpRequest, slug: str) -> HttpResponse:
    """The link is shown in the answer itself, without a redirect: only its digest is kept.

    `?role=coordinator&unit=7` chooses beforehand: so a unit's page invites its coordinator.
    """
    edition = _own_edition(request, slug)
    assert request.user.is_authenticated
    context = {"edition": edition, "here": "people"}
    form = InvitationForm(request.POST or None, initial={name: request.GET.get(name) for name in ("role", "unit")})
    if not form.is_valid():
        return render(request, "accounts/invite.html", {**context, "form": form})
    try:
        made, token = services.invite(**form.cleaned_data, edition=edition, actor=request.user, now=timezone.now())
    except DomainError as error:
        form.refuse(error, beside="unit")
        return render(request, "accounts/invite.html", {**context, "form": form})
    link = f"{_origin(request)}{reverse('invitation', args=[token])}"
    qr = qr_svg(link, label="邀请链接的二维码")
    return render(request, "accounts/invited.html", {**context, "invitation": made, "link": link, "qr": qr})


@require_POST
def organise_invitation_revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    edition = _own_edition(request, slug)
    assert request.user.is_authenticated
    found = get_object_or_404(edition.invitations.select_related("edition"), pk=pk)
    try:
        services.revoke_invitation(invitation=found, actor=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"给{found.name}的邀请已撤销。")
    return redirect("organise_people", slug)


@require_http_methods(["GET", "POST"])
def organise_units(request: HttpRequest, slug: str) -> HttpResponse:
    edition = _own_edition(request, slug)
    form = UnitForm(request.POST or None)
    if form.is_valid():
        try:
            unit = services.create_unit(name=form.cleaned_data["name"])
        except DomainError as error:
            form.refuse(error, beside="name")
        else:
            messages.success(request, f"已添加{unit.name}。")
            return redirect("organise_units", slug)
    query = request.GET.get("q", "")
    page = Paginator(units_with_aliases(edition, query), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"edition": edition, "here": "units", "form": form, "page": page, "query": query}
    return render(request, "accounts/units.html", context)


@require_http_methods(["GET", "POST"])
def organise_unit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One unit: who coordinates it in this edition, who is invited to, and its aliases."""
    edition = _own_edition(request, slug)
    unit = get_object_or_404(Unit, pk=pk)
    form = AliasForm(request.POST or None)
    if form.is_valid():
        try:
            alias = services.add_alias(unit=unit, name=form.cleaned_data["name"])
        except DomainError as error:
            form.refuse(error, beside="name")
        else:
            messages.success(request, f"已添加别名{alias.name}。")
            return redirect("organise_unit", slug, pk)
    context = {
        "edition": edition,
        "here": "units",
        "unit": unit,
        "aliases": unit.aliases.all(),
        "coordinators": coordinators_of(unit, edition),
        "invitations": open_invitations(edition, timezone.now()).filter(unit=unit, role=Role.COORDINATOR),
        "form": form,
    }
    return render(request, "accounts/unit.html", context)


@require_POST
def organise_alias_remove(request: HttpRequest, slug: str, pk: int, alias_pk: int) -> HttpResponse:
    _own_edition(request, slug)
    alias = get_object_or_404(get_object_or_404(Unit, pk=pk).aliases, pk=alias_pk)
    services.remove_alias(alias=alias)
    messages.success(request, f"已删除别名{alias.name}。")
    return redirect("organise_unit", slug, pk)


def _own_edition(request: HttpRequest, slug: str) -> Edition:
    edition = get_object_or_404(Edition, slug=slug)
    or_404(can_manage_people(request.user, edition))
    return edition


def _person(edition: Edition, pk: int) -> User:
    return get_object_or_404(people_of(edition), pk=pk)


def _person_page(request: HttpRequest, edition: Edition, person: User, form: GrantForm) -> HttpResponse:
    context = {
        "edition": edition,
        "here": "people",
        "person": person,
        "contacts": masked_contacts(person.phone, person.email),
        "form": form,
    }
    return render(request, "accounts/person.html", context)


def _origin(request: HttpRequest) -> str:
    return settings.PUBLIC_ORIGIN or f"{request.scheme}://{request.get_host()}"
