"""Addresses by audience; config.urls mounts each list."""

from django.urls import URLPattern, path

from certificates.views import assets as asset_views
from certificates.views import batch_pages as batch_page_views
from certificates.views import batches as batch_views
from certificates.views import certificate as certificate_views
from certificates.views import layout_editor as editor_views
from certificates.views import layouts as layout_views
from certificates.views import my as my_views
from certificates.views import organise as organise_views
from certificates.views import public as public_views
from certificates.views import recipients as recipient_views
from certificates.views import unit as unit_views

_ALL = "<slug:slug>/certificates/"
_OWN = f"{_ALL}<int:pk>/"
_BATCH = f"{_ALL}batches/<int:pk>/"
_RECIPIENTS = f"{_ALL}recipients/"
_UNIT = "<slug:slug>/units/<int:unit>/certificates/"

public: list[URLPattern] = [
    path("certificates/check/", public_views.certificate_check, name="certificate_check"),
    path("certificates/check/file/", public_views.certificate_check_file, name="certificate_check_file"),
    path("v/<str:token>/", public_views.certificate_check_token, name="certificate_check_token"),
]
my: list[URLPattern] = [
    path("certificates/", my_views.my_certificates, name="my_certificates"),
    path("certificates/<int:pk>/", my_views.my_certificate_file, name="my_certificate_file"),
]
organise: list[URLPattern] = [
    path("<slug:slug>/certificates/layouts/", layout_views.organise_layouts, name="organise_layouts"),
    path(
        "<slug:slug>/certificates/layouts/preview/",
        layout_views.organise_layout_preview,
        name="organise_layout_preview",
    ),
    path(
        "<slug:slug>/certificates/layouts/test-page/",
        layout_views.organise_layout_test_page,
        name="organise_layout_test_page",
    ),
    path("<slug:slug>/certificates/layouts/new/", layout_views.organise_layout_new, name="organise_layout_new"),
    path("<slug:slug>/certificates/layouts/<slug:code>/", layout_views.organise_layout, name="organise_layout"),
    path(
        "<slug:slug>/certificates/layouts/<slug:code>/edit/",
        editor_views.organise_layout_edit,
        name="organise_layout_edit",
    ),
    path("<slug:slug>/certificates/pictures/", asset_views.organise_assets, name="organise_assets"),
    path("<slug:slug>/certificates/seals/", asset_views.organise_seals, name="organise_seals"),
    path(
        "<slug:slug>/certificates/pictures/<int:pk>/preview/",
        asset_views.organise_asset_preview,
        name="organise_asset_preview",
    ),
    path(
        "<slug:slug>/certificates/pictures/<int:pk>/file/", asset_views.organise_asset_file, name="organise_asset_file"
    ),
    path(
        "<slug:slug>/certificates/pictures/<int:pk>/remove/",
        asset_views.organise_asset_remove,
        name="organise_asset_remove",
    ),
    path("<slug:slug>/certificates/", organise_views.organise_certificates, name="organise_certificates"),
    path("<slug:slug>/certificates/zip/", batch_views.organise_certificates_zip, name="organise_certificates_zip"),
    path("<slug:slug>/certificates/pdf/", batch_views.organise_certificates_pdf, name="organise_certificates_pdf"),
    path(
        "<slug:slug>/certificates/<int:pk>/", organise_views.organise_certificate_file, name="organise_certificate_file"
    ),
    path(
        "<slug:slug>/certificates/<int:pk>/retry/",
        organise_views.organise_certificate_retry,
        name="organise_certificate_retry",
    ),
    path(f"{_OWN}details/", certificate_views.organise_certificate, name="organise_certificate"),
    path(f"{_OWN}revoke/", certificate_views.organise_certificate_revoke, name="organise_certificate_revoke"),
    path(f"{_OWN}reissue/", certificate_views.organise_certificate_reissue, name="organise_certificate_reissue"),
    path(f"{_ALL}batches/", batch_page_views.organise_certificate_batches, name="organise_certificate_batches"),
    path(_BATCH, batch_page_views.organise_certificate_batch, name="organise_certificate_batch"),
    path(f"{_BATCH}proof/", batch_page_views.organise_certificate_batch_proof, name="organise_certificate_batch_proof"),
    path(
        f"{_BATCH}approve/",
        batch_page_views.organise_certificate_batch_approve,
        name="organise_certificate_batch_approve",
    ),
    path(
        f"{_BATCH}cancel/",
        batch_page_views.organise_certificate_batch_cancel,
        name="organise_certificate_batch_cancel",
    ),
    path(f"{_BATCH}retry/", batch_page_views.organise_certificate_batch_retry, name="organise_certificate_batch_retry"),
    path(f"{_BATCH}zip/", batch_views.organise_certificate_batch_zip, name="organise_certificate_batch_zip"),
    path(f"{_BATCH}pdf/", batch_views.organise_certificate_batch_pdf, name="organise_certificate_batch_pdf"),
    path(_RECIPIENTS, recipient_views.organise_certificate_recipients, name="organise_certificate_recipients"),
    *(
        path(
            f"{_RECIPIENTS}{act}/",
            getattr(recipient_views, f"organise_certificate_recipients_{act}"),
            name=f"organise_certificate_recipients_{act}",
        )
        for act in ("template", "annotated", "draft", "discard")
    ),
]
unit: list[URLPattern] = [
    path(_UNIT, unit_views.unit_certificates_page, name="unit_certificates"),
    path(f"{_UNIT}zip/", unit_views.unit_certificates_zip, name="unit_certificates_zip"),
    path(f"{_UNIT}<int:pk>/", unit_views.unit_certificate_file, name="unit_certificate_file"),
]
supervise: list[URLPattern] = [
    path(f"{_ALL}batches/", batch_page_views.supervise_certificate_batches, name="supervise_certificate_batches"),
    path(_BATCH, batch_page_views.supervise_certificate_batch, name="supervise_certificate_batch"),
    path(
        f"{_BATCH}proof/", batch_page_views.supervise_certificate_batch_proof, name="supervise_certificate_batch_proof"
    ),
    path(
        f"{_BATCH}approve/",
        batch_page_views.supervise_certificate_batch_approve,
        name="supervise_certificate_batch_approve",
    ),
]
