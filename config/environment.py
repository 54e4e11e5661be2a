"""What the settings read from outside: the environment, then `.env`, then (on a developer's machine) made secrets."""

import base64
import json
import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent
SECRET_NAMES = ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "BLIND_INDEX_KEY")


def read_env_file(path: Path) -> dict[str, str]:
    """Return NAME=value lines of a file; comments and blank lines are passed over. A missing file is empty."""
    if not path.exists():
        return {}
    pairs: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, sign, value = line.strip().partition("=")
        if sign and not name.startswith("#"):
            pairs[name.strip()] = value.strip().strip('"')
    return pairs


_FILE = read_env_file(ROOT / ".env")


def env(name: str, default: str = "") -> str:
    """The environment wins over `.env`, empty too: so a rehearsal turns off the Redis and the files of a site."""
    return os.environ.get(name, _FILE.get(name, "")) or default


def env_flag(name: str) -> bool:
    return env(name).lower() in {"1", "true", "yes", "on"}


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


def read_secrets(*, production: bool, var: Path) -> dict[str, str]:
    """Return the three secrets. Production refuses to start without them; elsewhere they are made once, mode 600."""
    given = {name: env(name) for name in SECRET_NAMES}
    missing = [name for name, value in given.items() if not value]
    if not missing:
        return given
    if production:
        raise ImproperlyConfigured(f"production needs {', '.join(missing)} in the environment or in .env")
    return {**_made_secrets(var / "secrets.json"), **{name: value for name, value in given.items() if value}}


def _made_secrets(path: Path) -> dict[str, str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    made = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "BLIND_INDEX_KEY": secrets.token_urlsafe(32),
    }
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(made, file)
    return made
