import copy

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from core.canonical import digest
from core.exceptions import ConflictError, DomainError
from core.models import Edition
from ledger.models import Event
from scoring.exceptions import RulebookRefused, SecondAccountNeeded
from scoring.models import Round, Rulebook, Snapshot
from scoring.services import (
    create_rulebook,
    lock_round,
    open_round,
    revise_and_follow,
    revise_rulebook,
    switch_fault,
    switch_rulebook,
)
from tests.scoring.conftest import contest_document


def with_gold(document, count):
    changed = copy.deepcopy(document)
    changed["groups"][0]["tiers"][0]["count"] = count
    return changed


@pytest.fixture
def revision(rulebook, supervisor, now) -> Rulebook:
    """Version 2, drawn up by the supervisor: three gold instead of two."""
    return revise_rulebook(
        rulebook=rulebook, document=with_gold(rulebook.document, 3), reason="名额增加", actor=supervisor, now=now
    )


def test_create_rulebook_stores_the_normal_form_with_its_digest(rulebook, organiser):
    assert (rulebook.code, rulebook.version, rulebook.title, rulebook.created_by) == (
        "speech",
        1,
        "讲解细则",
        organiser,
    )
    assert rulebook.document == contest_document(title="讲解细则")
    assert rulebook.sha256 == digest(rulebook.document)
    assert rulebook.frozen_at is None
    assert Event.objects.get(kind="rulebook_created").actor == organiser


def test_create_rulebook_names_every_place_that_makes_no_sense(edition, organiser, now):
    document = copy.deepcopy(contest_document())
    document["segments"][0]["weight"] = "90"
    document["groups"][0]["tiers"][0]["count"] = 0
    document["aggregation"]["min_valid_marks"] = "three"

    with pytest.raises(RulebookRefused) as refused:
        create_rulebook(edition=edition, code="bad", title="细则", document=document, actor=organiser, now=now)

    assert {"groups[0].tiers[0].count", "aggregation.min_valid_marks"} <= set(refused.value.faults)
    assert any(place.startswith("segments") for place in refused.value.faults)
    assert not Rulebook.objects.exists()


def test_create_rulebook_refuses_a_taken_code(rulebook, edition, organiser, now):
    with pytest.raises(DomainError, match="已有代号为“speech”的评分细则"):
        create_rulebook(
            edition=edition, code="speech", title="另一份", document=contest_document(), actor=organiser, now=now
        )


def test_revise_rulebook_makes_the_next_version_and_leaves_the_first(rulebook, revision):
    assert (revision.code, revision.version, revision.reason) == ("speech", 2, "名额增加")
    assert Rulebook.objects.get(version=1).document == rulebook.document


def test_revise_rulebook_refuses_no_reason_no_change_and_nonsense(rulebook, organiser, now):
    for document, reason, sentence in [
        (with_gold(rulebook.document, 3), " ", "请写明修改原因"),
        (rulebook.document, "无", "内容与最新版本相同"),
        (with_gold(rulebook.document, -1), "改", "评分细则有不合理之处"),
    ]:
        with pytest.raises(DomainError, match=sentence):
            revise_rulebook(rulebook=rulebook, document=document, reason=reason, actor=organiser, now=now)


def test_switch_rulebook_before_opening_takes_any_of_the_edition(make_round, edition, organiser, now):
    round = make_round()
    other = create_rulebook(
        edition=edition,
        code="other",
        title="另一份",
        document=contest_document(boundary="share_up"),
        actor=organiser,
        now=now,
    )

    assert switch_rulebook(round=round, rulebook=other, actor=organiser, now=now).rulebook == other
    assert other.frozen_at is None


def test_switch_rulebook_after_opening_takes_another_account(open_one, revision, organiser, supervisor, now):
    with pytest.raises(SecondAccountNeeded, match="拟定人以外的另一个账号"):
        switch_rulebook(round=open_one, rulebook=revision, actor=supervisor, now=now)

    switched = switch_rulebook(round=open_one, rulebook=revision, actor=organiser, now=now)

    revision.refresh_from_db()
    assert (switched.rulebook, revision.frozen_at) == (revision, now)
    assert Event.objects.filter(kind="rulebook_switched").count() == 1


def with_criterion(document, key, value):
    changed = copy.deepcopy(document)
    changed["segments"][0]["criteria"][0][key] = value
    if key == "code":
        changed["tie_chain"][0]["criterion"] = value
    return changed


@pytest.mark.parametrize(("key", "value"), [("max_points", "49"), ("step", "0.1"), ("code", "matter")])
def test_switch_rulebook_after_opening_never_changes_criteria(
    make_round, rulebook, supervisor, organiser, now, key, value
):
    document = with_criterion(rulebook.document, key, value)
    changed = revise_rulebook(rulebook=rulebook, document=document, reason="改标准", actor=supervisor, now=now)
    opened = open_round(round=make_round(), actor=organiser, now=now)

    with pytest.raises(DomainError, match="评分项、满分、步长和汇总办法不能再改") as refused:
        switch_rulebook(round=opened, rulebook=changed, actor=organiser, now=now)
    assert switch_fault(round=opened, rulebook=changed, actor=organiser) == refused.value.message


