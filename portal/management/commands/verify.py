"""`manage.py verify [--root HEX]`: does everything official still hold?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.models import Edition
from ledger.selectors import ledger_root, root_known
from portal.services.verification import verify_edition


class Command(BaseCommand):
    help = "核对台账、定格成绩、名册和证书文件。有不符之处时逐条列出，退出码为 1。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--root", default="", metavar="HEX", help="签字成绩单上印的台账根")
        parser.add_argument("--edition", default="", metavar="SLUG", help="只核对这一届")

    def handle(self, *args: Any, root: str, edition: str, **options: Any) -> None:
        editions = list(Edition.objects.filter(slug=edition) if edition else Edition.objects.order_by("slug"))
        if not editions:
            raise CommandError("没有可以核对的届次。")
        faults = [f"{each.title}：{fault}" for each in editions for fault in verify_edition(each)]
        if root and not any(root_known(each, root) for each in editions):
            faults.append(f"台账中没有根 {root}：数据库可能被回退或重建过，或者根抄错了")
        for each in editions:
            number, head = ledger_root(each)
            self.stdout.write(f"{each.title}：台账 {number} 条，根 {head}")
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"有 {len(faults)} 处不符。")
        self.stdout.write("全部相符。")
