"""One way for every page with several small forms: which form was sent, did it succeed, what does the page say."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from core.exceptions import DomainError

FormT = TypeVar("FormT", bound=forms.Form)


def is_act(request: HttpRequest, act: str, target: object = "") -> bool:
    """Whether the POST is this act (on this target)."""
    return request.method == "POST" and request.POST.get("act") == act and request.POST.get("target", "") == str(target)


def form_for(request: HttpRequest, form_class: type[FormT], act: str, target: object = "", **more: Any) -> FormT:
    """The act's form: filled from the POST that was meant for it, else blank; ids differ between forms of a page."""
    data = request.POST if is_act(request, act, target) else None
    return form_class(data, auto_id=f"id_{act}_{target}_%s", **more)


def perform(request: HttpRequest, form: forms.Form, do: Callable[[dict[str, Any]], str]) -> bool:
    """Run `do` on valid fields; its sentence becomes a message, a refusal the form's error (typed values stay)."""
    if not form.is_valid():
        return False
    try:
        said = do(form.cleaned_data)
    except DomainError as error:
        _add_errors(form, error)
        return False
    messages.success(request, said)
    return True


def perform_plain(request: HttpRequest, do: Callable[[], str]) -> bool:
    """An act without fields: its sentence, or why it was refused, becomes a message."""
    try:
        messages.success(request, do())
    except DomainError as error:
        messages.error(request, error.message)
        return False
    return True


def _add_errors(form: forms.Form, error: DomainError) -> None:
    """Put each sentence beside its field where the refusal names fields that the form has."""
    by_field: dict[str, str] = getattr(error, "errors", {})
    placed = {f"mark-{code}": text for code, text in by_field.items() if f"mark-{code}" in form.fields}
    for name, text in placed.items():
        form.add_error(name, text)
    form.add_error(None, error.message)
