"""Drafts of notices: written, changed, given files, thrown away. Nothing here changes what was published."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, cast

from django.core.files.base import File
from django.db import transaction

from accounts.models import User
from core.files import StoredFile, check_file, drop_file, keep_file, safe_name, unique_name
from core.media import CleaningRefused, clean_file
from core.models import Edition
from core.text.characters import find_bad_characters
from ledger.services import record_event
from notices.exceptions import NoticeChanged, NoticeRefused
from notices.models import Attachment, Notice

FOLDER = "notices"
FORMATS = ("pdf", "docx", "xlsx", "jpg", "png")
LARGEST_FILE = 20 * 1024 * 1024
MOST_FILES = 20
LONGEST_BODY = 20_000
EARLIEST, LATEST = 2000, 2100
_LONGEST_FILE_NAME = 120
_LIMITS = {"title": ("标题", 120), "number": ("文号", 40), "addressees": ("主送", 200), "signed_by": ("落款", 200)}
EDITED = ("title", "number", "addressees", "body", "signed_by", "dated")
# Word's soft line breaks, and what other programs write for an end of a line.
_LINE_ENDS = ("\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029")


@transaction.atomic
def create_notice(
    *,
    edition: Edition,
    kind: str,
    title: str,
    body: str = "",
    number: str = "",
    addressees: str = "",
    signed_by: str = "",
    dated: date,
    subject: str = "",
    lists: Sequence[Any] = (),
    source: str = "",
    actor: User,
    now: datetime,
) -> Notice:
    """Draft a notice; `signed_by` is the edition's organiser where nothing else is said.

    Refuses (NoticeRefused, with the field) an unknown kind, a kind that only results announce without its subject, no
    title, too long a text, characters that cannot be printed, and a date of another century. Names that are hidden in
    the earlier notices of the subject are hidden in this one as well.
    """
    if kind not in Notice.Kind.values:
        raise NoticeRefused("没有这种公告，请从列表中选择。", field="kind")
    if kind in Notice.OF_RESULTS and not subject:
        raise NoticeRefused("公示、结果公布和更正公告从获奖结果的页面发起，不能在这里另写。", field="kind")
    fields = _checked(title, number, addressees, body, signed_by or edition.organiser_name, dated)
    notice = Notice.objects.create(
        edition=edition,
        kind=kind,
        subject=subject,
        lists=list(lists),
        source=source,
        hidden_names=_hidden_of(edition, subject),
        drafted_by=actor,
        drafted_at=now,
        **fields,
    )
    _record("notice_drafted", notice, actor, now)
    return notice


@transaction.atomic
def edit_notice(
    *,
    notice: Notice,
    base_version: int,
    title: str,
    number: str,
    addressees: str,
    body: str,
    signed_by: str,
    dated: date,
    actor: User,
    now: datetime,
) -> Notice:
    """Change a draft made from its version `base_version`; the same text again changes nothing.

    Refuses (NoticeRefused) whatever is not a draft any more and what create_notice refuses, and (NoticeChanged, a
    ConflictError) a form older than what is stored: nothing is overwritten.
    """
    locked = lock_notice(notice)
    refuse_unless_draft(locked)
    if base_version != locked.version:
        message = (
            "您打开这一页之后，别人改过这份公告。您填写的还在下面，没有保存；请对照现在保存的内容，核对后再次保存。"
        )
        raise NoticeChanged(message, stored={name: getattr(locked, name) for name in EDITED}, version=locked.version)
    fields = _checked(title, number, addressees, body, signed_by or locked.edition.organiser_name, dated)
    changed = [name for name, value in fields.items() if getattr(locked, name) != value]
    if not changed:
        return locked
    for name in changed:
        setattr(locked, name, fields[name])
    locked.version += 1
    locked.save(update_fields=[*changed, "version"])
    _record("notice_changed", locked, actor, now)
    return locked


def add_attachment(*, notice: Notice, file: "File[Any]", actor: User, now: datetime) -> Attachment:
    """Keep a file with a draft, under its own name made safe, without what it says of who made it where and when:
    size and SHA-256 are of the copy, and nothing else is kept.

    Refuses (FileRefused) an empty, broken or larger file than 20 MB and one whose content is of a kind that is not
    taken; (NoticeRefused) whatever is not a draft any more, a file whose properties cannot be removed with certainty
    (core.media.clean_file), a 21st file and the very same file again.
    """
    refuse_unless_draft(Notice.objects.get(pk=notice.pk))
    name = file.name or ""
    found = check_file(cast(BinaryIO, file.file), name=name, accepted=FORMATS, max_bytes=LARGEST_FILE)
    stored = _keep_cleaned(file, name, found)
    try:
        return _attach(notice, stored, (_file_name(name, found), found), actor, now)
    except BaseException:
        drop_file(stored.path)
        raise


@transaction.atomic
def remove_attachment(*, attachment: Attachment, actor: User, now: datetime) -> None:
    """Take a file from a draft; it goes from the disk once that is certain. Refuses (NoticeRefused) a published one."""
    locked = lock_notice(attachment.notice)
    refuse_unless_draft(locked)
    row = Attachment.objects.filter(pk=attachment.pk, notice=locked).first()
    if row is None:
        raise NoticeRefused("这个附件已经删除，请刷新页面。")
    path, number = row.path, row.pk
    row.delete()
    transaction.on_commit(partial(drop_file, path))
    _record("notice_attachment_removed", locked, actor, now, attachment=number)


@transaction.atomic
def delete_draft(*, notice: Notice, actor: User, now: datetime) -> None:
    """Throw a draft away with its files. Refuses (NoticeRefused) what was ever published: that is withdrawn."""
    locked = lock_notice(notice)
    refuse_unless_draft(locked, "已经发布的公告不能删除；不应继续公开时请撤回。")
    paths = list(Attachment.objects.filter(notice=locked).values_list("path", flat=True))
    number, kind = locked.pk, str(locked.kind)
    Attachment.objects.filter(notice=locked).delete()
    locked.delete()
    for path in paths:
        transaction.on_commit(partial(drop_file, path))
    payload = {"notice": number, "notice_kind": kind}
    record_event(edition=locked.edition, kind="notice_draft_deleted", actor=actor, payload=payload, now=now)


def lock_notice(notice: Notice) -> Notice:
    """The notice's row, which serialises every act on it. Raises NoticeRefused when the draft was deleted meanwhile."""
    rows = Notice.objects.select_for_update(of=("self",), no_key=True).select_related("edition")
    found = rows.filter(pk=notice.pk).first()
    if found is None:
        raise NoticeRefused("这份公告的草稿已被删除。")
    return found


