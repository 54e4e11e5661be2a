"""The Celery application: `celery -A config worker -B`."""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("mingping")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["core.resumable"])

if not settings.REDIS_URL:
    settings.BROKER_DIR.mkdir(parents=True, exist_ok=True)
    for folder in ("queue", "control"):
        (settings.BROKER_DIR / folder).mkdir(exist_ok=True)
