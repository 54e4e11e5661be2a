"""公示 of a result: the periods that count, and what a result's notices are filed under."""

import re

from django.db.models import QuerySet

from core.models import Edition
from notices.models import Notice
from results.models import Publicity, Result

_SUBJECT = re.compile(r"result-(\d{1,18})")


def subject_of(result: Result) -> str:
    """What the notices of a result are filed under (`Notice.subject`)."""
    return f"result-{result.pk}"


def result_of_subject(edition: Edition, subject: str) -> Result | None:
    """The result that a notice's subject names; None for one of no result of this edition."""
    match = _SUBJECT.fullmatch(subject)
    return Result.objects.filter(pk=int(match[1]), edition=edition).first() if match else None


def standing_publicities(result: Result) -> list[Publicity]:
    """The periods that count, in their order: whose notice was not withdrawn."""
    return list(publicities_of(result).exclude(notice__state=Notice.State.WITHDRAWN))


def publicities_of(result: Result) -> QuerySet[Publicity]:
    """Every period that a result ever had, withdrawn ones too, in their order."""
    found = Publicity.objects.filter(result=result).select_related("notice", "started_by", "roster__snapshot")
    return found.defer("roster__rows", "roster__snapshot__document").order_by("number")