def refuse_unless_draft(notice: Notice, message: str = "") -> None:
    """Raise NoticeRefused once a notice was published: what the public read stays as it was."""
    if notice.state != Notice.State.DRAFT:
        raise NoticeRefused(message or "公告已经发布，不能再改；内容有误时请撤回，另发更正或新的公告。")


@transaction.atomic
def _attach(notice: Notice, stored: StoredFile, named: tuple[str, str], actor: User, now: datetime) -> Attachment:
    locked = lock_notice(notice)
    refuse_unless_draft(locked)
    others = list(Attachment.objects.filter(notice=locked).order_by("pk"))
    if len(others) >= MOST_FILES:
        raise NoticeRefused(f"一份公告最多 {MOST_FILES} 个附件，请先删去不用的。", field="file")
    name, found = named
    same = next((other for other in others if other.sha256 == stored.sha256), None)
    if same is not None:
        raise NoticeRefused(f"这个文件已在附件中（{same.name}），不必重复添加。", field="file")
    attachment = Attachment.objects.create(
        notice=locked,
        name=unique_name(name, {other.name.casefold() for other in others}),
        format=found,
        path=stored.path,
        size=stored.size,
        sha256=stored.sha256,
        added_at=now,
    )
    _record("notice_attachment_added", locked, actor, now, attachment=attachment.pk)
    return attachment


