"""Addresses by audience; config.urls mounts each list."""

from django.urls import URLPattern, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from portal import api as api_views
from portal.views import organise as organise_views
from portal.views import organise_editions as edition_views
from portal.views import organise_numbers as numbers_views
from portal.views import public as public_views
from portal.views import public_gallery as gallery_views
from portal.views import public_help as help_views
from portal.views import supervise as supervise_views

public: list[URLPattern] = [
    path("", public_views.home, name="home"),
    path("help/", help_views.help_front, name="help"),
    path("help/<path:page>/", help_views.help_page, name="help_page"),
    path("setup/", public_views.setup, name="setup"),
    path("start/", organise_views.start, name="start"),
    path("editions/<slug:slug>/", public_views.public_edition, name="public_edition"),
    path("gallery/", gallery_views.gallery, name="gallery"),
    path("gallery/<int:pk>/<str:entry>/", gallery_views.gallery_work, name="gallery_work"),
    path("gallery/<int:pk>/<str:entry>/cover/", gallery_views.gallery_cover, name="gallery_cover"),
    path("gallery/<int:pk>/<str:entry>/poster/", gallery_views.gallery_poster, name="gallery_poster"),
    path("gallery/<int:pk>/<str:entry>/video/", gallery_views.gallery_video, name="gallery_video"),
]
organise: list[URLPattern] = [
    path("", organise_views.organise_home, name="organise_home"),
    path("<slug:slug>/", organise_views.organise_edition, name="organise_edition"),
    path("<slug:slug>/numbers/", numbers_views.organise_numbers, name="organise_numbers"),
    path("<slug:slug>/numbers.xlsx", numbers_views.organise_numbers_book, name="organise_numbers_book"),
    path("<slug:slug>/settings/", edition_views.organise_edition_settings, name="organise_edition_settings"),
    path("<slug:slug>/state/", edition_views.organise_edition_state, name="organise_edition_state"),
    path("<slug:slug>/next/", edition_views.organise_edition_next, name="organise_edition_next"),
]
supervise: list[URLPattern] = [
    path("<slug:slug>/", supervise_views.supervise_edition, name="supervise_edition"),
]
api: list[URLPattern] = [
    path("editions/", api_views.edition_list, name="api_editions"),
    path("editions/<slug:slug>/", api_views.edition_detail, name="api_edition"),
    path("schema/", SpectacularJSONAPIView.as_view(), name="api_schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api_schema"), name="api_docs"),
]
