"""A person's own messages."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from outbox import services
from outbox.selectors import messages_of, unread_count

PAGE_SIZE = 30


@require_safe
def my_messages(request: HttpRequest) -> HttpResponse:
    assert request.user.is_authenticated
    page = Paginator(messages_of(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "unread": unread_count(request.user)}
    return render(request, "outbox/my_messages.html", context)


@require_POST
def my_message_read(request: HttpRequest, pk: int) -> HttpResponse:
    assert request.user.is_authenticated
    message = get_object_or_404(messages_of(request.user), pk=pk)
    services.mark_read(message=message, now=timezone.now())
    return redirect(message.link or "my_messages")


@require_POST
def my_messages_read(request: HttpRequest) -> HttpResponse:
    assert request.user.is_authenticated
    services.mark_all_read(recipient=request.user, now=timezone.now())
    return redirect("my_messages")
