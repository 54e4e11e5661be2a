"""`manage.py first_organiser`: begin an installation whose set-up page nobody can reach, e.g. in containers."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.exceptions import DomainError
from portal.services.setup import create_first_organiser


class Command(BaseCommand):
    help = "在没有任何账号的数据库中建立第一届和组委会账号；密码从键盘读入，或用 --password-stdin 从标准输入读入。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--edition", required=True, metavar="TITLE", help="届次名称，例如 2026 年科技活动周")
        parser.add_argument("--office", required=True, metavar="NAME", help="主办单位")
        parser.add_argument("--year", type=int, default=timezone.localdate().year)
        parser.add_argument("--name", required=True, help="组委会账号的姓名")
        parser.add_argument("--email", required=True, help="用来登录的电子邮箱")
        parser.add_argument("--password-stdin", action="store_true")

    def handle(self, *args: Any, password_stdin: bool, **options: Any) -> None:
        password = sys.stdin.readline().rstrip("\n") if password_stdin else getpass.getpass("密码（至少 10 位）：")
        try:
            create_first_organiser(
                edition_title=options["edition"],
                organiser_name=options["office"],
                year=options["year"],
                name=options["name"],
                email=options["email"],
                password=password,
                now=timezone.now(),
            )
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"已建立《{options['edition']}》和账号 {options['email']}，现在可以登录。")
