"""批次: certificates are drafted, proofed, approved by a second account, then issued (design §11).

draft_batch → the worker makes the proof (proofs.py) → approve_batch → issue_batch; cancel_batch ends one before that.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import User
from certificates.engine.shipped import DEFAULT
from certificates.exceptions import BatchRefused
from certificates.models import Batch, Certificate, Layout, Series
from certificates.permissions import can_approve_batch
from certificates.services.awards import Award, Changes, award_of, batch_digest, changes_of
from certificates.services.issuing import CORRECTED, Order, hand_over, lock_series, make_rows
from certificates.services.layouts import adopt_layout, refuse_what_cannot_be_printed
from core.models import Edition
from core.tasks import enqueue
from core.text.characters import find_bad_characters
from ledger.services import record_event

MOST_ROWS = 5000


def draft_batch(
    *,
    edition: Edition,
    title: str,
    source: str,
    family: str,
    prefix: str,
    awards: Sequence[Award],
    issued_on: date,
    actor: User,
    now: datetime,
    layout: str = DEFAULT,
    recipients: Mapping[str, Any] | None = None,
) -> Batch:
    """Freeze what is to be issued: of `awards` those that no valid certificate says yet; and owe their proof.

    `family` is the common beginning of the keys of everything that this source honours: its certificates that are no
    award any more will be superseded by the issue. "" for a source of which each row stands for itself (a workbook).
    `layout` is the code of a layout, frozen in its newest version; `recipients` is kept for the source.

    Refuses (IssuingBlocked) words that the layout cannot print; (BatchRefused) a batch in which nothing would change,
    one of more than MOST_ROWS, two awards of one key, a series that another edition uses, and a second batch of the
    same family while one is open.
    """
    awards = list(awards)
    _refuse_twins(awards)
    _refuse_prefix(prefix)
    texts = [award.text() for award in changes_of(awards, family=family).fresh]
    refuse_what_cannot_be_printed(edition=edition, code=layout, texts=texts, prefix=prefix, issued_on=issued_on)
    with transaction.atomic():
        chosen = adopt_layout(edition=edition, code=layout, actor=actor, now=now)
        lock_series(edition, prefix)
        _refuse_other_series(edition, prefix)
        _refuse_open(edition, family)
        changes = changes_of(awards, family=family)
        if not changes.fresh and not changes.outdated:
            raise BatchRefused("没有需要制作的证书：都已签发，文字也没有变。")
        return create_batch(
            edition=edition,
            title=title[:120],
            source=source[:120],
            family=family,
            prefix=prefix,
            layout=chosen,
            issued_on=issued_on,
            awards=[award.document() for award in changes.fresh],
            supersedes=[row.serial for row in changes.outdated],
            recipients=dict(recipients or {}),
            drafted_by=actor,
            drafted_at=now,
        )


def create_batch(**values: Any) -> Batch:
    """The row of a new batch, its proof owed; inside the caller's transaction, which holds the series."""
    if len(values["awards"]) > MOST_ROWS:
        raise BatchRefused(f"一个批次最多 {MOST_ROWS} 张，这里有 {len(values['awards'])} 张，请分几批拟定。")
    layout: Layout = values["layout"]
    sha256 = batch_digest(
        layout_sha256=layout.sha256,
        prefix=values["prefix"],
        issued_on=values["issued_on"],
        awards=values["awards"],
        supersedes=values["supersedes"],
    )
    batch: Batch = Batch.objects.create(**values, size=len(values["awards"]), sha256=sha256)
    payload = {
        "batch": batch.pk,
        "size": batch.size,
        "sha256": sha256,
        "layout": layout.code,
        "version": layout.version,
        "superseded": batch.supersedes,
    }
    record_event(
        edition=batch.edition, kind="batch_drafted", actor=batch.drafted_by, payload=payload, now=batch.drafted_at
    )
    enqueue("certificates.tasks.make_proof", batch_id=batch.pk)
    return batch


@transaction.atomic
def approve_batch(*, batch: Batch, proof_sha256: str, actor: User, now: datetime) -> None:
    """Another account's word that the proof was read and is right; `proof_sha256` names the proof that was read.

    Refuses (BatchRefused) whoever drafted it, and anybody but an organiser or a supervisor of the edition; a batch
    that is not proofed, another proof than the newest, and a proof whose file is gone or not as it was made.
    """
    locked = lock_batch(batch)
    refuse_move(locked, Batch.State.APPROVED)
    if locked.drafted_by_id == actor.pk:
        raise BatchRefused("批次由您拟定，校样须由另一个账号核准。")
    if not can_approve_batch(actor, locked):
        raise BatchRefused("只有本届的组委会或监督员可以核准校样。")
    if proof_sha256 != locked.proof_sha256:
        raise BatchRefused("您看的不是最新的校样，请重新打开校样，看过之后再核准。")
    if _digest_of_file(locked.proof_file) != locked.proof_sha256:
        raise BatchRefused("校样文件读不到，或与制作时不一致，不能核准。请作废这一批，重新拟定。")
    locked.state = Batch.State.APPROVED
    locked.approved_by, locked.approved_at = actor, now
    locked.save(update_fields=["state", "approved_by", "approved_at"])
    payload = {"batch": locked.pk, "sha256": locked.sha256, "proof_sha256": proof_sha256}
    record_event(edition=locked.edition, kind="batch_approved", actor=actor, payload=payload, now=now)


