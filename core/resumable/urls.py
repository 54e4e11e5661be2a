from django.urls import path

from core.resumable import api as views

api = [
    path("uploads/", views.uploads, name="api_uploads"),
    path("uploads/<slug:token>/", views.upload, name="api_upload"),
]
