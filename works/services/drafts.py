"""A work in the hands of whoever submits it: begun, kept as typed, thrown away.

Who may touch which work is works.permissions.can_edit_work; here is what it must meet, and when.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import Unit, User
from core.text.characters import find_bad_characters
from ledger.services import record_event
from works.exceptions import WorkRefused
from works.models import Kind, ScreeningDecision, Selection, Submission, Work, WorkFile
from works.permissions import can_manage_selection
from works.services.fields import form_fields
from works.services.typed import MOST_TYPED, bare_title, packed, refuse_stale, typed_values
from works.services.window import refuse_late, refuse_outside_window

Status, Channel = Work.Status, Work.Channel
# One account hands in a few works; more drafts than this are no works.
MOST_DRAFTS = 20


@transaction.atomic
def start_work(
    *,
    kind: Kind,
    channel: Work.Channel,
    user: User | None = None,
    unit: Unit | None = None,
    actor: User,
    now: datetime,
) -> Work:
    """An empty draft. Refuses (WorkRefused) outside the submission's dates, individuals where only units submit, a
    unit that is not in use, and more unsubmitted drafts of one account than anybody needs."""
    selection = locked_selection(kind.selection_id)
    if channel == Channel.UNIT and (unit is None or not unit.is_active):
        raise WorkRefused("这个推荐单位已停用，请联系组委会。")
    if not can_manage_selection(actor, selection.edition):
        refuse_outside_window(selection, now)
    refuse_individual(selection, channel)
    drafts = Work.objects.filter(selection=selection, user=user, channel=channel, status=Status.DRAFT)
    if channel == Channel.INDIVIDUAL and drafts.filter(submitted_at__isnull=True).count() >= MOST_DRAFTS:
        raise WorkRefused(f"您已有 {MOST_DRAFTS} 份没有提交的草稿，请先提交或删除其中几份。")
    return Work.objects.create(
        selection=selection,
        kind=kind,
        channel=channel,
        unit=unit,
        user=user,
        typed=packed(kind, {}),
        registered_by=actor,
        created_at=now,
    )


@transaction.atomic
def save_draft(*, work: Work, typed: Mapping[str, str], seen: int, actor: User, now: datetime) -> Work:
    """Keep a draft exactly as it was typed; nothing is checked, and no date ends it.

    What was submitted stands until it is submitted anew: of a submitted work the changes wait beside it. The same text
    again changes nothing. Refuses (StaleWork, with both versions) when the row has changed since `seen`; (WorkRefused)
    what may not be changed any more, and more text than a person types.
    """
    locked = locked_work(work)
    refuse_closed(locked, actor, now)
    if sum(map(len, typed.values())) > MOST_TYPED:
        raise WorkRefused("填写的内容太长，没有保存。请缩短简介、来源等较长的项目。")
    text = packed(locked.kind, typed)
    if locked.typed == text or (locked.typed is None and typed_values(locked) == _filled(locked.kind, typed)):
        return locked
    refuse_stale(locked, seen, typed)
    locked.typed, locked.version = text, locked.version + 1
    if locked.submitted_at is None:
        _follow(locked, typed)
    locked.save()
    return locked


@transaction.atomic
def discard_changes(*, work: Work, actor: User, now: datetime) -> Work:
    """Forget what was typed since the work was submitted: that stands, unchanged.

    Refuses (WorkRefused) a work that is not submitted: of a draft nothing else would be left.
    """
    locked = locked_work(work)
    if locked.status != Status.SUBMITTED or locked.typed is None:
        raise WorkRefused("没有尚未提交的修改，请刷新页面。")
    locked.typed, locked.version = None, locked.version + 1
    locked.save(update_fields=["typed", "version"])
    return locked


@transaction.atomic
def delete_draft(*, work: Work, actor: User, now: datetime) -> None:
    """Throw away a draft that was never submitted. Refuses (WorkRefused) anything else: it stays on record, and is
    withdrawn; a draft with files or decisions too."""
    locked = locked_work(work)
    on_record = (
        Submission.objects.filter(work=locked).exists() or ScreeningDecision.objects.filter(work=locked).exists()
    )
    if locked.status != Status.DRAFT or locked.submitted_at is not None or on_record:
        raise WorkRefused("这件作品已提交过，不能删除；不参加的请办理退出。")
    if WorkFile.objects.filter(work=locked).exists():
        raise WorkRefused("这份草稿已上传过材料，不能直接删除；不参加的请办理退出。")
    payload = {"work": locked.pk}
    record_event(edition=locked.selection.edition, kind="work_draft_deleted", actor=actor, payload=payload, now=now)
    locked.delete()


def locked_selection(pk: int) -> Selection:
    """The selection for update; where a work is locked too, this comes first."""
    return Selection.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=pk)


def locked_work(work: Work) -> Work:
    """The row for update."""
    return (
        Work.objects.select_for_update(of=("self",), no_key=True)
        .select_related("selection__edition", "kind__selection", "unit")
        .get(pk=work.pk)
    )


def refuse_closed(work: Work, actor: User, now: datetime) -> None:
    """Raise WorkRefused for a work that whoever submits it may not change: decided on, or submitted and too late."""
    if work.status in Work.EDITABLE:
        return
    if work.status != Status.SUBMITTED:
        raise WorkRefused(f"这件作品已是“{work.get_status_display()}”，不能再改。请刷新页面。")
    if not can_manage_selection(actor, work.selection.edition):
        refuse_late(work, now)


def refuse_individual(selection: Selection, channel: str) -> None:
    """Raise WorkRefused where only units submit."""
    if channel == Channel.INDIVIDUAL and not selection.individuals_may_submit:
        raise WorkRefused("本次评选由推荐单位统一申报，不接受个人申报。请联系您所在单位的联络员。")


def _filled(kind: Kind, typed: Mapping[str, str]) -> dict[str, str]:
    """What of a form is not empty, to compare with a row that nobody has typed into."""
    names = {spec.name for spec in form_fields(kind)} | {"declared", "unit"}
    return {
        key: text
        for key, text in typed.items()
        if text or (key not in names and key.startswith(("authors.", "volumes.")))
    }


def _follow(work: Work, typed: Mapping[str, str]) -> None:
    """Columns that lists show follow what was typed, empty where it does not fit; nothing counts by them."""
    for name, longest in (("title", 120), ("workplace", 80)):
        text = typed.get(name, "").strip()
        text = bare_title(text) if name == "title" else text
        fits = len(text) <= longest and not find_bad_characters(text)
        setattr(work, name, text if fits else "")
