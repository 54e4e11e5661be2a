"""The containers run what run.py runs (design §12)."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return loaded


def test_compose_has_web_worker_beat_and_their_stores(compose: dict[str, Any]) -> None:
    assert {"web", "worker", "beat", "postgres", "redis"} <= set(compose["services"])
    assert {"media", "postgres", "redis"} == set(compose["volumes"])


def test_compose_shares_media_and_takes_secrets_from_the_env_file(compose: dict[str, Any]) -> None:
    for name in ("web", "worker", "beat", "migrate"):
        service = compose["services"][name]
        assert service["volumes"] == ["media:/var/lib/mingping/media"]
        assert service["env_file"] == ".env"
        assert set(service["environment"]) == {"DATABASE_URL", "REDIS_URL"}


def test_compose_redis_never_evicts_a_task(compose: dict[str, Any]) -> None:
    assert "--maxmemory-policy noeviction" in compose["services"]["redis"]["command"]


def test_compose_depends_on_services_that_exist(compose: dict[str, Any]) -> None:
    services = compose["services"]
    wanted = {(name, other) for name, service in services.items() for other in service.get("depends_on", {})}

    assert {other for _, other in wanted} <= set(services)
    assert {other for _, other in wanted if "healthcheck" not in services[other]} == {"migrate"}


def test_compose_opens_no_port_beyond_this_host(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]

    assert ports == ["127.0.0.1:8000:8000"]


def test_dockerfile_ends_as_a_user_without_rights() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    assert re.findall(r"^USER (\w+)", text, re.MULTILINE) == ["mingping"]
    assert "--require-hashes" in text
    assert "npm ci" in text
