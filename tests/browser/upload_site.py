"""The product with a page of its own that offers an upload; run by gunicorn as `tests.browser.upload_site:application`.

Examination is done by a thread beside the pages, as a Celery worker would. `python -m tests.browser.upload_site` makes
an account and prints its cookies.
"""

import json
import threading
import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import get_resolver, path
from django.utils import timezone

from config.wsgi import application as application  # first: it loads the settings and the apps
from core.models import Upload
from core.resumable.forms import UploadForm
from core.resumable.purposes import Allowance, Purpose
from core.resumable.starting import receive_file
from core.resumable.tasks import examine_upload

FORMATS, MOST = ("pdf",), 64 * 1024 * 1024
PAGE = """{% extends "base.html" %}{% load static %}
{% block title %}上传文件{% endblock %}
{% block content %}<h1>上传文件</h1>
<section class="card">{% include "upload.html" %}</section>
<h2>已收下</h2><ul>{% for each in kept %}<li>{{ each.name }} {{ each.sha256 }}</li>{% endfor %}</ul>{% endblock %}
{% block scripts %}<script type="module" src="{% static 'core/upload.js' %}"></script>{% endblock %}"""


def start(*, owner: Any, target: str, name: str, length: int, now: Any) -> Allowance:
    return Allowance(FORMATS, MOST)


def finish(*, upload: Upload, now: Any) -> None:
    """The list on the page is all that there is."""


ANYTHING = Purpose("文件", start, finish)


def page(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        receive_file(owner=request.user, purpose="test", target="1", file=request.FILES["file"], now=timezone.now())
        return redirect("/upload/")
    form = UploadForm("test", "1", "/upload/", "作品文件", FORMATS, MOST)
    kept = Upload.objects.filter(state=Upload.State.READY)
    return HttpResponse(engines["django"].from_string(PAGE).render({"upload": form, "kept": kept}, request))


def examine() -> None:
    while True:
        for pk in Upload.objects.filter(state=Upload.State.RECEIVED).values_list("pk", flat=True):
            examine_upload(upload_id=pk)
        time.sleep(0.2)


def make_account() -> dict[str, str]:
    from benchmarks.uploads import make_sender

    return make_sender()


settings.UPLOAD_PURPOSES = {"test": "tests.browser.upload_site.ANYTHING"}
get_resolver().url_patterns.append(path("upload/", page))

if __name__ == "__main__":
    print(json.dumps(make_account()))
else:
    threading.Thread(target=examine, daemon=True).start()