@pytest.mark.parametrize(("key", "value"), [("max_points", "49"), ("step", "0.1"), ("code", "matter")])
def test_revise_rulebook_after_opening_never_changes_criteria(open_one, rulebook, organiser, now, key, value):
    document = with_criterion(rulebook.document, key, value)

    with pytest.raises(DomainError, match="第 1 版已经启用：环节、评分项、满分、步长和汇总办法不能再改"):
        revise_rulebook(rulebook=rulebook, document=document, reason="改标准", actor=organiser, now=now)


def test_revise_rulebook_refuses_a_version_that_the_editor_has_not_seen(rulebook, revision, organiser, now):
    document = with_gold(rulebook.document, 4)

    with pytest.raises(ConflictError, match="您编辑的时候，纪监督已保存第 2 版"):
        revise_rulebook(rulebook=rulebook, document=document, reason="改", actor=organiser, now=now, base_version=1)


def test_revise_and_follow_takes_rounds_in_preparation_along(make_round, rulebook, organiser, now):
    drafts = [make_round(), make_round("复赛")]
    revised = revise_and_follow(
        rulebook=rulebook,
        document=with_gold(rulebook.document, 3),
        reason="名额增加",
        base_version=1,
        actor=organiser,
        now=now,
    )

    assert (revised.rulebook.version, list(revised.rounds)) == (2, drafts)
    assert {draft.rulebook_id for draft in Round.objects.all()} == {revised.rulebook.pk}
    kinds = ["rulebook_revised", "rulebook_switched", "rulebook_switched"]
    assert list(Event.objects.order_by("number").values_list("kind", flat=True))[-3:] == kinds


def test_revise_and_follow_leaves_rounds_alone_once_one_has_opened(open_one, make_round, rulebook, organiser, now):
    draft = make_round("复赛")
    revised = revise_and_follow(
        rulebook=rulebook,
        document=with_gold(rulebook.document, 3),
        reason="名额增加",
        base_version=1,
        actor=organiser,
        now=now,
    )

    draft.refresh_from_db()
    assert (revised.rounds, draft.rulebook) == ((), rulebook)


def test_revise_and_follow_saves_nothing_without_a_group_that_a_round_judges(make_round, rulebook, organiser, now):
    make_round()
    document = copy.deepcopy(rulebook.document)
    document["groups"][0]["code"] = "adult"

    with pytest.raises(RulebookRefused) as refused:
        revise_and_follow(rulebook=rulebook, document=document, reason="分组", base_version=1, actor=organiser, now=now)
    assert refused.value.faults == {"groups": "轮次“决赛”在用这份细则：评分细则“讲解细则”里没有组别“all”。"}
    assert Rulebook.objects.count() == 1


def test_switch_rulebook_after_opening_stays_with_the_code(open_one, edition, supervisor, organiser, now):
    other = create_rulebook(
        edition=edition, code="other", title="另一份", document=contest_document(), actor=supervisor, now=now
    )

    with pytest.raises(DomainError, match="只能换用同一评分细则的其他版本"):
        switch_rulebook(round=open_one, rulebook=other, actor=organiser, now=now)


def test_switch_rulebook_refuses_another_edition_and_a_missing_group(make_round, rulebook, organiser, supervisor, now):
    round = make_round()
    elsewhere = Edition.objects.create(slug="2025", title="去年", year=2025, organiser_name="x", created_at=now)
    foreign = create_rulebook(
        edition=elsewhere, code="speech", title="x", document=contest_document(), actor=organiser, now=now
    )
    document = copy.deepcopy(rulebook.document)
    document["groups"][0]["code"] = "adult"
    without = revise_rulebook(rulebook=rulebook, document=document, reason="分组", actor=organiser, now=now)

    with pytest.raises(DomainError, match="不属于本届"):
        switch_rulebook(round=round, rulebook=foreign, actor=organiser, now=now)
    with pytest.raises(DomainError, match="没有组别“all”"):
        switch_rulebook(round=round, rulebook=without, actor=organiser, now=now)


def test_switch_rulebook_of_a_locked_round_takes_a_new_snapshot(open_one, revision, submit_all, organiser, now):
    submit_all(open_one, {"01": ["40"] * 3, "02": ["39"] * 3, "03": ["38"] * 3})
    lock_round(round=open_one, actor=organiser, now=now)

    switch_rulebook(round=open_one, rulebook=revision, actor=organiser, now=now)

    first, second = Snapshot.objects.order_by("number")
    gold = [[p["entry"] for p in s.document["output"]["placements"] if p["tier"] == "gold"] for s in (first, second)]
    assert gold == [["01", "02"], ["01", "02", "03"]]
    assert (second.rulebook, second.reason) == (revision, "换用评分细则第 2 版")


def test_open_round_freezes_the_rulebook_once(make_round, rulebook, organiser, now):
    open_round(round=make_round(), actor=organiser, now=now)
    open_round(round=make_round("复赛"), actor=organiser, now=now.replace(year=2027))

    rulebook.refresh_from_db()
    assert rulebook.frozen_at == now


def test_pitfall_24_rulebook_criteria_and_rounds_with_marks_cannot_be_deleted(open_one, rulebook, submit, entry_of):
    submit(open_one, "01", 1)

    for thing in (open_one, rulebook, entry_of(open_one, "01"), open_one.panel):
        with pytest.raises(ProtectedError):
            thing.delete()
    for statement in ("DELETE FROM scoring_rulebook", "UPDATE scoring_rulebook SET document = '{}'"):
        with pytest.raises(IntegrityError, match="append-only: scoring_rulebook"), transaction.atomic():
            connection.cursor().execute(statement)
