"""Addresses by audience; config.urls mounts each list."""

from django.urls import URLPattern, path

from results import api as api_views
from results.views import organise as organise_views
from results.views import organise_difference as difference_views
from results.views import organise_objections as objection_views
from results.views import organise_publicity as publicity_views
from results.views import public as public_views
from results.views import public_objections as public_objection_views
from results.views import supervise as supervise_views
from results.views import supervise_objections as supervise_objection_views

public: list[URLPattern] = [
    path("results/", public_views.public_results, name="public_results"),
    path("results/<int:pk>/", public_views.public_result, name="public_result"),
    path("results/<int:pk>/rules/", public_views.public_rules, name="public_rules"),
    path("results/<int:pk>/book/", public_views.public_book, name="public_book"),
    path("results/<int:pk>/objection/", public_objection_views.objection_new, name="objection_new"),
    path("objections/<str:token>/", public_objection_views.objection_state, name="objection_state"),
]
_OWN = "<slug:slug>/results/<int:pk>/"
_OBJECTION = "<slug:slug>/objections/<int:pk>/"
organise: list[URLPattern] = [
    path(_OWN, organise_views.organise_result, name="organise_result"),
    path(f"{_OWN}publish/", organise_views.publish, name="organise_result_publish"),
    path(f"{_OWN}withdraw/", organise_views.withdraw, name="organise_result_withdraw"),
    path(f"{_OWN}publication/", organise_views.publication, name="organise_result_publication"),
    path(f"{_OWN}publicity/", publicity_views.organise_publicity, name="organise_publicity"),
    path(f"{_OWN}publicity/start/", publicity_views.start, name="organise_publicity_start"),
    path(f"{_OWN}publicity/withdraw/", publicity_views.withdraw, name="organise_publicity_withdraw"),
    path(f"{_OWN}publicity/days/", publicity_views.days, name="organise_publicity_days"),
    path(f"{_OWN}notice/", publicity_views.draft_notice, name="organise_result_notice"),
    path(
        "<slug:slug>/notices/<int:pk>/publish-result/",
        publicity_views.publish_notice,
        name="organise_result_notice_publish",
    ),
    path(f"{_OWN}hidden/", publicity_views.hidden, name="organise_hidden"),
    path(f"{_OWN}difference/", difference_views.organise_difference, name="organise_difference"),
    path(f"{_OWN}certificates/", organise_views.certificates, name="organise_result_certificates"),
    path(
        "<slug:slug>/certificates/batches/<int:pk>/issue/",
        organise_views.issue_certificate_batch,
        name="organise_certificate_batch_issue",
    ),
    path("<slug:slug>/objections/", objection_views.organise_objections, name="organise_objections"),
    path(f"{_OWN}objection/", objection_views.organise_objection_new, name="organise_objection_new"),
    path(_OBJECTION, objection_views.organise_objection, name="organise_objection"),
    path(f"{_OBJECTION}evidence/<int:file>/", objection_views.organise_objection_file, name="organise_objection_file"),
    path(f"{_OBJECTION}<slug:act>/", objection_views.organise_objection_act, name="organise_objection_act"),
]
supervise: list[URLPattern] = [
    path(_OWN, supervise_views.supervise_result, name="supervise_result"),
    path(f"{_OWN}confirm/", supervise_views.confirm, name="supervise_result_confirm"),
    path("<slug:slug>/objections/", supervise_objection_views.supervise_objections, name="supervise_objections"),
    path(_OBJECTION, supervise_objection_views.supervise_objection, name="supervise_objection"),
]
api: list[URLPattern] = [
    path("results/", api_views.result_list, name="api_results"),
    path("results/<int:pk>/", api_views.result_detail, name="api_result"),
    path("results/<int:pk>/book/", api_views.result_book, name="api_result_book"),
]
