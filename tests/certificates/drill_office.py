"""The office of the drill: it issues, and it looks afterwards. `prepare` sets up Django, so nothing of it is imported
above."""

import hashlib
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LEASE_SECONDS = 5
PREFIX = "演练〔2026〕"
_office: dict[str, Any] = {}


def environment(folder: Path, database: str) -> None:
    os.environ.update(
        {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DJANGO_ENV": "local",
            "VAR_DIR": str(folder / "var"),
            "MEDIA_ROOT": str(folder / "media"),
            "DATABASE_URL": database,
            "REDIS_URL": "",
            "DRILL_DIR": str(folder / "orders"),
            "CERTIFICATE_LEASE_SECONDS": str(LEASE_SECONDS),
            "SWEEP_SECONDS": "1",
            "LOG_LEVEL": "INFO",
            "PUBLIC_ORIGIN": "",
        }
    )


def prepare(*, redis_port: int) -> None:
    if redis_port:
        os.environ["REDIS_URL"] = f"redis://127.0.0.1:{redis_port}/0"
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from accounts.services import create_user
    from core.models import Edition

    call_command("migrate", verbosity=0)
    now = timezone.now()
    _office["edition"] = Edition.objects.create(
        slug="drill", title="演练", year=2026, organiser_name="示范市科学技术协会", publicity_days=0, created_at=now
    )
    _office["organiser"] = create_user(name="郝组织", email="organiser@example.com")
    _office["now"], _office["awards"] = now, []


def issue(number: int) -> None:
    """Order so many more, as the page does; that Redis is down does not keep anybody from it."""
    from certificates.services import Award

    start = len(_office["awards"])
    more = [
        Award(
            award_key=f"drill:{n:04d}",
            recipient=f"演练选手{n:04d}",
            salutation="同志",
            before=f"在2026年科普讲解大赛（成年组）中，讲解作品《第{n:04d}颗星》荣获",
            award="一等奖",
            issuers=("示范市科学技术局", "示范市科学技术协会"),
            source="定格成绩 No. 1 · 名册 v1",
        )
        for n in range(start, start + number)
    ]
    _office["awards"] += more
    _issue(more)


def _issue(awards: list[Any]) -> list[Any]:
    from certificates.services import issue_certificates

    return issue_certificates(
        edition=_office["edition"],
        prefix=PREFIX,
        awards=awards,
        issued_on=_office["now"].date(),
        actor=_office["organiser"],
        now=_office["now"],
    )


def is_done() -> bool:
    from certificates.models import Certificate

    return not Certificate.objects.filter(state__in=["owed", "claimed"]).exists()


def most_attempts() -> int:
    from certificates.models import Certificate

    return max(Certificate.objects.values_list("attempts", flat=True))


def faults(total: int) -> list[str]:
    """What is wrong with rows, files and ledger; an empty list is what is wanted."""
    time.sleep(LEASE_SECONDS + 3)  # the sweep has removed half files by then
    from django.conf import settings

    from certificates.models import Certificate
    from ledger.models import Event
    from ledger.selectors import chain_faults

    rows = list(Certificate.objects.order_by("number"))
    found = [f"{row.serial} is {row.state}: {row.last_error}" for row in rows if row.state != "issued"]
    if [row.number for row in rows] != list(range(1, total + 1)):
        found.append(f"numbers are not 1 to {total} without gaps: {len(rows)} rows")
    for what in ("serial", "token", "file", "award_key"):
        if len({getattr(row, what) for row in rows}) != total:
            found.append(f"not every {what} is one of its own")
    folder = settings.MEDIA_ROOT / "certificates" / "drill"
    names, files = sorted(path.name for path in folder.iterdir()), sorted(Path(row.file).name for row in rows)
    if names != files:
        found.append(f"{len(names)} files for {total} rows: {sorted(set(names) ^ set(files))[:5]}")
    found += [fault for row in rows if row.file for fault in _faults_of_file(row, settings.MEDIA_ROOT / row.file)]
    issued = list(Event.objects.filter(kind="certificate_issued").values_list("payload", flat=True))
    if len(issued) != total or len(set(issued)) != total:
        found.append(f"{len(issued)} events, {len(set(issued))} different")
    return found + chain_faults(_office["edition"])


def _faults_of_file(row: Any, path: Path) -> list[str]:
    content = path.read_bytes()
    found = [] if hashlib.sha256(content).hexdigest() == row.file_sha256 else [f"{row.serial}: another digest"]
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True)
    if checked.returncode or "WARNING" in checked.stdout + checked.stderr:
        found.append(f"{row.serial}: qpdf says {checked.stderr.strip()}")
    pages = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    words = "".join(pages.split())
    place = row.number - 1
    wanted = (f"演练选手{place:04d}", f"《第{place:04d}颗星》", "一等奖", "".join(row.serial.split()))
    found += [f"{row.serial}: {word} is not in it" for word in wanted if word not in words]
    if pages.count("\f") != 1:
        found.append(f"{row.serial}: {pages.count(chr(12))} pages")
    return found


def faults_of_a_second_run(wait_until: Callable[[Callable[[], object], str], None]) -> list[str]:
    """Issuing all again changes nothing; making all again gives the same bytes."""
    from certificates.models import Certificate
    from certificates.services import enqueue_certificates, sweep_owed
    from ledger.selectors import ledger_root

    rows, root, files = _rows(), ledger_root(_office["edition"]), _files()
    _issue(_office["awards"])
    sweep_owed(now=_office["now"])
    enqueue_certificates(certificate_ids=list(Certificate.objects.values_list("pk", flat=True)))
    wait_until(_queue_is_empty, "the second run's messages are taken")
    time.sleep(2)  # and done with
    found = [] if _rows() == rows else ["rows changed in a second run"]
    if ledger_root(_office["edition"]) != root:
        found.append("the ledger grew in a second run")
    if _files() != files:
        found.append("files were written in a second run")
    Certificate.objects.update(state="owed", lease_until=None, attempts=0)
    wait_until(is_done, "all are made again")
    if {name: told[0] for name, told in _files().items()} != {name: told[0] for name, told in files.items()}:
        found.append("a certificate that was made again has other bytes")
    return found


def _rows() -> list[tuple[Any, ...]]:
    from certificates.models import Certificate

    return list(Certificate.objects.order_by("pk").values_list())


def _files() -> dict[str, tuple[str, int, int]]:
    from django.conf import settings

    paths = (settings.MEDIA_ROOT / "certificates" / "drill").iterdir()
    return {
        path.name: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns, path.stat().st_ino)
        for path in paths
    }


def _queue_is_empty() -> bool:
    from celery import current_app

    with current_app.connection_for_read() as connection:
        return not connection.default_channel._size("celery")
