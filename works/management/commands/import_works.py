"""`manage.py import_works SELECTION FILE [--check] [--json]`: the import page without a browser."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.selectors import find_user
from core.exceptions import DomainError
from core.spreadsheets import Fault, WorkbookRefused
from works.models import Kind, Selection, Work
from works.permissions import can_manage_selection
from works.services.imports import ImportRow, import_works, preview_import
from works.services.missing import missing_for
from works.spreadsheets import ReadWorks, read_works


class Command(BaseCommand):
    """Print the works of a workbook, or its faults; import the works unless told only to check.

    With --json standard output is JSON: the works as `{"books": […], "videos": […]}`, or the faults as a list of
    `{"cell", "code", "message"}` (and `sheet` where several sheets have a table). A file that is not read at all is one
    fault without a cell. Counts go to standard error. Exit status 0: works; 1: faults, nothing was imported.
    """

    help = "检查作品汇总表，没有错误就导入；有一处错误就什么都不导入，逐格列出，退出码为 1。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("selection", metavar="SELECTION", help="评选的编号、网址代号，或“届次代号/评选代号”")
        parser.add_argument("file", metavar="FILE", type=Path, help="作品汇总表（.xlsx）")
        parser.add_argument("--check", action="store_true", help="只检查，不导入")
        parser.add_argument("--json", action="store_true", help="在标准输出打印 JSON：各件作品，或各处错误")
        parser.add_argument("--by", default="", metavar="ACCOUNT", help="记为谁导入：组委会账号的手机号或邮箱")

    def handle(self, *args: Any, file: Path, check: bool, **options: Any) -> None:
        selection = _selection(options["selection"])
        actor = _actor(options["by"], selection)
        read = self._read(selection, file, options["json"])
        if read.faults:
            self._refuse(read.faults, options["json"], several_sheets=len(read.sheets) > 1)
        if read.ignored:
            self.stderr.write(f"这些列没有读取：{'、'.join(map(str, read.ignored))}。")
        if check:
            self._report(selection, read.rows, as_json=options["json"], done=False)
            return
        try:
            outcome = import_works(selection=selection, rows=read.rows, actor=actor, now=timezone.now())
        except DomainError as refused:
            self._refuse([Fault("", refused.code, refused.message)], options["json"])
        self._report(selection, read.rows, as_json=options["json"], done=True)
        self.stderr.write(f"导入完成：新增 {outcome.created} 件，{outcome.unchanged} 件早已在名单中、没有改动。")

    def _read(self, selection: Selection, file: Path, as_json: bool) -> ReadWorks:
        try:
            with file.open("rb") as stream:
                return read_works(stream, selection)
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
        raise CommandError(whole_file or f"有 {len(faults)} 处需要改正，没有导入任何作品。")

    def _report(self, selection: Selection, rows: Sequence[ImportRow], *, as_json: bool, done: bool) -> None:
        if as_json:
            self._print(
                {
                    "books": [_book_object(row) for row in rows if row.content.kind.form == Kind.Form.BOOK],
                    "videos": [_video_object(row) for row in rows if row.content.kind.form == Kind.Form.VIDEO],
                }
            )
        else:
            lacking = _lacking(selection) if done else {}
            for place, row in enumerate(rows, start=1):
                first = row.content.authors[0].name if row.content.authors else ""
                parts = [str(place), row.content.kind.title, row.content.title, first, row.unit_name]
                if messages := lacking.get((row.content.title, first)):
                    parts.append("；".join(messages))
                self.stdout.write("\t".join(parts))
        if not done:
            outcome = preview_import(selection=selection, rows=rows)
            self.stderr.write(
                f"没有错误：可新增 {outcome.created} 件，{outcome.unchanged} 件已在名单中。什么都没有导入。"
            )

    def _print(self, found: object) -> None:
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))


def _selection(name: str) -> Selection:
    """A selection by its number, its slug where only one edition has it, or edition-slug/selection-slug."""
    found = Selection.objects.select_related("edition")
    edition, _, slug = name.rpartition("/")
    if edition:
        matching = list(found.filter(edition__slug=edition, slug=slug))
    else:
        matching = list(found.filter(slug=slug)) or list(found.filter(pk=int(slug)) if slug.isdecimal() else ())
    if len(matching) == 1:
        return matching[0]
    known = "、".join(f"{one.edition.slug}/{one.slug}" for one in found.order_by("pk"))
    problem = "有几个评选叫" if matching else "没有评选"
    raise CommandError(f"{problem}“{name}”。已有：{known or '无'}。")


def _actor(identifier: str, selection: Selection) -> User | None:
    """The organiser in whose name it is done; without one, the system's own act."""
    if not identifier:
        return None
    user = find_user(identifier)
    if user is None or not can_manage_selection(user, selection.edition):
        raise CommandError(f"“{identifier}”不是《{selection.edition.title}》组委会的账号。")
    return user


def _fault_object(fault: Fault, several_sheets: bool) -> dict[str, str]:
    found = {"cell": fault.cell, "code": fault.code, "message": fault.message}
    return {"sheet": fault.sheet, **found} if several_sheets else found


def _book_object(row: ImportRow) -> dict[str, object]:
    content, published = row.content, row.content.values.get("published_on")
    category = content.text("category")
    return {
        "title": content.title,
        "category": str(Work.Category(category).label) if category else "",
        "volumes": content.volume_count,
        "isbns": content.isbns,
        "published": f"{published:%Y-%m}" if published else "",
        **_shared(row),
        "order": row.order,
    }


def _video_object(row: ImportRow) -> dict[str, object]:
    content, broadcast = row.content, row.content.values.get("published_on")
    return {
        "title": content.title,
        "seconds": content.values.get("seconds"),
        "first_broadcast": f"{broadcast:%Y-%m-%d}" if broadcast else "",
        "url": content.text("url"),
        **_shared(row),
        "non_original_percent": _number(content.values.get("non_original_percent")),
        "ai_used": content.values.get("ai_used"),
        "order": row.order,
    }


def _shared(row: ImportRow) -> dict[str, object]:
    return {
        "authors": [each.name for each in row.content.authors],
        "unit": row.content.text("workplace"),
        "phone": row.content.text("phone"),
    }


def _number(share: object) -> int | float | None:
    """A share as JSON writes numbers: 5, 7.5."""
    if not isinstance(share, Decimal):
        return None
    return int(share) if share == share.to_integral_value() else float(share)


def _lacking(selection: Selection) -> dict[tuple[str, str], list[str]]:
    """What each work still lacks, by title and first author."""
    works = list(Work.objects.filter(selection=selection).prefetch_related("authors"))
    missing = missing_for(works)
    return {
        (work.title, next((each.name for each in work.authors.all()), "")): [item.message for item in missing[work.pk]]
        for work in works
    }
