"""Addresses by audience; config.urls mounts each list."""

from django.urls import URLPattern, path

from ledger.views import supervise as supervise_views

supervise: list[URLPattern] = [
    path("<slug:slug>/ledger/", supervise_views.supervise_ledger, name="supervise_ledger"),
]
