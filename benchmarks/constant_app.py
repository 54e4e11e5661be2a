"""The product with one more address that returns a constant: what a request costs before any page is made.

Served like the product as `benchmarks.constant_app:application`; same middleware, same settings.
"""

import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()
settings.ROOT_URLCONF = "benchmarks.constant_app"

from django.contrib.auth.decorators import login_not_required  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

from config.urls import handler404, handler500  # noqa: E402, F401 (Django looks for them here)
from config.urls import urlpatterns as product_urls  # noqa: E402

_CONSTANTS: dict[int, bytes] = {}


@login_not_required
def constant(request: HttpRequest, size: int) -> HttpResponse:
    return HttpResponse(_CONSTANTS.setdefault(size, b"x" * size))


urlpatterns = [path("constant/<int:size>/", constant), *product_urls]
application = get_wsgi_application()
