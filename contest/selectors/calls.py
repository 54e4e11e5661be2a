"""What a call for entries still lacks."""

from datetime import datetime

from contest.models import Contest


def call_blockers(contest: Contest, now: datetime) -> list[str]:
    """Why the call cannot be published yet, a sentence each with what to do; empty when nothing stands in the way."""
    missing = []
    if not contest.call_text.strip():
        missing.append("正文还是空的，请写好并保存。")
    if contest.registration_opens_at is None:
        missing.append("还没有定下报名开始时间。")
    if contest.registration_closes_at is None:
        missing.append("还没有定下报名截止时间。")
    elif contest.registration_closes_at <= now:
        missing.append("报名截止时间已经过去，请先改期。")
    if any(group.needs_guardian for group in contest.groups.all()) and not contest.consent_texts.exists():
        missing.append("有未成年组，还没有监护人知情同意书。")
    return missing
