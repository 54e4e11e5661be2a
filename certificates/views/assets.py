"""Pictures for layouts: backgrounds, which the organiser brings in, and seals, which only their keeper does."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Unit, User
from certificates.forms.assets import BackgroundForm, PictureForm, SealForm
from certificates.models import Asset
from certificates.permissions import can_keep_seals, can_manage_certificates, can_see_seals
from certificates.selectors import live_assets
from certificates.services.assets import remove_background, remove_seal, upload_background, upload_seal
from core.access import or_404
from core.exceptions import DomainError
from core.files import file_response, safe_name
from core.files.formats import too_large
from core.files.uploads import skipped_upload
from core.models import Edition


@require_http_methods(["GET", "HEAD", "POST"])
def organise_assets(request: HttpRequest, slug: str) -> HttpResponse:
    """版式底图: what is there, and another one."""
    edition = get_object_or_404(Edition, slug=slug)
    or_404(can_manage_certificates(request.user, edition))
    form = BackgroundForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and _is_valid(form, request):
        try:
            asset = upload_background(
                edition=edition,
                title=form.cleaned_data["title"],
                content=form.content,
                name=form.file_name,
                actor=_user(request),
                now=timezone.now(),
            )
        except DomainError as refused:
            form.add_error("file", refused.message)
        else:
            messages.success(request, f"底图“{asset.title}”已上传，可以在版式里选用。")
            return redirect("organise_assets", slug)
    context = {
        "edition": edition,
        "here": "certificates",
        "form": form,
        "assets": live_assets(edition, Asset.Kind.BACKGROUND),
    }
    return render(request, "certificates/assets.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def organise_seals(request: HttpRequest, slug: str) -> HttpResponse:
    """单位印章: the organiser sees which are there; their keeper brings in and puts away."""
    edition = get_object_or_404(Edition, slug=slug)
    or_404(can_see_seals(request.user, edition))
    may_keep = can_keep_seals(request.user, edition)
    or_404(may_keep or request.method != "POST")
    form = SealForm(request.POST or None, request.FILES or None, units=Unit.objects.filter(is_active=True))
    if request.method == "POST" and _is_valid(form, request):
        unit = form.cleaned_data["unit"]
        try:
            upload_seal(
                edition=edition,
                unit=unit,
                content=form.content,
                name=form.file_name,
                actor=_user(request),
                now=timezone.now(),
            )
        except DomainError as refused:
            form.add_error("file", refused.message)
        else:
            messages.success(request, f"“{unit.name}”的印章已上传。用它的版式，请组委会打开保存一次。")
            return redirect("organise_seals", slug)
    context = {
        "edition": edition,
        "here": "certificates",
        "form": form,
        "may_keep": may_keep,
        "is_organiser": can_manage_certificates(request.user, edition),
        "seals": live_assets(edition, Asset.Kind.SEAL),
    }
    return render(request, "certificates/asset_seals.html", context)


@require_safe
def organise_asset_preview(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """The picture as PNG: what was handed in is never shown in our origin as it is."""
    asset = _asset(request, slug, pk)
    path = asset.path.removesuffix(f".{asset.format}") + ".preview.png"
    return file_response(path, "preview.png", inline=True)


@require_safe
def organise_asset_file(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """The file that is kept, to be saved."""
    asset = _asset(request, slug, pk)
    return file_response(asset.path, f"{safe_name(asset.title) or 'picture'}.{asset.format}")


@require_POST
def organise_asset_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    asset = _asset(request, slug, pk)
    is_seal = asset.kind == Asset.Kind.SEAL
    page = "organise_seals" if is_seal else "organise_assets"
    try:
        (remove_seal if is_seal else remove_background)(asset=asset, actor=_user(request), now=timezone.now())
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, f"{asset.get_kind_display()}“{asset.title}”已停用；已经签发的证书不变。")
    return redirect(page, slug)


def _asset(request: HttpRequest, slug: str, pk: int) -> Asset:
    """A seal is its keeper's, a background the organiser's."""
    asset = get_object_or_404(Asset.objects.select_related("edition"), pk=pk, edition__slug=slug)
    may = can_keep_seals if asset.kind == Asset.Kind.SEAL else can_manage_certificates
    or_404(may(request.user, asset.edition))
    return asset


def _is_valid(form: PictureForm, request: HttpRequest) -> bool:
    """Also where the file was above the installation's limit and never stored."""
    skipped = skipped_upload(request)
    if skipped is not None:
        form.errors.pop("file", None)
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        form.add_error("file", too_large(skipped, length, form.limits.max_bytes).message)
    return form.is_valid()


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
