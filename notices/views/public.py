"""What anybody may read of notices: the list, one notice, its attachments, the feed."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from core.access import or_404
from core.caching import public_page
from core.files import file_response, readable_size
from core.models import Edition
from notices import selectors
from notices.documents import official_text
from notices.engine.masking import masked_text
from notices.models import Attachment, Notice
from notices.permissions import can_read_notice
from notices.rendering import result_of_subject, shown_title, summary_html
from notices.views.loading import page_number

PAGE = 30
IN_FEED = 30
LONGEST_SEARCH = 60


@login_not_required
@require_safe
@public_page("page", "kind", "edition", unkept=("q",))
def public_notices(request: HttpRequest) -> HttpResponse:
    """Published notices, newest first: by kind, by edition, by words of the title."""
    kind, slug = request.GET.get("kind", ""), request.GET.get("edition", "")
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    found = selectors.public_headlines()
    if kind in Notice.Kind.values:
        found = found.filter(kind=kind)
    if slug:
        found = found.filter(edition__slug=slug[:LONGEST_SEARCH])
    if words:
        found = selectors.found_by_title(found, words)
    page = Paginator(found, PAGE).get_page(page_number(request))
    context = {
        "page": page,
        "rows": [(notice, shown_title(notice)) for notice in page],
        "kinds": Notice.Kind.choices,
        "editions": Edition.objects.filter(notices__in=selectors.public_notices()).distinct().order_by("-year", "slug"),
        "kind": kind,
        "slug": slug,
        "words": words,
        "address": _address(request, reverse("public_notices")),
    }
    return render(request, "notices/public_notices.html", context)


@login_not_required
@require_safe
@public_page()
def public_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice as it was published; of one that was withdrawn only that it was, and why."""
    notice = get_object_or_404(Notice.objects.select_related("edition", "text").defer("body", "lists"), pk=pk)
    or_404(can_read_notice(request.user, notice))
    document = selectors.public_document(notice)
    context: dict[str, Any] = {
        "notice": notice,
        "edition": notice.edition,
        "title": document["title"],
        "address": _address(request, reverse("public_notice", args=[pk])),
    }
    if notice.state == Notice.State.WITHDRAWN:
        context["reason"] = masked_text(notice.withdrawn_reason, notice.hidden_names)
        return render(request, "notices/public_notice_withdrawn.html", context)
    context |= {
        "text": official_text(notice),
        "attachments": [{**each, "shown_size": readable_size(each["size"])} for each in document["attachments"]],
        "objection": _objection_address(notice),
    }
    return render(request, "notices/public_notice.html", context)


@login_not_required
@require_safe
def public_notice_attachment(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """A file of a published notice under its published name; of drafts and withdrawn ones nothing."""
    notice = get_object_or_404(Notice.objects.select_related("edition", "text").defer("body", "lists"), pk=pk)
    or_404(can_read_notice(request.user, notice) and notice.state in selectors.PUBLIC)
    attachments = selectors.public_document(notice)["attachments"]
    name = next((each["name"] for each in attachments if each["id"] == file), None)
    if name is None:
        raise Http404
    attachment = get_object_or_404(Attachment, pk=file, notice=notice)
    return file_response(attachment.path, name, request=request)


@login_not_required
@require_safe
@public_page()
def public_notice_feed(request: HttpRequest) -> HttpResponse:
    """Atom: the newest notices, each under an id that stays the same wherever the installation moves to."""
    feed = Atom1Feed(
        title="公告 · 明评",
        link=_address(request, reverse("public_notices")),
        description="",
        language="zh-CN",
        feed_url=_address(request, reverse("public_notice_feed")),
        feed_guid=_tag(request, "2026-01-01", "notices"),
        author_name="明评",
    )
    for notice in selectors.public_notices()[:IN_FEED]:
        document = selectors.public_document(notice)
        published = notice.text.published_at
        feed.add_item(
            title=document["title"],
            link=_address(request, reverse("public_notice", args=[notice.pk])),
            description=summary_html(document),
            unique_id=_tag(request, f"{timezone.localdate(published):%Y-%m-%d}", f"notices/{notice.pk}"),
            pubdate=published,
            updateddate=notice.closed_at or published,
            author_name=document["signed_by"],
            categories=[notice.get_kind_display()],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def _objection_address(notice: Notice) -> str:
    """Where to object to what is before the public; the page is the results', which know the period."""
    result = result_of_subject(notice)
    if result is None or notice.kind != Notice.Kind.PUBLICITY or notice.state != Notice.State.PUBLISHED:
        return ""
    try:
        return reverse("objection_new", args=[result])
    except NoReverseMatch:
        return ""


def _address(request: HttpRequest, path: str) -> str:
    origin = settings.PUBLIC_ORIGIN or f"{request.scheme}://{request.get_host()}"
    return f"{origin}{path}"


def _tag(request: HttpRequest, day: str, name: str) -> str:
    """A tag URI (RFC 4151) of the installation's host."""
    host = (settings.PUBLIC_ORIGIN.partition("://")[2] or request.get_host()).partition(":")[0]
    return f"tag:{host},{day}:{name}"
