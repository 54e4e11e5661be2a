"""A registration in the hands of whoever registers: kept as typed, submitted, recalled, thrown away.

Who may touch which registration is contest.permissions.can_edit_registration; here is what it must meet, and when.
"""

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import Unit, User
from accounts.selectors import find_unit
from contest.exceptions import ContestRefused, RegistrationRefused
from contest.models import Appearance, Contest, Contestant, Group, Material, ReviewDecision
from contest.permissions import can_organise
from contest.services.columns import registration_texts, write_registration
from contest.services.eligibility import excluded_awards, exclusion_message, quota_is_full
from contest.services.registrations import LONGEST, Registration, registration_faults
from contest.services.typed import packed, refuse_stale, typed_values
from contest.services.window import refuse_late, refuse_outside_window
from core.text.characters import find_bad_characters
from ledger.services import record_event

Status, Channel = Contestant.Status, Contestant.Channel
# A guardian registers a few children; more drafts than this are no registrations.
MOST_DRAFTS = 20
LONGEST_KEY = 19  # digits; more is no row's number, and Python refuses to read thousands of them
TWICE = "此人已经报名，每人只能报名一次。如不知情，请联系组委会核对。"


@transaction.atomic
def start_registration(
    *,
    contest: Contest,
    group: Group,
    channel: Contestant.Channel,
    unit: Unit | None = None,
    owner: User | None,
    actor: User,
    now: datetime,
) -> Contestant:
    """An empty draft. Refuses (ContestRefused) outside the registration's dates, individuals where only units
    register, a unit that is not in use, and more unsubmitted drafts of one account than anybody needs."""
    contest = _locked_contest(contest.pk)
    if group.contest_id != contest.pk:
        raise ContestRefused("所选组别不属于这个比赛，请重新选择。")
    if channel == Channel.UNIT and (unit is None or not unit.is_active):
        raise ContestRefused("这个推荐单位已停用，请联系组委会。")
    if not can_organise(actor, contest.edition):
        refuse_outside_window(contest, now)
    _refuse_individual(contest, channel)
    drafts = Contestant.objects.filter(contest=contest, user=owner, channel=channel, status=Status.DRAFT)
    if channel == Channel.INDIVIDUAL and drafts.filter(id_index__isnull=True).count() >= MOST_DRAFTS:
        raise ContestRefused(f"您已有 {MOST_DRAFTS} 份没有提交的草稿，请先提交或删除其中几份。")
    return Contestant.objects.create(
        contest=contest,
        group=group,
        channel=channel,
        unit=unit if channel == Channel.UNIT else None,
        user=owner,
        typed=packed({"group": str(group.pk)}),
        registered_by=actor,
        created_at=now,
    )


@transaction.atomic
def save_draft(
    *, contestant: Contestant, typed: dict[str, str], base_version: int, actor: User, now: datetime
) -> Contestant:
    """Keep a draft exactly as it was typed; nothing is checked, and no date ends it.

    Keys as for typed_values; what is no field of a registration is left out. The same text again changes nothing.
    Of a registration that was never checked, group, name, title and workplace follow for the lists where they fit.
    Refuses (StaleRegistration, with both versions) when the row has changed since `base_version`; (ContestRefused)
    what may not be changed any more.
    """
    locked = _locked(contestant)
    if locked.status not in Contestant.EDITABLE:
        raise ContestRefused(f"这份报名已是“{locked.get_status_display()}”，不能再改。请刷新页面。")
    text = packed(typed)
    if locked.typed == text:
        return locked
    refuse_stale(locked, base_version, typed)
    locked.typed, locked.version = text, locked.version + 1
    if locked.id_index is None:
        _follow(locked, typed)
    locked.save()
    return locked


@transaction.atomic
def submit_registration(
    *, contestant: Contestant, registration: Registration, base_version: int, actor: User, now: datetime
) -> Contestant:
    """Hand a registration in; it waits for the office. The same one again is the same submission.

    Refuses (RegistrationRefused, faults by field) what is not complete, who is registered already or may not take
    part, and a unit over its quota; (ContestRefused) what is late or no draft; (StaleRegistration) what has changed
    since `base_version`. A refused draft stays as it is: save what was typed before (save_draft), and submit with the
    version which that returns. The office (organiser) is not bound by the dates.
    """
    contest = _locked_contest(contestant.contest_id)
    locked = _locked(contestant)
    if locked.status == Status.SUBMITTED and _is_the_same(locked, registration):
        return locked
    if locked.status not in Contestant.EDITABLE:
        raise ContestRefused(f"这份报名已是“{locked.get_status_display()}”，不能再提交。请刷新页面。")
    refuse_stale(locked, base_version, registration)
    registration = _with_rules_of_now(registration)
    if not can_organise(actor, contest.edition):
        refuse_late(locked, now)
        _refuse_individual(contest, Channel(locked.channel))
    _refuse_faults(locked, registration)
    write_registration(locked, registration)
    if locked.channel == Channel.INDIVIDUAL:
        # For the judges' recusals only: who registers by himself takes no place of his unit's quota.
        locked.unit = find_unit(locked.workplace)
    locked.status, locked.status_reason = Status.SUBMITTED, ""
    locked.submitted_at, locked.completion_due_at = now, None
    locked.version += 1
    _save_once(locked)
    payload = {"contestant": locked.pk, "status": str(locked.status)}
    record_event(edition=contest.edition, kind="registration_submitted", actor=actor, payload=payload, now=now)
    return locked


