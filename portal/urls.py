"""Addresses by audience; config.urls mounts each list."""

from django.urls import URLPattern, path

from portal.views import organise as organise_views
from portal.views import public as public_views
from portal.views import supervise as supervise_views

public: list[URLPattern] = [
    path("", public_views.home, name="home"),
    path("setup/", public_views.setup, name="setup"),
    path("start/", organise_views.start, name="start"),
]
organise: list[URLPattern] = [
    path("", organise_views.organise_home, name="organise_home"),
    path("<slug:slug>/", organise_views.organise_edition, name="organise_edition"),
]
supervise: list[URLPattern] = [
    path("<slug:slug>/", supervise_views.supervise_edition, name="supervise_edition"),
]
