"""Receiving objections: by real name or by a unit with its seal, once, numbered without a gap, never lost."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from accounts.services.attempts import check_objections, record_objection
from core.canonical import salted_digest
from core.crypto import blind_index
from core.files import FORMATS, FileRefused, check_file, drop_file, keep_file, safe_name, unique_name
from core.models import Edition
from outbox.services import send_message
from results.exceptions import ObjectionRefused
from results.models import Objection, ObjectionFile, ObjectionStep, Result
from results.selectors import last_period, period_at, period_over
from results.selectors.objections import content_of
from results.services.locking import locked_result
from results.services.objection_steps import record_step
from results.services.objection_words import Said, checked

FOLDER = "objections"
EVIDENCE_FORMATS = ("pdf", "jpg", "png", "docx")
LETTER_FORMATS = ("pdf", "jpg", "png")
MOST_FILES = 5
MAX_BYTES = 20 * 1024 * 1024
LONGEST_AGO = timedelta(days=366)  # of a letter on paper that is entered
_SUBMISSION = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True)
class _Kept:
    """A file on the disk that no row knows yet."""

    kind: str
    name: str
    format: str
    path: str
    size: int
    sha256: str


def lodge_objection(
    *,
    result: Result,
    kind: str,
    name: str,
    phone: str,
    unit_name: str = "",
    entry: str = "",
    about: str = "",
    body: str,
    files: "Sequence[UploadedFile[bytes]]" = (),
    letter: "UploadedFile[bytes] | None" = None,
    submission: str,
    now: datetime,
    address: str = "",
) -> Objection:
    """Receive an objection from the public form; the same form sent twice is one objection.

    One that comes when its period is over (`closes_at` is exclusive) is kept and answered 不予受理 by itself.
    Refuses (ObjectionRefused, with the field) what is anonymous, incomplete, too short or too long, before any
    publicity, files that are empty, too large or of another kind, and a changed text under a `submission` that was
    used; (TooManyAttempts) the fourth of a phone to one result within an hour and the twenty-first of an address.
    """
    period = last_period(result)
    if period is None:
        raise ObjectionRefused("这份名单现在没有公示，不能在这里提出异议；公示发布后请再打开本页。")
    if not _SUBMISSION.fullmatch(submission):
        raise ObjectionRefused("表单已过期，请刷新页面后重新填写。")
    said = checked(Said(kind, name, phone, unit_name, entry, about, body), period)
    if said.kind == Objection.Kind.UNIT and letter is None:
        raise ObjectionRefused("单位提出异议须上传加盖公章的异议书（扫描件或照片）。", field="letter")
    kept = _keep_files(files, letter if said.kind == Objection.Kind.UNIT else None)
    try:
        objection, is_new = _receive(result, said, kept, submission, address, now)
    except BaseException:
        _drop(kept)
        raise
    if not is_new:
        _drop(kept)
    return objection


def record_paper_objection(
    *,
    result: Result,
    kind: str,
    name: str = "",
    phone: str = "",
    unit_name: str = "",
    entry: str = "",
    about: str = "",
    body: str,
    files: "Sequence[UploadedFile[bytes]]" = (),
    letter: "UploadedFile[bytes] | None" = None,
    received_at: datetime,
    submission: str,
    actor: User,
    now: datetime,
) -> Objection:
    """登记书面异议: a letter that came on paper, entered by an organiser with the time at which it came.

    One without a name or a phone is kept and answered 不予受理 by itself, as is one that came when a period was over.
    Refuses (ObjectionRefused) a time in the future or more than a year ago, and what lodge_objection refuses of text
    and files.
    """
    if timezone.localdate(now) - LONGEST_AGO > received_at.date():  # a year typed in part, such as 0026
        raise ObjectionRefused("收到时间早于一年以前，请核对年份。", field="received_at")
    if received_at > now:
        raise ObjectionRefused("收到时间不能晚于现在，请核对。", field="received_at")
    if not _SUBMISSION.fullmatch(submission):
        raise ObjectionRefused("表单已过期，请刷新页面后重新填写。")
    said = checked(Said(kind, name, phone, unit_name, entry, about, body), last_period(result), on_paper=True)
    kept = _keep_files(files, letter)
    try:
        objection, is_new = _receive(result, said, kept, submission, "", received_at, actor=actor, recorded_at=now)
    except BaseException:
        _drop(kept)
        raise
    if not is_new:
        _drop(kept)
    return objection


@transaction.atomic
def _receive(
    result: Result,
    said: Said,
    kept: list[_Kept],
    submission: str,
    address: str,
    received_at: datetime,
    *,
    actor: User | None = None,
    recorded_at: datetime | None = None,
) -> tuple[Objection, bool]:
    locked, now = locked_result(result), recorded_at or received_at
    prefix = _locked_series(locked.edition)
    if (before := Objection.objects.filter(submission=submission).first()) is not None:
        return _as_before(before, locked, said, kept), False
    if actor is None:
        phone = blind_index(said.phone, purpose="phone")
        check_objections(address=address, about=f"{locked.pk} {phone}", now=now)
        record_objection(address=address, about=f"{locked.pk} {phone}", now=now)
    objection = _create(locked, said, kept, submission, prefix, received_at)
    note = "收到书面异议，由组委会登记。" if actor else ""
    events = [(_step(objection, ObjectionStep.Kind.RECEIVED, now, actor=actor, note=note), "objection_received")]
    reason, answer = _refusal(objection, received_at)
    if reason:
        objection.state, objection.reason = Objection.State.DECLINED, reason
        objection.save(update_fields=["state", "reason"])
        events.append((_step(objection, ObjectionStep.Kind.DECLINED, now, answer=answer), "objection_declined"))
    _tell_office(objection, now)
    period = objection.publicity.number if objection.publicity else None
    more = {"content_digest": objection.content_digest, "files": len(kept), "publicity": period}
    for step, kind in events:
        record_step(step, kind=kind, actor=actor, now=now, **(more if step is events[0][0] else {"reason": reason}))
    return objection, True


def _create(
    result: Result, said: Said, kept: list[_Kept], submission: str, prefix: str, received_at: datetime
) -> Objection:
    objection = Objection(
        result=result,
        publicity=period_at(result, received_at),
        receipt=f"{prefix}{Objection.objects.filter(receipt__startswith=prefix).count() + 1:04}",
        token=secrets.token_urlsafe(32),
        submission=submission,
        salt=secrets.token_hex(16),
        received_at=received_at,
        kind=said.kind,
        name=said.name,
        phone=said.phone,
        unit_name=said.unit_name,
        entry=said.entry,
        about=said.about,
        body=said.body,
    )
    listed = [{"kind": each.kind, "name": each.name, "size": each.size, "sha256": each.sha256} for each in kept]
    objection.content_digest = salted_digest(objection.salt, content_of(objection, listed))
    objection.save(force_insert=True)
    for each in kept:
        ObjectionFile.objects.create(objection=objection, **vars(each))
    return objection


def _step(
    objection: Objection, kind: str, now: datetime, *, actor: User | None = None, answer: str = "", note: str = ""
) -> ObjectionStep:
    return ObjectionStep.objects.create(
        objection=objection, kind=kind, state=objection.state, by=actor, at=now, answer=answer, note=note
    )


def _refusal(objection: Objection, received_at: datetime) -> tuple[str, str]:
    """Why an objection is not taken up by itself, and the answer; empty where it is."""
    if not objection.phone or not (objection.name if objection.kind == Objection.Kind.PERSON else objection.unit_name):
        return (
            Objection.Reason.ANONYMOUS,
            "异议没有实名或没有联系方式，无法核实和答复，按公示办法不予受理；材料已存档。",
        )
    period = period_over(objection.result, received_at) if objection.publicity_id is None else None
    if period is not None:
        received, ends = timezone.localtime(received_at), period.ends_on
        return Objection.Reason.LATE, (
            f"异议于 {received:%Y-%m-%d %H:%M:%S} 收到，公示已于 {ends.year}年{ends.month}月{ends.day}日 24:00 结束，"
            "超出公示期，按公示办法不予受理；材料已存档。"
        )
    return "", ""


def _as_before(before: Objection, result: Result, said: Said, kept: list[_Kept]) -> Objection:
    """The objection of the same form; refuses one that says something else, lest it be thought received."""
    told = (before.kind, before.name, before.phone, before.unit_name, before.entry, before.about, before.body)
    files = sorted(before.files.values_list("sha256", flat=True))
    same_text = before.result_id == result.pk and told == tuple(vars(said).values())
    if same_text and files == sorted(each.sha256 for each in kept):
        return before
    raise ObjectionRefused(
        f"这份表单已经提交过，回执编号 {before.receipt}；改动后的内容没有收下。需要补充的，请重新打开本页另提一份。"
    )


def _locked_series(edition: Edition) -> str:
    """What receipts of the edition's year begin with, locked until the transaction ends, so that none is skipped.

    Editions of one year share their numbers, for a receipt is unique; rehearsals have their own.
    """
    same = Edition.objects.filter(year=edition.year, is_rehearsal=edition.is_rehearsal).order_by("pk")
    list(same.select_for_update(no_key=True).values_list("pk", flat=True))
    return f"{'YL' if edition.is_rehearsal else 'YY'}-{edition.year}-"


def _tell_office(objection: Objection, now: datetime) -> None:
    edition = objection.result.edition
    organisers = User.objects.filter(grants__edition=edition, grants__role=Role.ORGANISER, is_active=True)
    link = reverse("organise_objection", args=[edition.slug, objection.pk])
    body = f"对“{objection.result.title}{objection.result.group_title}”的异议，状态：{objection.get_state_display()}。"
    for user in organisers.filter(grants__revoked_at__isnull=True).distinct():
        send_message(recipient=user, subject=f"收到异议 {objection.receipt}", body=body, link=link, now=now)


def _keep_files(files: "Sequence[UploadedFile[bytes]]", letter: "UploadedFile[bytes] | None") -> list[_Kept]:
    """Check all files, then keep them; nothing stays on the disk where one is refused."""
    if len(files) > MOST_FILES:
        raise ObjectionRefused(f"证明材料最多 {MOST_FILES} 份，现在有 {len(files)} 份，请合并后再上传。", field="files")
    given: list[tuple[str, Any, tuple[str, ...]]] = [("evidence", file, EVIDENCE_FORMATS) for file in files]
    if letter is not None:
        given.append(("letter", letter, LETTER_FORMATS))
    formats = [_checked_format(kind, file, accepted) for kind, file, accepted in given]
    kept: list[_Kept] = []
    taken: set[str] = set()
    try:
        for (kind, file, _), found in zip(given, formats, strict=True):
            file.seek(0)
            stem = safe_name((file.name or "").rpartition(".")[0], longest=80) or "材料"
            name = unique_name(stem + FORMATS[found].extensions[0], taken)
            kept.append(_Kept(kind=kind, name=name, format=found, **vars(keep_file(file, FOLDER))))
    except BaseException:
        _drop(kept)
        raise
    return kept


def _checked_format(kind: str, file: "UploadedFile[bytes]", accepted: tuple[str, ...]) -> str:
    try:
        return check_file(cast(BinaryIO, file.file), name=file.name or "", accepted=accepted, max_bytes=MAX_BYTES)
    except FileRefused as refused:
        raise ObjectionRefused(refused.message, field="letter" if kind == "letter" else "files") from refused


def _drop(kept: list[_Kept]) -> None:
    for each in kept:
        drop_file(each.path)
