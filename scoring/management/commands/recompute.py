import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from scoring import engine
from scoring.services.snapshots import FORMAT

NOT_A_BOOK = 2


class Command(BaseCommand):
    """Run the engine on a result book. Exit status 1: its rules or input are refused; 2: it is no result book."""

    help = "Compute a result book's standings anew from its rules and marks and print them as JSON."
    requires_system_checks = []  # needs no database

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("book", type=Path, metavar="BOOK.json")

    def handle(self, *args: Any, book: Path, **options: Any) -> None:
        document = read_book(book)
        try:
            outcome = engine.recompute_book(document)
        except engine.DocumentInvalid as error:
            faults = "".join(f"\n  {fault.path}：{fault.message}" for fault in error.faults)
            raise CommandError(f"{book}：成绩册的细则或评分数据有误，无法计算：{faults}") from error
        self.stdout.write(json.dumps(outcome.as_document(), ensure_ascii=False, indent=1))


def read_book(path: Path) -> dict[str, Any]:
    """The JSON of a result book; CommandError with exit status 2 for what is no result book."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"{path}：无法读取文件：{error.strerror}", returncode=NOT_A_BOOK) from error
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{path}：不是 JSON 文件，或不是 UTF-8 编码。", returncode=NOT_A_BOOK) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise CommandError(f"{path}：不是成绩册，应有 format: {FORMAT}。", returncode=NOT_A_BOOK)
    return document