@transaction.atomic
def issue_batch(
    *, batch: Batch, actor: User, now: datetime, current: Sequence[Award] | None = None
) -> list[Certificate]:
    """Number and order the certificates of an approved batch: its frozen rows, word for word.

    `current` is everything that the source of a batch with a family honours now. Refuses (BatchRefused) a batch that
    is not approved or not what its digest says, and one whose source, or whose certificates, have changed since.
    """
    locked = lock_batch(batch)
    refuse_move(locked, Batch.State.ISSUED)
    if locked.family and current is None:
        raise BatchRefused("这一批依据结果拟定，须与结果核对后签发，请从批次页面签发。")
    _refuse_altered(locked)
    lock_series(locked.edition, locked.prefix)
    frozen = [award_of(row) for row in locked.awards]
    changes = _changes_at_issue(locked, frozen, frozen if current is None else list(current))
    hand_over(changes.kept, list(current or []), now)
    order = Order(
        edition=locked.edition,
        prefix=locked.prefix,
        issued_on=locked.issued_on,
        layout=locked.layout,
        actor=actor,
        now=now,
        batch=locked,
        why_void=f"补发：{locked.reason}，已由新证书替代" if locked.reason else CORRECTED,
    )
    locked.state = Batch.State.ISSUED
    locked.issued_by, locked.issued_at = actor, now
    locked.save(update_fields=["state", "issued_by", "issued_at"])
    return make_rows(changes, order=order)


@transaction.atomic
def cancel_batch(*, batch: Batch, reason: str, actor: User, now: datetime) -> None:
    """End a batch that was not issued; it took no numbers. Refuses (BatchRefused) an empty reason."""
    locked = lock_batch(batch)
    refuse_move(locked, Batch.State.CANCELLED)
    if not reason.strip():
        raise BatchRefused("请写明作废的原因。")
    locked.state = Batch.State.CANCELLED
    locked.cancel_reason = reason.strip()[:200]
    locked.proof_lease_until = None
    locked.save(update_fields=["state", "cancel_reason", "proof_lease_until"])
    payload = {"batch": locked.pk, "sha256": locked.sha256}
    record_event(edition=locked.edition, kind="batch_cancelled", actor=actor, payload=payload, now=now)


def hand_over_certificates(*, awards: Sequence[Award], family: str, now: datetime) -> int:
    """Give the certificates of unchanged awards to accounts opened since; returns how many changed hands."""
    with transaction.atomic():
        return hand_over(changes_of(awards, family=family).kept, awards, now)


def lock_batch(batch: Batch) -> Batch:
    return (
        Batch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("edition", "layout", "drafted_by")
        .get(pk=batch.pk)
    )


def refuse_move(batch: Batch, state: Batch.State) -> None:
    if state not in Batch.MOVES[Batch.State(batch.state)]:
        raise BatchRefused(f"这一批的状态是“{batch.get_state_display()}”，请刷新页面再看下一步。")


def _changes_at_issue(batch: Batch, frozen: list[Award], current: list[Award]) -> Changes:
    """What the issue will do, which must be what was proofed. A reissue makes its award again though nothing changed:
    it replaces the certificates that it names."""
    if batch.reason:
        replaced = Certificate.objects.filter(serial__in=batch.supersedes).select_related("layout").order_by("pk")
        keys = {award.award_key for award in frozen}
        valid = set(Certificate.objects.exclude(state__in=Certificate.VOID).filter(award_key__in=keys))
        if not valid.issubset(replaced):
            raise BatchRefused("要补发的证书在校样之后已被更正，请作废这一批。")
        return Changes(fresh=frozen, outdated=sorted(valid, key=lambda row: row.pk), kept={})
    changes = changes_of(current, family=batch.family)
    now_fresh = [award.words() for award in changes.fresh]
    same_words = now_fresh == [award.words() for award in frozen]
    if not same_words or [row.serial for row in changes.outdated] != batch.supersedes:
        raise BatchRefused("校样之后，名册或已签发的证书有变动，与核准的校样不一致。请作废这一批，重新拟定。")
    return changes


def _refuse_twins(awards: Sequence[Award]) -> None:
    seen: set[str] = set()
    for award in awards:
        if award.award_key in seen:
            raise BatchRefused(f"“{award.recipient}”的“{award.award}”出现了两次，请删去重复的。")
        seen.add(award.award_key)


def _refuse_prefix(prefix: str) -> None:
    """The number follows the prefix: after a digit nobody could tell where it begins."""
    if (
        not prefix
        or len(prefix) > 30
        or prefix[-1:].isdigit()
        or find_bad_characters(prefix)
        or prefix != prefix.strip()
    ):
        raise BatchRefused("编号前缀须在 30 个字以内，不能以数字或空格结尾，例如：科普〔2026〕。")


def _refuse_other_series(edition: Edition, prefix: str) -> None:
    other = Series.objects.filter(prefix=prefix).exclude(edition=edition).select_related("edition").first()
    if other is not None:
        raise BatchRefused(f"编号前缀“{prefix}”已由“{other.edition.title}”使用，请换一个前缀。")


def _refuse_open(edition: Edition, family: str) -> None:
    if not family:
        return
    open_one = Batch.objects.filter(edition=edition, family=family, state__in=Batch.OPEN).defer("awards").first()
    if open_one is not None:
        raise BatchRefused(f"“{open_one.title}”还有一批没有签发（{open_one.get_state_display()}），请先签发或作废它。")


def _refuse_altered(batch: Batch) -> None:
    sha256 = batch_digest(
        layout_sha256=batch.layout.sha256,
        prefix=batch.prefix,
        issued_on=batch.issued_on,
        awards=batch.awards,
        supersedes=batch.supersedes,
    )
    if sha256 != batch.sha256:
        raise BatchRefused("批次的内容与其摘要不符，不能签发。请联系系统管理员。")


def _digest_of_file(name: str) -> str:
    try:
        return hashlib.sha256((Path(settings.MEDIA_ROOT) / name).read_bytes()).hexdigest()
    except OSError:
        return ""
