"""Addresses by audience; config.urls mounts each list."""

from django.urls import URLPattern

supervise: list[URLPattern] = []
