"""Settings of the test run: fast password hashing, files and queue in a folder of the run's own."""

import os
import tempfile
from pathlib import Path

_folder = tempfile.mkdtemp(prefix="mingping-test-")
os.environ.setdefault("VAR_DIR", _folder)

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES  # noqa: E402

MEDIA_ROOT = Path(_folder) / "media"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
EMAIL_HOST = "localhost"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
WHITENOISE_AUTOREFRESH = True
DATABASES["default"]["CONN_MAX_AGE"] = 0
# Pages are made anew each time: a test sees what the one act before it did. tests/portal/test_caching.py keeps them.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # A test's database need not outlive a power cut: a commit does not wait for the disk.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=off"
