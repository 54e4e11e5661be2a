"""Addresses by audience; config.urls mounts each list."""

from django.urls import URLPattern

public: list[URLPattern] = []
organise: list[URLPattern] = []
supervise: list[URLPattern] = []
api: list[URLPattern] = []
