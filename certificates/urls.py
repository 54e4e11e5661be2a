"""Addresses by audience; config.urls mounts each list."""

from django.urls import URLPattern

public: list[URLPattern] = []
my: list[URLPattern] = []
organise: list[URLPattern] = []
