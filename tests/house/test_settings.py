"""Settings come from the environment, and production refuses what is unsafe (design §12)."""

import ast
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment

ROOT = Path(__file__).resolve().parents[2]
READERS = {"env", "env_flag", "env_list"}
PRODUCTION = {
    "DJANGO_ENV": "production",
    "ALLOWED_HOSTS": "kepu.example.org",
    "SECRET_KEY": "m3-P8vQ0rT1xZ7kLw5nY2uB9cD4eF6gH_jKsAqXoIyU-tRzWvE0bNaMc",
    "FIELD_ENCRYPTION_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "BLIND_INDEX_KEY": "blind-index-key-of-the-test",
}


def names_read(path: Path) -> Iterator[str]:
    """Environment names that a file reads through config.environment."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", "") in READERS
            and isinstance(node.args[0], ast.Constant)
        ):
            yield str(node.args[0].value)


def test_env_example_names_every_setting_that_is_read() -> None:
    read = {name for path in (ROOT / "config").glob("*.py") for name in names_read(path)}
    explained = set(
        re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    )

    assert explained == read | set(environment.SECRET_NAMES) | {"POSTGRES_PASSWORD"}


def test_env_is_read_in_config_only() -> None:
    elsewhere = [
        str(path.relative_to(ROOT))
        for package in (
            "accounts",
            "certificates",
            "contest",
            "core",
            "ledger",
            "notices",
            "outbox",
            "portal",
            "results",
            "scoring",
            "works",
        )
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"os\.(environ\[|environ\.get|getenv)", path.read_text(encoding="utf-8"))
    ]
    assert elsewhere == []


def manage(arguments: list[str], variables: dict[str, str], var: Path) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "LC_ALL"}}
    command = [sys.executable, "manage.py", *arguments]
    given = {**clean, **variables, "VAR_DIR": str(var)}
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)


def test_check_deploy_is_clean_in_production(tmp_path: Path) -> None:
    done = manage(["check", "--deploy", "--fail-level", "WARNING"], PRODUCTION, tmp_path)

    assert (done.returncode, done.stdout.strip()) == (0, "System check identified no issues (0 silenced)."), done.stderr


def test_production_without_secrets_does_not_start(tmp_path: Path) -> None:
    done = manage(["check"], {"DJANGO_ENV": "production"}, tmp_path)

    assert done.returncode != 0
    assert "production needs SECRET_KEY, FIELD_ENCRYPTION_KEYS, BLIND_INDEX_KEY" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "_FILE", {})
    for name in environment.SECRET_NAMES:
        monkeypatch.delenv(name, raising=False)


def test_read_secrets_in_production_with_one_missing_names_it(
    no_secrets: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRET_KEY", "s")
    monkeypatch.setenv("BLIND_INDEX_KEY", "b")

    with pytest.raises(ImproperlyConfigured, match=r"^production needs FIELD_ENCRYPTION_KEYS in"):
        environment.read_secrets(production=True, var=tmp_path)


def test_read_secrets_on_a_developers_machine_makes_them_once(no_secrets: None, tmp_path: Path) -> None:
    made = environment.read_secrets(production=False, var=tmp_path / "var")

    assert set(made) == set(environment.SECRET_NAMES)
    assert stat.S_IMODE((tmp_path / "var" / "secrets.json").stat().st_mode) == 0o600
    assert environment.read_secrets(production=False, var=tmp_path / "var") == made


def test_read_secrets_given_all_makes_no_file(
    no_secrets: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given = {name: name.lower() for name in environment.SECRET_NAMES}
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    assert environment.read_secrets(production=True, var=tmp_path) == given
    assert list(tmp_path.iterdir()) == []


def test_read_env_file_passes_over_comments_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text('# SKIPPED=1\n\nNAME = value \nQUOTED="a=b"\nnonsense\nEMPTY=\n', encoding="utf-8")

    assert environment.read_env_file(path) == {"NAME": "value", "QUOTED": "a=b", "EMPTY": ""}
    assert environment.read_env_file(tmp_path / "missing") == {}


@pytest.mark.parametrize(
    ("text", "expected"), [("1", True), ("on", True), ("True", True), ("0", False), ("", False), ("no", False)]
)
def test_env_flag(monkeypatch: pytest.MonkeyPatch, text: str, expected: bool) -> None:
    monkeypatch.setenv("A_FLAG", text)

    assert environment.env_flag("A_FLAG") is expected


@pytest.mark.parametrize(("given", "expected"), [({}, "of .env"), ({"X": "given"}, "given"), ({"X": ""}, "default")])
def test_env_takes_the_environment_before_the_file_an_empty_value_too(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], expected: str
) -> None:
    monkeypatch.setattr(environment, "_FILE", {"X": "of .env"})
    monkeypatch.delenv("X", raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    assert environment.env("X", "default") == expected


def test_env_list_drops_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_LIST", " a.example , ,b.example,")

    assert environment.env_list("A_LIST") == ["a.example", "b.example"]
