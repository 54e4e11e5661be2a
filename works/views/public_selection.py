"""征集通知, as anybody may read it, and how the works are judged."""

import hashlib
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from core.files import format_labels, readable_size
from scoring.documents.wording import panel_segments, quota_words, rules_in_words
from works.engine.durations import shown_duration
from works.models import FileRequirement, Kind, Selection
from works.selectors.calls import deadline_words, is_open, published_selections
from works.selectors.overview import page_of
from works.services.fields import form_fields


@login_not_required
@require_safe
def public_selection(request: HttpRequest, pk: int) -> HttpResponse:
    """The call with dates, kinds, limits, files and a way to hand in.

    Its ETag is of the page itself, for the time left is in it: a stored copy is as good as what would be sent.
    """
    selection = get_object_or_404(published_selections(), pk=pk)
    response = render(request, "works/public_selection.html", _call(selection, timezone.now()))
    if request.user.is_authenticated:
        return response
    etag = quote_etag(hashlib.sha256(response.content).hexdigest())
    response["ETag"] = etag
    answer = get_conditional_response(request, etag=etag, response=response) or response
    patch_cache_control(answer, no_cache=True)
    return answer


@login_not_required
@require_safe
def public_selection_rules(request: HttpRequest, pk: int) -> HttpResponse:
    """计分办法 before the review, in words."""
    selection = get_object_or_404(published_selections().select_related("rulebook"), pk=pk)
    document = selection.rulebook.document
    context = {
        "selection": selection,
        "edition": selection.edition,
        "rulebook": selection.rulebook,
        "sentences": rules_in_words({"rulebook": document}),
        "segments": panel_segments(document),
        "groups": [(group, [(tier, quota_words(tier)) for tier in group["tiers"]]) for group in document["groups"]],
    }
    return render(request, "works/public_selection_rules.html", context)


def _call(selection: Selection, now: datetime) -> dict[str, Any]:
    kinds = selection.kinds.order_by("order", "pk").prefetch_related("file_requirements")
    return {
        "selection": selection,
        "edition": selection.edition,
        "kinds": [
            (
                kind,
                limits_of(kind),
                [(each, _size(each)) for each in kind.file_requirements.all()],
                form_fields(kind),
            )
            for kind in kinds
        ],
        "is_open": is_open(selection, now),
        "is_over": selection.closes_at is not None and now >= selection.closes_at,
        "deadline": deadline_words(selection, now),
        "hand_in": page_of("my_work_new", selection.pk),
    }


def limits_of(kind: Kind) -> list[str]:
    """What a work of a kind must meet, a sentence each."""
    is_book = kind.form == Kind.Form.BOOK
    found = []
    if kind.window_from or kind.window_to:
        word = "出版" if is_book else "完成并首次公开播出"
        first = f"{kind.window_from:%Y-%m-%d} 起" if kind.window_from else ""
        last = f"至 {kind.window_to:%Y-%m-%d}" if kind.window_to else ""
        found.append(f"{first}{last}{word}{'；丛书以最后一册为准，须整套申报' if is_book else ''}")
    if kind.min_seconds or kind.max_seconds:
        least, most = shown_duration(kind.min_seconds), shown_duration(kind.max_seconds)
        found.append(
            f"时长 {least} 至 {most}" if least and most else f"时长不少于 {least}" if least else f"时长不超过 {most}"
        )
    if kind.min_height or kind.aspect:
        height = f"不低于 {kind.min_height}p" if kind.min_height else ""
        found.append("画面 " + "，".join(part for part in (kind.aspect, height) if part))
    if kind.most_non_original is not None:
        found.append(f"非原创素材（含人工智能生成）不超过 {kind.most_non_original.normalize():f}%，注明来源和授权")
    if kind.unit_quota is not None:
        found.append(f"每个推荐单位最多 {kind.unit_quota} 件，按单位排定的顺序选取")
    if kind.author_quota is not None:
        found.append(f"每位第一作者最多 {kind.author_quota} 件")
    if kind.paper_copies:
        found.append(f"另寄样书 {kind.paper_copies} 份，不退")
    return found


def _size(requirement: FileRequirement) -> str:
    most = readable_size(requirement.max_bytes)
    bounds = f"不超过 {most}" if requirement.min_bytes <= 1 else f"{readable_size(requirement.min_bytes)} 至 {most}"
    return f"{format_labels(requirement.formats)}，{bounds}"
