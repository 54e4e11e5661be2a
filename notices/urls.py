"""Addresses by audience; config.urls mounts each list."""

from django.urls import URLPattern, path

from notices import api as api_views
from notices.views import calendar as calendar_views
from notices.views import documents as document_views
from notices.views import files as file_views
from notices.views import organise as organise_views
from notices.views import public as public_views
from notices.views import public_documents as public_document_views
from notices.views import supervise as supervise_views

_OWN = "<slug:slug>/notices/<int:pk>/"
_FILE = f"{_OWN}attachments/<int:file>/"
public: list[URLPattern] = [
    path("notices/", public_views.public_notices, name="public_notices"),
    path("notices/feed/", public_views.public_notice_feed, name="public_notice_feed"),
    path("notices/<int:pk>/", public_views.public_notice, name="public_notice"),
    path(
        "notices/<int:pk>/attachments/<int:file>/",
        public_views.public_notice_attachment,
        name="public_notice_attachment",
    ),
    path("notices/<int:pk>/pdf/", public_document_views.public_notice_pdf, name="public_notice_pdf"),
]
organise: list[URLPattern] = [
    path("<slug:slug>/notices/", organise_views.organise_notices, name="organise_notices"),
    path("<slug:slug>/notices/new/", organise_views.organise_notice_new, name="organise_notice_new"),
    path(_OWN, organise_views.organise_notice, name="organise_notice"),
    path(f"{_OWN}preview/", organise_views.organise_notice_preview, name="organise_notice_preview"),
    path(f"{_OWN}publish/", organise_views.organise_notice_publish, name="organise_notice_publish"),
    path(f"{_OWN}close/", organise_views.organise_notice_close, name="organise_notice_close"),
    path(f"{_OWN}withdraw/", organise_views.organise_notice_withdraw, name="organise_notice_withdraw"),
    path(f"{_OWN}delete/", organise_views.organise_notice_delete, name="organise_notice_delete"),
    path(f"{_OWN}attach/", organise_views.organise_notice_attach, name="organise_notice_attach"),
    path(_FILE, file_views.organise_notice_file, name="organise_notice_file"),
    path(f"{_FILE}detach/", organise_views.organise_notice_detach, name="organise_notice_detach"),
    path("<slug:slug>/notices/<int:pk>/pdf/", document_views.organise_notice_pdf, name="organise_notice_pdf"),
    path("<slug:slug>/notices/<int:pk>/word/", document_views.organise_notice_word, name="organise_notice_word"),
    path("<slug:slug>/notices/<int:pk>/wechat/", document_views.organise_notice_wechat, name="organise_notice_wechat"),
    path("<slug:slug>/calendar/", calendar_views.organise_calendar, name="organise_calendar"),
    path("<slug:slug>/calendar/<int:year>/", calendar_views.organise_calendar_year, name="organise_calendar_year"),
]
supervise: list[URLPattern] = [
    path("<slug:slug>/notices/", supervise_views.supervise_notices, name="supervise_notices"),
]
api: list[URLPattern] = [
    path("notices/", api_views.notice_list, name="api_notices"),
    path("notices/<int:pk>/", api_views.notice_detail, name="api_notice"),
]
