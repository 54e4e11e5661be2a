"""What judges watch in a video round: one file for all of them, pinned before the round opens."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from contest.exceptions import ContestRefused
from contest.models import Appearance, GroupRound, Material
from ledger.services import record_event
from scoring.models import Entry, Round
from scoring.services import set_entry_status

NO_VIDEO = "未提交视频"


@transaction.atomic
def pin_videos(*, group_round: GroupRound, actor: User, now: datetime) -> int:
    """Let each entry of a video round show its contestant's current video; returns how many changed.

    Called by the draw, when a video is handed in or taken back, and from the round's page. From the opening on the
    files stay: every judge watches the same. Does nothing for a round on stage or one that is not in preparation.
    """
    state = Round.objects.select_for_update(no_key=True).values_list("state", flat=True).get(pk=group_round.round_id)
    if group_round.medium != GroupRound.Medium.VIDEO or state != Round.State.DRAFT:
        return 0
    current = Material.objects.filter(requirement=group_round.video_requirement_id, superseded_at__isnull=True)
    videos = {material.contestant_id: material for material in current}
    changed: list[list[str]] = []
    for appearance in Appearance.objects.filter(entry__round=group_round.round_id).select_related("entry"):
        video = videos.get(appearance.contestant_id)
        if appearance.video_id == (video.pk if video else None):
            continue
        Appearance.objects.filter(pk=appearance.pk).update(video=video)
        exhibit = reverse("judge_exhibit", args=[appearance.pk]) if video else ""
        Entry.objects.filter(pk=appearance.entry_id).update(exhibit=exhibit)
        changed.append([appearance.entry.code, video.sha256 if video else ""])
    if changed:
        payload = {"round": group_round.round_id, "videos": changed}
        edition = group_round.group.contest.edition
        record_event(edition=edition, kind="videos_pinned", actor=actor, payload=payload, now=now)
    return len(changed)


@transaction.atomic
def pin_contestants_videos(*, contestant_id: int, actor: User, now: datetime) -> None:
    """The same after one contestant's video was handed in, replaced or taken back."""
    rounds = GroupRound.objects.filter(
        medium=GroupRound.Medium.VIDEO,
        round__state=Round.State.DRAFT,
        round__entries__appearance__contestant=contestant_id,
    )
    for group_round in rounds.select_related("group__contest__edition").order_by("pk"):
        pin_videos(group_round=group_round, actor=actor, now=now)


@transaction.atomic
def forfeit_without_video(*, appearance: Appearance, actor: User, now: datetime) -> Entry:
    """弃权: a contestant of a video round who handed no video in; ranked nowhere, never scored 0 (pitfalls 1, 26).

    Refuses (ContestRefused) who handed one in, and a round on stage.
    """
    appearance = Appearance.objects.select_related("entry__round__group_round").get(pk=appearance.pk)
    group_round = appearance.entry.round.group_round
    given = Material.objects.filter(
        contestant=appearance.contestant_id,
        requirement=group_round.video_requirement_id,
        superseded_at__isnull=True,
    )
    if group_round.medium != GroupRound.Medium.VIDEO:
        raise ContestRefused("本轮不看视频评审。")
    if given.exists():
        raise ContestRefused(f"{appearance.entry.code} 号已经提交视频，请刷新页面。")
    forfeited = Entry.Status.FORFEITED
    return set_entry_status(entry=appearance.entry, status=forfeited, reason=NO_VIDEO, actor=actor, now=now)