def _keep_cleaned(file: "File[Any]", name: str, found: str) -> StoredFile:
    """Keep a file's copy without its properties: what is attached goes public as it is kept."""
    with TemporaryDirectory() as folder:
        source, copy = Path(folder) / "source", Path(folder) / "copy"
        file.seek(0)
        with source.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        try:
            clean_file(source, copy, format=found, name=_file_name(name, found))
        except CleaningRefused as refused:
            raise NoticeRefused(refused.message, field="file") from refused
        with copy.open("rb") as cleaned:
            return keep_file(File(cleaned), FOLDER)


def _file_name(name: str, found: str) -> str:
    """The name that a reader's disk takes: its stem made safe, the extension of what it really is."""
    stem = name.replace("\\", "/").rpartition("/")[2]
    head, dot, _ = stem.rpartition(".")
    return f"{safe_name(head if dot else stem, longest=_LONGEST_FILE_NAME) or '附件'}.{found}"


def _hidden_of(edition: Edition, subject: str) -> list[str]:
    if not subject:
        return []
    earlier = Notice.objects.filter(edition=edition, subject=subject).order_by("-pk").first()
    return list(earlier.hidden_names) if earlier else []


def _checked(title: str, number: str, addressees: str, body: str, signed_by: str, dated: date) -> dict[str, Any]:
    """The texts of a notice as they are stored, or the refusal of the first that cannot be."""
    lines = {"title": title, "number": number, "addressees": addressees, "signed_by": signed_by}
    fields: dict[str, Any] = {name: _line(name, text) for name, text in lines.items()}
    if not fields["title"]:
        raise NoticeRefused("请填写标题。", field="title")
    if not fields["signed_by"]:
        raise NoticeRefused("请填写落款。", field="signed_by")
    if not EARLIEST <= dated.year <= LATEST:
        raise NoticeRefused(f"成文日期的年份请填 {EARLIEST} 到 {LATEST} 之间。", field="dated")
    return {**fields, "body": _body(body), "dated": dated}


def _line(name: str, text: str) -> str:
    """A text of one line: what is pasted with line breaks becomes one."""
    label, longest = _LIMITS[name]
    line = " ".join(_without_unseen(text).split())
    if len(line) > longest:
        raise NoticeRefused(f"{label}最多 {longest} 个字，现有 {len(line)} 个，请缩短。", field=name)
    if bad := find_bad_characters(line):
        raise NoticeRefused(f"{label}：{bad[0].message}", field=name)
    return line


def _body(text: str) -> str:
    body = _without_unseen(text).strip("\n \t")
    if len(body) > LONGEST_BODY:
        raise NoticeRefused(f"正文最多 {LONGEST_BODY} 个字，现有 {len(body)} 个，请缩短或改用附件。", field="body")
    if bad := find_bad_characters(body, multiline=True):
        raise NoticeRefused(f"正文：{bad[0].message}", field="body")
    return body


def _without_unseen(text: str) -> str:
    """A pasted text without zero-width and direction marks, which nobody could find to delete them."""
    for end in _LINE_ENDS:
        text = text.replace(end, "\n")
    unseen = {bad.char for bad in find_bad_characters(text, multiline=True) if bad.kind in ("invisible", "bidi")}
    return "".join(char for char in text if char not in unseen) if unseen else text


def _record(kind: str, notice: Notice, actor: User, now: datetime, **more: int) -> None:
    payload = {"notice": notice.pk, "notice_kind": str(notice.kind), "about": notice.subject, **more}
    record_event(edition=notice.edition, kind=kind, actor=actor, payload=payload, now=now)
