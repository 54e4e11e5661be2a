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
from portal.services.rehearsal.invariants import rehearsal_faults, reviewed_faults, write_book
from portal.services.rehearsal.reviewing import rehearse_selection
from scoring.documents.workbook import build_result_workbook

FIRST_DAY = date(2026, 9, 28)  # the publicity period runs across the National Day
START = datetime(2026, 9, 28, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


class Command(BaseCommand):
    help = (
        "演练一场讲解大赛：导入、抽签、评分、并列、更正、公布、证书，最后由独立程序复核。成绩册写入 --out。"
        "--works 另演练一次作品评选：申报、形式审查、分派、评审、公布、证书、推荐。"
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--contestants", type=int, default=36)
        parser.add_argument("--judges", type=int, default=7)
        parser.add_argument("--works", type=int, default=0, metavar="N", help="另演练 N 件作品的评选")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--out", type=Path, required=True, metavar="DIR")
        parser.add_argument("--inside", action="store_true", help="（内部使用）在已另备的数据库中演练")

    def handle(
        self, *args: Any, contestants: int, judges: int, works: int, seed: int, out: Path, inside: bool, **options: Any
    ) -> None:
        if contestants < 8 or not 3 <= judges <= 15:
            raise CommandError("选手至少 8 人，评委 3 至 15 人。")
        if works and (works < 8 or judges < 5):
            raise CommandError("演练作品评选至少要 8 件作品、5 位评委。")
        if inside:
            self._play(contestants, judges, works, seed, out)
            return
        with tempfile.TemporaryDirectory(prefix="mingping-rehearsal-") as folder:
            database = f"sqlite:///{folder}/rehearsal.sqlite3"
            environment = {**os.environ, "VAR_DIR": folder, "DATABASE_URL": database, "REDIS_URL": "", "MEDIA_ROOT": ""}
            command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "rehearse", "--inside"]
            command += ["--contestants", str(contestants), "--judges", str(judges), "--seed", str(seed)]
            command += ["--works", str(works)]
            done = subprocess.run([*command, "--out", str(out.resolve())], env=environment, check=False)  # noqa: S603 - ourselves
        if done.returncode:
            raise CommandError("演练没有通过。", returncode=done.returncode)

    def _play(self, contestants: int, judges: int, works: int, seed: int, out: Path) -> None:
        call_command("migrate", verbosity=0)
        edition = Edition.objects.create(
            slug="rehearsal",
            title="演练",
            year=FIRST_DAY.year,
            organiser_name="示范市科学技术协会",
            is_rehearsal=True,
            publicity_days=5,
            created_at=START,
        )
        clock = PlayClock(START)
        out.mkdir(parents=True, exist_ok=True)
        try:
            played = rehearse_contest(
                edition=edition,
                contestants=contestants,
                judges=judges,
                seed=seed,
                first_day=FIRST_DAY,
                clock=clock,
            )
            reviewed = rehearse_selection(rehearsal=played, works=works, seed=seed, clock=clock) if works else []
        except RehearsalFailed as error:
            raise CommandError(str(error)) from error
        faults = [fault for each in reviewed for fault in reviewed_faults(each, folder=out)]
        write_book(played.book, out / "result-book.json")
        (out / "result-book.xlsx").write_bytes(build_result_workbook(played.book))
        faults += rehearsal_faults(played, book_path=out / "result-book.json")
        for step in played.steps:
            self.stdout.write(step)
        if faults:
            raise CommandError("\n".join(faults))
        shown = f"{contestants} 名选手，{judges} 位评委" + (f"，{works} 件作品" if works else "")
        self.stdout.write(f"演练通过：种子 {seed}，{shown}，成绩册在 {out}")
