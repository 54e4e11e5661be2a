"""Files of a work as every page shows and receives them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from accounts.models import User
from core.access import or_404
from core.exceptions import DomainError
from core.files import FORMATS, accept_attribute, file_response, format_labels, readable_size, safe_name
from core.files.formats import shortened
from core.files.uploads import skipped_upload
from core.resumable.forms import UploadForm
from works import services
from works.engine.checks import check_length, check_picture
from works.engine.durations import shown_duration
from works.models import FileRequirement, Work, WorkFile
from works.permissions import can_hand_in
from works.services.uploads import PURPOSE, upload_target

MB = 1024 * 1024
# Above it a file is sent in pieces.
IN_PIECES = 32 * MB


@dataclass(frozen=True)
class FileLine:
    """One file that is asked for, with what was handed in, what it says of itself and what is wrong with it."""

    requirement: FileRequirement
    file: WorkFile | None
    accept: str
    limits: str
    size: str
    facts: str
    doubts: tuple[str, ...]
    upload: UploadForm | None


def file_lines(work: Work, action: Callable[[int], str]) -> list[FileLine]:
    """What is asked of a work, with what is there; `action` gives the address for a requirement's file."""
    current = {each.requirement_id: each for each in services.current_files([work])[work.pk]}
    lines = []
    for each in work.kind.file_requirements.order_by("order", "pk"):
        found = current.get(each.pk)
        least = f"不小于 {readable_size(each.min_bytes)}，" if each.min_bytes > 1 else ""
        lines.append(
            FileLine(
                requirement=each,
                file=found,
                accept=accept_attribute(each.formats),
                limits=f"{format_labels(each.formats)}，{least}最大 {readable_size(each.max_bytes)}",
                size=readable_size(found.size) if found else "",
                facts=_facts(found) if found else "",
                doubts=_doubts(work, found) if found else (),
                upload=_upload(work, each, action(each.pk), least) if each.max_bytes > IN_PIECES else None,
            )
        )
    return lines


def _upload(work: Work, requirement: FileRequirement, action: str, least: str) -> UploadForm:
    """A file that may be large comes in pieces where the page's script runs."""
    return UploadForm(
        purpose=PURPOSE,
        target=upload_target(work, requirement),
        action=action,
        label=f"选择{requirement.title}的文件",
        formats=requirement.formats,
        max_bytes=requirement.max_bytes,
        note=f"{least.removesuffix('，')}。" if least else "",
    )


def receive_file(request: HttpRequest, work: Work, requirement: int, *, back: str) -> HttpResponse:
    """Keep the request's file; the page's own script is answered with JSON, so that it can show the progress."""
    asked = get_object_or_404(FileRequirement, pk=requirement, kind=work.kind_id)
    or_404(can_hand_in(request.user, work, asked))
    message = _received(request, work, asked)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"message": message}, status=400 if message else 200)
    if message:
        messages.error(request, f"{asked.title}：{message}")
    else:
        messages.success(request, f"{asked.title}已上传。")
    return redirect(f"{back}#file-{asked.pk}")


def take_back(request: HttpRequest, work: Work, file: int, *, back: str) -> HttpResponse:
    """Hand a file in no more; the row stays."""
    found = get_object_or_404(work.files.select_related("requirement", "work"), pk=file)
    or_404(can_hand_in(request.user, work, found.requirement))
    assert isinstance(request.user, User)
    try:
        services.take_back_file(file=found, actor=request.user, now=timezone.now())
    except DomainError as refused:
        messages.error(request, f"{found.requirement.title}：{refused.message}")
    else:
        messages.success(request, f"{found.requirement.title}已撤下。")
    return redirect(f"{back}#file-{found.requirement_id}")


def send_file(request: HttpRequest, work: Work, file: int) -> HttpResponseBase:
    """A file as it was handed in, under a name for people; a picture or video is shown in place."""
    found = get_object_or_404(work.files.select_related("requirement"), pk=file)
    name = f"{work.number}-{safe_name(found.requirement.title)}{FORMATS[found.format].extensions[0]}"
    return file_response(found.path, name, request=request, inline="inline" in request.GET)


def _received(request: HttpRequest, work: Work, asked: FileRequirement) -> str:
    skipped = skipped_upload(request)
    if skipped is not None:
        return f"“{shortened(skipped)}”太大，没有接收；这里最大收 {readable_size(asked.max_bytes)}，请压缩后再上传。"
    file = request.FILES.get("file")
    if file is None:
        return "请先选择文件，再上传。"
    assert isinstance(request.user, User)
    try:
        services.hand_in_file(work=work, requirement=asked, file=file, actor=request.user, now=timezone.now())
    except DomainError as refused:
        return refused.message
    return ""


def _facts(file: WorkFile) -> str:
    """3 分 31 秒，1920×1080（16:9），avc1: what a file says of itself, as far as it was read."""
    media = file.media or {}
    if not media:
        return ""
    seconds = int(float(media["duration"])) if media.get("duration") else None
    size = f"{media['width']}×{media['height']}" if media.get("width") else ""
    aspect = f"（{media['aspect']}）" if media.get("aspect") else ""
    parts = (shown_duration(seconds), f"{size}{aspect}", str(media.get("video_codec") or ""))
    return "，".join(part for part in parts if part)


def _doubts(work: Work, file: WorkFile) -> tuple[str, ...]:
    """What the machine finds wrong with the file itself, so that nobody waits for screening to learn it."""
    if file.reading == WorkFile.Reading.PARKED:
        return (file.last_error or "文件没有读出来，请在自己的设备上打开确认，再重新上传。",)
    if not file.media or file.requirement.role != FileRequirement.Role.MAIN:
        return ()
    kind = work.kind
    found = [
        *check_length(work.seconds, file.media, kind.min_seconds, kind.max_seconds, has_file=True),
        *check_picture(file.media, kind.min_height, kind.aspect),
    ]
    return tuple(check.sentence for check in found if check.level != "ok")
