"""留言: the office writes to whoever registered somebody."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import Contestant, OfficeNote
from contest.services.notices import tell_registrants

LONGEST_NOTE = 500


@transaction.atomic
def send_note(*, contestant: Contestant, body: str, actor: User, now: datetime) -> OfficeNote:
    """Send a message about one registration to its account and its unit's coordinators; kept with the registration.

    The words go as they are, never as a template (pitfall 21). The same words again within a minute are the same note.
    Refuses (ContestRefused) an empty note, one of more than 500 characters, and where nobody has an account to read it.
    """
    body = body.replace("\0", "").replace("\r\n", "\n").strip()
    if not body:
        raise ContestRefused("请写下要说的话。")
    if len(body) > LONGEST_NOTE:
        raise ContestRefused(f"留言最多 {LONGEST_NOTE} 个字，现有 {len(body)} 个，请缩短。")
    locked = (
        Contestant.objects.select_for_update(of=("self",), no_key=True)
        .select_related("contest__edition", "user", "unit")
        .get(pk=contestant.pk)
    )
    last = locked.notes.order_by("-pk").first()
    if last is not None and last.body == body and (now - last.sent_at).total_seconds() < 60:
        return last
    told = tell_registrants(
        contest=locked.contest, contestants=[locked], code="office_note", words={"留言": body}, now=now
    )
    if not told:
        raise ContestRefused("这份报名没有可以收消息的账号，推荐单位也没有联络员，请打电话联系。")
    return OfficeNote.objects.create(contestant=locked, body=body, told=len(told), sent_by=actor, sent_at=now)
