"""Making a contest from a preset."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import Contest, Group
from core.models import Edition
from ledger.services import record_event
from scoring.engine.presets import PRESETS
from scoring.services import create_rulebook

# 少年组 ≤ 16 (含), 成年组 > 16: Henan 2023 (domain.md A4).
AGES: dict[str, tuple[int | None, int | None]] = {"adult": (17, None), "junior": (None, 16)}


@transaction.atomic
def create_contest(
    *, edition: Edition, title: str, slug: str, first_day: date, preset: str, actor: User, now: datetime
) -> Contest:
    """Make a contest with the preset's rulebook and groups; ages count on `first_day`.

    Refuses (ContestRefused) an unknown preset and a slug that the edition has already.
    """
    chosen = PRESETS.get(preset)
    if chosen is None:
        raise ContestRefused("没有这套现成的评分细则，请从列表中选择。")
    if Contest.objects.filter(edition=edition, slug=slug).exists():
        raise ContestRefused(f"本届已有网址代号为“{slug}”的比赛，请换一个代号。")
    rules = chosen.build()
    rulebook = create_rulebook(
        edition=edition, code=slug, title=rules.title, document=rules.as_document(), actor=actor, now=now
    )
    contest = Contest.objects.create(edition=edition, title=title, slug=slug, first_day=first_day, rulebook=rulebook)
    for group in rules.groups:
        min_age, max_age = AGES.get(group.code, (None, None))
        Group.objects.create(contest=contest, code=group.code, title=group.title, min_age=min_age, max_age=max_age)
    payload = {"contest": contest.pk, "slug": slug, "preset": preset, "rulebook": rulebook.pk}
    record_event(edition=edition, kind="contest_created", actor=actor, payload=payload, now=now)
    return contest
