"""Addresses by audience; config.urls mounts each list."""

from django.urls import URLPattern

judge: list[URLPattern] = []
organise: list[URLPattern] = []
hall: list[URLPattern] = []
supervise: list[URLPattern] = []
