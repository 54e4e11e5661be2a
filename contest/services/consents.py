"""监护人同意: recorded from paper by the office, or given by the guardian's own account (domain.md D4)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import ConsentText, Contest, Contestant
from contest.services.consent_texts import latest_consent_text
from contest.services.registrations import full_years
from core.text.names import normalise_name
from ledger.services import record_event

# Below this age the data are sensitive by law, and nobody but the guardian consents (PIPL art. 31).
GUARDIANS_OWN_ACT = 14


@transaction.atomic
def record_guardian_consent(
    *, contest: Contest, contestants: Sequence[int], actor: User, now: datetime
) -> list[Contestant]:
    """The organiser states that the guardians' written consents are on file; nobody is accepted by that alone.

    Refuses (ContestRefused) an empty choice; who has a consent already, has left, or names no guardian is passed over.
    """
    waiting = list(
        Contestant.objects.select_for_update(of=("self",), no_key=True)
        .filter(contest=contest, pk__in=contestants, guardian_consent_at__isnull=True)
        .exclude(guardian_name="")
        .exclude(status__in=Contestant.LEFT)
        .order_by("pk")
    )
    if not waiting:
        raise ContestRefused("请先勾选要登记监护人同意的选手；没有监护人姓名的，先补全。")
    for contestant in waiting:
        contestant.guardian_consent_at, contestant.guardian_consent_how = now, Contestant.Consent.WRITTEN
    Contestant.objects.bulk_update(waiting, ["guardian_consent_at", "guardian_consent_how"], batch_size=500)
    payload = {"contest": contest.pk, "contestants": [contestant.pk for contestant in waiting]}
    record_event(edition=contest.edition, kind="guardian_consent_recorded", actor=actor, payload=payload, now=now)
    return waiting


@transaction.atomic
def give_consent(*, contestant: Contestant, text: ConsentText, actor: User, now: datetime) -> Contestant:
    """The guardian agrees online, having read this version of the text; version, time and account are kept.

    Given again it stays as it was first given. Refuses (ContestRefused) what was never submitted or has left, a text
    that is not the present one, another's registration, and for a child under 14 on this day an account that is not
    in the guardian's name (domain.md D4): how else to consent, the sentence says.
    """
    locked = (
        Contestant.objects.select_for_update(of=("self",), no_key=True)
        .select_related("contest__edition", "group")
        .get(pk=contestant.pk)
    )
    if locked.guardian_consent_at is not None:
        return locked
    if fault := consent_fault(locked, actor, now):
        raise ContestRefused(fault)
    latest = latest_consent_text(locked.contest)
    if latest is None or latest.pk != text.pk:
        raise ContestRefused("同意书刚刚更新，请刷新页面，读过新的一版再同意。")
    locked.guardian_consent_at, locked.guardian_consent_how = now, Contestant.Consent.ONLINE
    locked.guardian_consent_text, locked.guardian_consent_by = text, actor
    fields = ["guardian_consent_at", "guardian_consent_how", "guardian_consent_text", "guardian_consent_by"]
    locked.save(update_fields=fields)
    payload = {"contestant": locked.pk, "version": text.version}
    record_event(edition=locked.contest.edition, kind="guardian_consent_given", actor=actor, payload=payload, now=now)
    return locked


def consent_fault(contestant: Contestant, actor: User, now: datetime) -> str:
    """Why this account cannot consent online for this registration, with what to do instead; empty when it can."""
    if not contestant.group.needs_guardian:
        return f"{contestant.group.title}不需要监护人同意。"
    if contestant.status in Contestant.LEFT:
        return f"这份报名已是“{contestant.get_status_display()}”，不需要再同意。"
    if contestant.user_id != actor.pk:
        return "这份报名不在您的账号名下，请用报名的账号登录，或把书面同意书交给组委会。"
    if contestant.id_index is None or contestant.birth_date is None or not contestant.guardian_name:
        return "请先填好报名表并提交，再由监护人同意。"
    age = full_years(contestant.birth_date, timezone.localdate(now))
    if age < GUARDIANS_OWN_ACT and normalise_name(actor.name) != contestant.guardian_name:
        return (
            f"选手不满 {GUARDIANS_OWN_ACT} 周岁，须由监护人{contestant.guardian_name}用自己名下的账号同意；"
            f"现在登录的账号是{actor.name}的。可以由监护人另外注册账号，用那个账号为孩子报名（这一份请先退出）；"
            "也可以打印本页，由监护人签字，把书面同意书交给组委会登记。"
        )
    return ""
