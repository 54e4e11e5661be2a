"""Addresses by audience; config.urls mounts each list."""

from django.urls import URLPattern, path

from certificates.views import batches as batch_views
from certificates.views import my as my_views
from certificates.views import organise as organise_views
from certificates.views import public as public_views

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
]
