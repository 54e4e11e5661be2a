"""`manage.py rehearse`: a whole contest without a browser, in a database of its own (design §6)."""

import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from core.models import Edition
from portal.services.rehearsal import RehearsalFailed, rehearse_contest
from portal.services.rehearsal.clock import PlayClock
from portal.services.rehearsal.invariants import rehearsal_faults, write_book
from scoring.documents.workbook import build_result_workbook

FIRST_DAY = date(2026, 11, 20)
START = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


class Command(BaseCommand):
    help = "演练一场讲解大赛：导入、抽签、评分、并列、更正、公布、证书，最后由独立程序复核。成绩册写入 --out。"
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--contestants", type=int, default=36)
        parser.add_argument("--judges", type=int, default=7)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--out", type=Path, required=True, metavar="DIR")
        parser.add_argument("--inside", action="store_true", help="（内部使用）在已另备的数据库中演练")

    def handle(
        self, *args: Any, contestants: int, judges: int, seed: int, out: Path, inside: bool, **options: Any
    ) -> None:
        if contestants < 8 or not 3 <= judges <= 15:
            raise CommandError("选手至少 8 人，评委 3 至 15 人。")
        if inside:
            self._play(contestants, judges, seed, out)
            return
        with tempfile.TemporaryDirectory(prefix="mingping-rehearsal-") as folder:
            database = f"sqlite:///{folder}/rehearsal.sqlite3"
            environment = {**os.environ, "VAR_DIR": folder, "DATABASE_URL": database, "REDIS_URL": "", "MEDIA_ROOT": ""}
            command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "rehearse", "--inside"]
            command += ["--contestants", str(contestants), "--judges", str(judges), "--seed", str(seed)]
            done = subprocess.run([*command, "--out", str(out.resolve())], env=environment, check=False)  # noqa: S603 - ourselves
        if done.returncode:
            raise CommandError("演练没有通过。", returncode=done.returncode)

    def _play(self, contestants: int, judges: int, seed: int, out: Path) -> None:
        call_command("migrate", verbosity=0)
        edition = Edition.objects.create(
            slug="rehearsal",
            title="演练",
            year=FIRST_DAY.year,
            organiser_name="示范市科学技术协会",
            is_rehearsal=True,
            created_at=START,
        )
        try:
            played = rehearse_contest(
                edition=edition,
                contestants=contestants,
                judges=judges,
                seed=seed,
                first_day=FIRST_DAY,
                clock=PlayClock(START),
            )
        except RehearsalFailed as error:
            raise CommandError(str(error)) from error
        out.mkdir(parents=True, exist_ok=True)
        write_book(played, out / "result-book.json")
        (out / "result-book.xlsx").write_bytes(build_result_workbook(played.book))
        faults = rehearsal_faults(played, book_path=out / "result-book.json")
        for step in played.steps:
            self.stdout.write(step)
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"演练通过：种子 {seed}，{contestants} 名选手，{judges} 位评委，成绩册在 {out}")
