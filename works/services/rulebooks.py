"""The rules that a selection's coming reviews follow."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from ledger.services import record_event
from scoring.models import Round, Rulebook
from scoring.selectors.rules import rules_of
from scoring.services import switch_rulebook
from works.exceptions import WorkRefused
from works.models import Selection
from works.services.selections import lock_selection


@transaction.atomic
def adopt_rulebook(*, selection: Selection, rulebook: Rulebook, actor: User, now: datetime) -> Selection:
    """Let a selection's coming reviews follow another rulebook; those in preparation change over with it.

    Kinds are groups of the rules: they take the groups' titles, and further groups can be made kinds. Refuses
    (WorkRefused) a rulebook of another edition, the one that the selection has, one that lacks a kind, and one that
    counts more reviews than a kind plans. Rounds that have opened stay as they are.
    """
    locked = lock_selection(selection)
    before = Rulebook.objects.get(pk=locked.rulebook_id)
    if rulebook.edition_id != locked.edition_id:
        raise WorkRefused("这份评分细则不属于本届，请另选。")
    if rulebook.pk == before.pk:
        raise WorkRefused(f"“{locked.title}”用的已经是《{rulebook.title}》第 {rulebook.version} 版。")
    _fit_kinds(locked, rulebook)
    locked.rulebook = rulebook
    locked.save(update_fields=["rulebook"])
    drafts = Round.objects.filter(
        kind_round__kind__selection=locked, state=Round.State.DRAFT, rulebook__code=before.code
    ).exclude(rulebook=rulebook)
    for draft in drafts.order_by("pk"):
        switch_rulebook(round=draft, rulebook=rulebook, actor=actor, now=now)
    payload = {
        "selection": locked.pk,
        "rulebook": rulebook.code,
        "version": rulebook.version,
        "sha256": rulebook.sha256,
    }
    record_event(edition=locked.edition, kind="selection_rulebook_adopted", actor=actor, payload=payload, now=now)
    return locked


def _fit_kinds(selection: Selection, rulebook: Rulebook) -> None:
    rules = rules_of(rulebook)
    titles = {group.code: group.title for group in rules.groups}
    least = rules.aggregation.min_valid_marks
    for kind in selection.kinds.order_by("order", "pk"):
        title = titles.get(kind.code)
        if title is None:
            raise WorkRefused(
                f"《{rulebook.title}》第 {rulebook.version} 版里没有“{kind.title}”这一组（代号 {kind.code}），"
                "不能采用。请先在细则里加上这一组，或删除这个类别。"
            )
        if kind.reviews_each < least:
            raise WorkRefused(
                f"这份细则至少要 {least} 份有效评分，“{kind.title}”只安排了 {kind.reviews_each} 人评审。"
                "请先增加评审人数。"
            )
        if title != kind.title:
            kind.title = title
            kind.save(update_fields=["title"])
