import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# The pages are loaded now, not by the first visitor; and what is loaded is kept out of later garbage collections, which
# walked all of it several times within one long page and took a quarter of its CPU (docs/benchmarks.md).
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
