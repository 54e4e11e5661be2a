"""`manage.py demo`: the demo edition in an empty database, for this machine only."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from portal.services.rehearsal.cast import DEMO_PASSWORD
from portal.services.rehearsal.clock import PlayClock
from portal.services.rehearsal.demo import DEMO_ACCOUNTS, load_demo


class Command(BaseCommand):
    help = "在空数据库中建立示范届次；--accounts 列出示范账号。示范账号只能从本机登录。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="已有账号时什么也不做")
        parser.add_argument("--accounts", action="store_true", help="只列出示范账号")

    def handle(self, *args: Any, if_empty: bool, accounts: bool, **options: Any) -> None:
        if accounts:
            self._list_accounts()
            return
        if settings.PRODUCTION:
            raise CommandError("正式环境中不建立示范数据。")
        if User.objects.exists():
            if if_empty:
                return
            raise CommandError("数据库里已经有账号，示范数据只放进空数据库。")
        now = timezone.now()
        load_demo(first_day=timezone.localdate(), clock=PlayClock(now - timedelta(hours=3)), progress=self.stdout.write)

    def _list_accounts(self) -> None:
        known = dict(
            User.objects.filter(email__in=[account.email for account in DEMO_ACCOUNTS]).values_list("email", "name")
        )
        for account in DEMO_ACCOUNTS:
            if account.email in known:
                self.stdout.write(f"{account.role}　{known[account.email]}　{account.email}　{DEMO_PASSWORD}")
