"""`manage.py import_registrations CONTEST FILE [--check] [--json]`: the import page without a browser."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.selectors import find_user
from contest.models import Contest, Contestant
from contest.permissions import can_organise
from contest.services import Registration, import_contestants, missing_for, preview_import
from contest.spreadsheets import ReadRegistrations, read_registrations
from core.exceptions import DomainError
from core.spreadsheets import Fault, WorkbookRefused


class Command(BaseCommand):
    """Print the rows of a workbook, or its faults; import the rows unless told only to check.

    With --json standard output is one JSON list: rows as objects, or faults as `{"cell", "code", "message"}` (and
    `sheet` where several sheets have the table). A file that is not read at all is one fault without a cell. Counts
    go to standard error. Exit status 0: rows; 1: faults, nothing was imported.
    """

    help = "检查报名表，没有错误就导入；有一处错误就什么都不导入，逐格列出，退出码为 1。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("contest", metavar="CONTEST", help="比赛的编号、网址代号，或“届次代号/比赛代号”")
        parser.add_argument("file", metavar="FILE", type=Path, help="报名表（.xlsx）")
        parser.add_argument("--check", action="store_true", help="只检查，不导入")
        parser.add_argument("--json", action="store_true", help="在标准输出打印 JSON 列表：各行，或各处错误")
        parser.add_argument("--by", default="", metavar="ACCOUNT", help="记为谁导入：组委会账号的手机号或邮箱")

    def handle(self, *args: Any, file: Path, check: bool, **options: Any) -> None:
        contest = _contest(options["contest"])
        actor = _actor(options["by"], contest)
        read = self._read(contest, file, options["json"])
        if read.faults:
            self._refuse(read.faults, options["json"], several_sheets=len(read.sheets) > 1)
        if read.ignored:
            self.stderr.write(f"这些列没有读取：{'、'.join(map(str, read.ignored))}。")
        if check:
            self._report(contest, read.registrations, as_json=options["json"], done=False)
            return
        try:
            outcome = import_contestants(contest=contest, rows=read.registrations, actor=actor, now=timezone.now())
        except DomainError as refused:
            self._refuse([Fault("", refused.code, refused.message)], options["json"])
        self._report(contest, read.registrations, as_json=options["json"], done=True)
        self.stderr.write(f"导入完成：新增 {outcome.created} 人，{outcome.unchanged} 人早已在名单中、没有改动。")

    def _read(self, contest: Contest, file: Path, as_json: bool) -> ReadRegistrations:
        try:
            with file.open("rb") as stream:
                return read_registrations(stream, contest)
        except OSError as error:
            raise CommandError(f"{file}：无法读取文件：{error.strerror}") from error
        except WorkbookRefused as refused:
            self._refuse([Fault("", refused.code, refused.message)], as_json)

    def _refuse(self, faults: Sequence[Fault], as_json: bool, *, several_sheets: bool = False) -> NoReturn:
        if as_json:
            self._print([_fault_object(fault, several_sheets) for fault in faults])
        else:
            for fault in faults:
                self.stdout.write(str(fault))
        whole_file = "" if faults[0].cell else faults[0].message
        raise CommandError(whole_file or f"有 {len(faults)} 处需要改正，没有导入任何人。")

    def _report(self, contest: Contest, rows: Sequence[Registration], *, as_json: bool, done: bool) -> None:
        if as_json:
            self._print([_row_object(row) for row in rows])
        else:
            lacking = _lacking(contest, rows) if done else {}
            for place, row in enumerate(rows, start=1):
                parts = [str(place), row.group.title, row.name, row.workplace, row.title]
                if messages := lacking.get(row.id_index):
                    parts.append("；".join(messages))
                self.stdout.write("\t".join(parts))
        if not done:
            outcome = preview_import(contest=contest, rows=rows)
            self.stderr.write(
                f"没有错误：可新增 {outcome.created} 人，{outcome.unchanged} 人已在名单中。什么都没有导入。"
            )

    def _print(self, found: list[dict[str, str]]) -> None:
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))


def _contest(name: str) -> Contest:
    """A contest by its number, its slug where only one edition has it, or edition-slug/contest-slug."""
    found = Contest.objects.select_related("edition")
    edition, _, slug = name.rpartition("/")
    if edition:
        matching = list(found.filter(edition__slug=edition, slug=slug))
    else:
        matching = list(found.filter(slug=slug)) or list(found.filter(pk=int(slug)) if slug.isdecimal() else ())
    if len(matching) == 1:
        return matching[0]
    known = "、".join(f"{one.edition.slug}/{one.slug}" for one in found.order_by("pk"))
    problem = "有几个比赛叫" if matching else "没有比赛"
    raise CommandError(f"{problem}“{name}”。已有：{known or '无'}。")


def _actor(identifier: str, contest: Contest) -> User | None:
    """The organiser in whose name it is done; without one, the system's own act."""
    if not identifier:
        return None
    user = find_user(identifier)
    if user is None or not can_organise(user, contest.edition):
        raise CommandError(f"“{identifier}”不是《{contest.edition.title}》组委会的账号。")
    return user


def _fault_object(fault: Fault, several_sheets: bool) -> dict[str, str]:
    found = {"cell": fault.cell, "code": fault.code, "message": fault.message}
    return {"sheet": fault.sheet, **found} if several_sheets else found


def _row_object(row: Registration) -> dict[str, str]:
    return {
        "group": row.group.title,
        "name": row.name,
        "sex": row.gender,
        "born": row.birth_date.isoformat(),
        "id": row.id_number,
        "unit": row.workplace,
        "topic": row.title,
        "tutor": row.tutors,
        "guardian": row.guardian_name,
        "phone": row.phone,
        "email": row.email,
    }


def _lacking(contest: Contest, rows: Sequence[Registration]) -> dict[str, list[str]]:
    """What each person's registration still lacks, by index of the document."""
    indexes = {row.id_index for row in rows}
    kept = [one for one in Contestant.objects.filter(contest=contest) if one.id_index in indexes]
    missing = missing_for(kept)
    return {one.id_index or "": [item.message for item in missing[one.pk]] for one in kept}
