"""Addresses by audience; config.urls mounts each list."""

from django.urls import URLPattern, path

from notices.views import calendar as calendar_views
from notices.views import documents as document_views
from notices.views import public_documents as public_document_views

public: list[URLPattern] = [
    path("notices/<int:pk>/pdf/", public_document_views.public_notice_pdf, name="public_notice_pdf"),
]
organise: list[URLPattern] = [
    path("<slug:slug>/notices/<int:pk>/pdf/", document_views.organise_notice_pdf, name="organise_notice_pdf"),
    path("<slug:slug>/notices/<int:pk>/word/", document_views.organise_notice_word, name="organise_notice_word"),
    path("<slug:slug>/notices/<int:pk>/wechat/", document_views.organise_notice_wechat, name="organise_notice_wechat"),
    path("<slug:slug>/calendar/", calendar_views.organise_calendar, name="organise_calendar"),
    path("<slug:slug>/calendar/<int:year>/", calendar_views.organise_calendar_year, name="organise_calendar_year"),
]
supervise: list[URLPattern] = []
api: list[URLPattern] = []
