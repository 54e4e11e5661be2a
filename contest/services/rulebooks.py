"""The rules that a contest's coming rounds are judged by."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import Contest, Group
from contest.services.contests import AGES
from ledger.services import record_event
from scoring.models import Round, Rulebook
from scoring.selectors.rules import rules_of
from scoring.services import switch_rulebook


@transaction.atomic
def adopt_rulebook(*, contest: Contest, rulebook: Rulebook, actor: User, now: datetime) -> Contest:
    """Let a contest's coming rounds follow another rulebook; those in preparation change over with it.

    Groups come with the rules: new ones are added, renamed ones renamed, empty ones that the rules do not have taken
    away. Refuses (ContestRefused) a rulebook of another edition, one that lacks a group with contestants or rounds,
    and the one that the contest has. Rounds that have opened, and preliminaries with rules of their own, stay.
    """
    found = Contest.objects.select_for_update(of=("self",), no_key=True).select_related("edition", "rulebook")
    contest = found.get(pk=contest.pk)
    before = contest.rulebook
    if rulebook.edition_id != contest.edition_id:
        raise ContestRefused("这份评分细则不属于本届，请另选。")
    if rulebook.pk == before.pk:
        raise ContestRefused(f"“{contest.title}”用的已经是《{rulebook.title}》第 {rulebook.version} 版。")
    _fit_groups(contest, rulebook)
    contest.rulebook = rulebook
    contest.save(update_fields=["rulebook"])
    drafts = Round.objects.filter(
        group_round__group__contest=contest, state=Round.State.DRAFT, rulebook__code=before.code
    ).exclude(rulebook=rulebook)
    for draft in drafts.order_by("pk"):
        switch_rulebook(round=draft, rulebook=rulebook, actor=actor, now=now)
    payload = {
        "contest": contest.pk,
        "rulebook": rulebook.code,
        "version": rulebook.version,
        "sha256": rulebook.sha256,
    }
    record_event(edition=contest.edition, kind="contest_rulebook_adopted", actor=actor, payload=payload, now=now)
    return contest


def _fit_groups(contest: Contest, rulebook: Rulebook) -> None:
    """Make the contest's groups those of the rules."""
    titles = {group.code: group.title for group in rules_of(rulebook).groups}
    for group in contest.groups.all():
        title = titles.pop(group.code, None)
        if title is None:
            _take_away(group, rulebook)
        elif title != group.title:
            group.title = title
            group.save(update_fields=["title"])
    for code, title in titles.items():
        min_age, max_age = AGES.get(code, (None, None))
        Group.objects.create(contest=contest, code=code, title=title, min_age=min_age, max_age=max_age)


def _take_away(group: Group, rulebook: Rulebook) -> None:
    if group.contestants.exists() or group.group_rounds.exists():
        raise ContestRefused(
            f"《{rulebook.title}》第 {rulebook.version} 版里没有“{group.title}”，可是这一组已有选手或轮次，不能采用。"
            "请先在细则里加上这一组。"
        )
    group.delete()
