"""The office's outbox, and the words of what is sent."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import or_404
from core.exceptions import ConflictError, DomainError
from core.models import Edition
from outbox import services
from outbox.engine.filling import fill, fill_subject
from outbox.engine.kinds import KINDS, SAMPLES
from outbox.forms import TemplateForm
from outbox.models import Message, MessageTemplate
from outbox.permissions import can_manage_messages
from outbox.rendering import address_of, kind_title, masked
from outbox.selectors import messages_of_edition, template_of, words_of

PAGE_SIZE = 50


@require_safe
def organise_outbox(request: HttpRequest, slug: str) -> HttpResponse:
    """What was sent and what is owed, by state, way and kind."""
    edition = _edition(request, slug)
    chosen = {key: request.GET.get(key, "") for key in ("state", "channel", "code")}
    rows = messages_of_edition(edition)
    counted = Message.objects.filter(edition=edition).order_by().values_list("state").annotate(Count("pk"))
    counts = dict(counted)
    page = Paginator(rows.filter(**{key: value for key, value in chosen.items() if value}), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "edition": edition,
        "here": "outbox",
        "page": page,
        "rows": [(row, kind_title(row.code), address_of(row), masked(row.last_error)) for row in page],
        "chosen": chosen,
        "counts": [(label, counts.get(value, 0)) for value, label in Message.State.choices],
        "parked": counts.get(Message.State.PARKED, 0),
        "states": Message.State.choices,
        "channels": Message.Channel.choices,
        "kinds": [(kind.code, kind.title) for kind in KINDS.values()],
    }
    return render(request, "outbox/organise_outbox.html", context)


@require_POST
def organise_outbox_retry(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    edition = _edition(request, slug)
    message = get_object_or_404(messages_of_edition(edition), pk=pk)
    try:
        services.retry_message(message=message, now=timezone.now())
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "已重新排队发送。")
    return redirect("organise_outbox", slug)


@require_POST
def organise_outbox_retry_all(request: HttpRequest, slug: str) -> HttpResponse:
    edition = _edition(request, slug)
    count = services.retry_parked(edition=edition, now=timezone.now())
    messages.success(request, f"{count} 条发送失败的消息已重新排队。")
    return redirect("organise_outbox", slug)


@require_safe
def organise_message_templates(request: HttpRequest, slug: str) -> HttpResponse:
    """Every kind of message, when it is sent, and whose words it has."""
    edition = _edition(request, slug)
    own = {row.code: row for row in MessageTemplate.objects.filter(edition=edition).select_related("changed_by")}
    context = {
        "edition": edition,
        "here": "outbox",
        "rows": [(kind, own.get(kind.code)) for kind in KINDS.values()],
    }
    return render(request, "outbox/organise_message_templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def organise_message_template(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Change the words of one kind; with `act=preview` only look, with `act=reset` back to the shipped ones."""
    assert request.user.is_authenticated
    edition = _edition(request, slug)
    if code not in KINDS:
        raise Http404
    row = template_of(edition, code)
    if request.method != "POST":
        return _editor(request, edition, code, row, TemplateForm(initial=_initial(row, code)))
    form = TemplateForm(request.POST)
    if not form.is_valid():
        return _editor(request, edition, code, row, form, status=422)
    typed, act = form.cleaned_data, request.POST.get("act")
    who: dict[str, Any] = {"edition": edition, "code": code, "actor": request.user, "now": timezone.now()}
    try:
        if act == "preview":
            services.check_words(code=code, subject=typed["subject"], body=typed["body"])
            return _editor(request, edition, code, row, form)
        if act == "reset":
            services.reset_template(base_version=typed["base_version"], **who)
        else:
            services.save_template(**typed, **who)
    except ConflictError as conflict:
        form = TemplateForm({**request.POST.dict(), "base_version": str(row.version if row else 0)})
        form.add_error(None, conflict.message)
        return _editor(request, edition, code, row, form, status=409, theirs=row)
    except DomainError as refused:
        form.add_error(None, refused.message)
        return _editor(request, edition, code, row, form, status=422)
    messages.success(request, "已恢复系统自带的文字。" if act == "reset" else "已保存。以后发出的消息用这份文字。")
    return redirect("organise_message_template", slug, code)


def _editor(
    request: HttpRequest,
    edition: Edition,
    code: str,
    row: MessageTemplate | None,
    form: TemplateForm,
    *,
    status: int = 200,
    theirs: MessageTemplate | None = None,
) -> HttpResponse:
    subject, body = str(form["subject"].value() or ""), str(form["body"].value() or "")
    words = {name: SAMPLES[name] for name in KINDS[code].placeholders}
    context = {
        "edition": edition,
        "here": "outbox",
        "kind": KINDS[code],
        "row": row,
        "form": form,
        "theirs": theirs,
        "preview": (fill_subject(subject, words), fill(body, words)),
        "sms_is_log_only": settings.SMS_BACKEND == "outbox.backends.LogOnlySms",
    }
    return render(request, "outbox/organise_message_template.html", context, status=status)


def _initial(row: MessageTemplate | None, code: str) -> dict[str, object]:
    if row is not None:
        keys = ("subject", "body", "is_active", "sms")
        return {**{key: getattr(row, key) for key in keys}, "base_version": row.version}
    subject, body = words_of(None, code)
    return {"subject": subject, "body": body, "is_active": True, "sms": False, "base_version": 0}


def _edition(request: HttpRequest, slug: str) -> Edition:
    assert request.user.is_authenticated
    edition = get_object_or_404(Edition, slug=slug)
    or_404(can_manage_messages(request.user, edition))
    return edition