@transaction.atomic
def recall_registration(*, contestant: Contestant, actor: User, now: datetime) -> Contestant:
    """撤回提交: take a submitted registration back as a draft; its unit's place and the person are free again.

    Refuses (ContestRefused) from the deadline on, and what the office has decided on already.
    """
    locked = _locked(contestant)
    if locked.status != Status.SUBMITTED:
        raise ContestRefused(f"这份报名是“{locked.get_status_display()}”，不能撤回提交。请刷新页面。")
    refuse_outside_window(locked.contest, now)
    locked.typed = packed(typed_values(locked))
    locked.status, locked.id_index, locked.submitted_at = Status.DRAFT, None, None
    locked.version += 1
    locked.save()
    ReviewDecision.objects.create(contestant=locked, act=ReviewDecision.Act.REOPEN, decided_by=actor, decided_at=now)
    payload = {"contestant": locked.pk}
    record_event(edition=locked.contest.edition, kind="registration_recalled", actor=actor, payload=payload, now=now)
    return locked


@transaction.atomic
def delete_draft(*, contestant: Contestant, actor: User, now: datetime) -> None:
    """Throw away a draft that was never submitted. Refuses (ContestRefused) anything else: it stays on record, and
    whoever is registered withdraws; a draft with files or decisions too."""
    locked = _locked(contestant)
    on_record = ReviewDecision.objects.filter(contestant=locked).exists()
    if locked.status != Status.DRAFT or locked.id_index is not None or on_record:
        raise ContestRefused("这份报名已提交过或由单位、组委会登记，不能删除；不参加的请办理退出。")
    if Material.objects.filter(contestant=locked).exists():
        raise ContestRefused("这份草稿已上传过材料，不能直接删除；不参加的请办理退出。")
    payload = {"contestant": locked.pk}
    record_event(edition=locked.contest.edition, kind="draft_deleted", actor=actor, payload=payload, now=now)
    locked.delete()


def _locked_contest(pk: int) -> Contest:
    return Contest.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=pk)


def _locked(contestant: Contestant) -> Contestant:
    """The row for update. Where the contest is locked too, it comes first."""
    return (
        Contestant.objects.select_for_update(of=("self",), no_key=True)
        .select_related("contest__edition", "group__contest", "unit")
        .get(pk=contestant.pk)
    )


def _refuse_individual(contest: Contest, channel: Contestant.Channel) -> None:
    if channel == Channel.INDIVIDUAL and not contest.individuals_may_register:
        raise ContestRefused("本次比赛由推荐单位统一报送，不接受个人报名。请联系您所在单位的联络员。")


def _follow(contestant: Contestant, typed: dict[str, str]) -> None:
    """Columns that lists show follow what was typed, empty where it does not fit; nothing counts by them."""
    for name in ("name", "title", "workplace"):
        text = typed.get(name, "").strip()
        fits = len(text) <= LONGEST[name] and not find_bad_characters(text)
        setattr(contestant, name, text if fits else "")
    number = typed.get("group", "")
    if number.isascii() and number.isdecimal() and len(number) < LONGEST_KEY and int(number) != contestant.group_id:
        group = Group.objects.filter(contest=contestant.contest_id, pk=int(number)).first()
        contestant.group = group or contestant.group


def _with_rules_of_now(registration: Registration) -> Registration:
    """The form was opened a while ago: ages, quota and asked fields are those behind the contest's lock."""
    return replace(registration, group=Group.objects.select_related("contest").get(pk=registration.group.pk))


def _is_the_same(contestant: Contestant, registration: Registration) -> bool:
    return typed_values(contestant) == registration_texts(registration)


def _refuse_faults(contestant: Contestant, registration: Registration) -> None:
    contest, group = contestant.contest, registration.group
    if group.contest_id != contest.pk:
        raise RegistrationRefused("有内容需要改正。", faults=[("group", "所选组别不属于这个比赛，请重新选择。")])
    faults = [(fault.field, fault.message) for fault in registration_faults(registration, complete=True)]
    same_person = Contestant.objects.filter(contest=contest, id_index=registration.id_index)
    if same_person.exclude(pk=contestant.pk).exclude(status__in=Contestant.LEFT).exists():
        faults.append(("id_number", TWICE))
    faults += [("id_number", exclusion_message(award)) for award in excluded_awards(contest, registration.id_index)]
    if group.pk != contestant.group_id and Appearance.objects.filter(contestant=contestant).exists():
        faults.append(("group", "已经抽签，不能再换组别。"))
    by_unit = contestant.channel != Channel.INDIVIDUAL and not contestant.outside_quota
    if by_unit and contestant.unit_id is not None and quota_is_full(group, contestant.unit_id, besides=contestant):
        faults.append(("group", _quota_message(group)))
    if faults:
        raise RegistrationRefused("有内容需要改正，还没有提交。", faults=faults)


def _quota_message(group: Group) -> str:
    return (
        f"{group.title}每个单位 {group.unit_quota} 人，名额已满。可以先撤回或退出本单位的另一人，"
        "或由组委会登记为名额外，再提交。"
    )


def _save_once(contestant: Contestant) -> None:
    """The database has the last word on one registration per person (pitfall 28)."""
    try:
        with transaction.atomic():
            contestant.save()
    except IntegrityError as error:
        if "one_registration_per_person" not in str(error) and "id_index" not in str(error):
            raise
        raise RegistrationRefused("还没有提交。", faults=[("id_number", TWICE)]) from error


__all__ = [
    "delete_draft",
    "recall_registration",
    "save_draft",
    "start_registration",
    "submit_registration",
    "typed_values",
]
