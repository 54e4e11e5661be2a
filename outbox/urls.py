"""Addresses by audience; config.urls mounts each list."""

from django.urls import URLPattern, path

from outbox.views import my as my_views

my: list[URLPattern] = [
    path("messages/", my_views.my_messages, name="my_messages"),
    path("messages/read/", my_views.my_messages_read, name="my_messages_read"),
    path("messages/<int:pk>/read/", my_views.my_message_read, name="my_message_read"),
]
organise: list[URLPattern] = []
