"""Addresses by audience; config.urls mounts each list."""

from django.urls import URLPattern

my: list[URLPattern] = []
