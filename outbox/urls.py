"""Addresses by audience; config.urls mounts each list."""

from django.urls import URLPattern, path

from outbox.views import my as my_views
from outbox.views import organise as organise_views

my: list[URLPattern] = [
    path("messages/", my_views.my_messages, name="my_messages"),
    path("messages/read/", my_views.my_messages_read, name="my_messages_read"),
    path("messages/<int:pk>/read/", my_views.my_message_read, name="my_message_read"),
]
organise: list[URLPattern] = [
    path("<slug:slug>/messages/", organise_views.organise_outbox, name="organise_outbox"),
    path("<slug:slug>/messages/retry/", organise_views.organise_outbox_retry_all, name="organise_outbox_retry_all"),
    path("<slug:slug>/messages/<int:pk>/retry/", organise_views.organise_outbox_retry, name="organise_outbox_retry"),
    path(
        "<slug:slug>/message-templates/", organise_views.organise_message_templates, name="organise_message_templates"
    ),
    path(
        "<slug:slug>/message-templates/<slug:code>/",
        organise_views.organise_message_template,
        name="organise_message_template",
    ),
]
