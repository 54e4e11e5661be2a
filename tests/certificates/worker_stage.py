"""Run as `python -m tests.certificates.worker_stage order|count` in the worker test's own database."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from accounts.services import create_user  # noqa: E402
from certificates.models import Certificate  # noqa: E402
from certificates.services import Award, issue_certificates  # noqa: E402
from core.models import Edition  # noqa: E402


def order() -> None:
    now = timezone.now()
    edition = Edition.objects.create(
        slug="w", title="届次", year=2026, organiser_name="市科协", publicity_days=0, created_at=now
    )
    organiser = create_user(name="郝组织", email="organiser@example.com")
    awards = [Award(f"k{n}", f"选手{n}", "同志", "荣获", "一等奖", ("市科协",), "结果 1") for n in range(12)]
    issue_certificates(edition=edition, prefix="W-", awards=awards, issued_on=now.date(), actor=organiser, now=now)


if __name__ == "__main__":
    if sys.argv[1] == "order":
        order()
    print(Certificate.objects.filter(state=Certificate.State.ISSUED).count())
