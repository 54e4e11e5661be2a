"""What a participant (or a child's guardian) sees of their own (design §7)."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from certificates.views.files import certificate_response
from contest import selectors
from contest.views.loading import actor_of
from core.access import or_404


@require_safe
def my_home(request: HttpRequest) -> HttpResponse:
    """Own registrations with their state, appearances, and results once they are public."""
    registrations = list(selectors.own_registrations(actor_of(request)))
    certificates = selectors.own_certificates(registrations)
    lines = [(registration, certificates.get(registration.pk, [])) for registration in registrations]
    return render(request, "contest/my_home.html", {"lines": lines})


@require_safe
def my_registration_certificate(request: HttpRequest, pk: int, certificate_pk: int) -> FileResponse:
    """A certificate of an own registration, whenever its account was opened."""
    registration = get_object_or_404(selectors.own_registrations(actor_of(request)), pk=pk)
    own = selectors.own_certificates([registration]).get(registration.pk, [])
    certificate = next((each for each in own if each.pk == certificate_pk), None)
    or_404(certificate is not None)
    assert certificate is not None
    return certificate_response(certificate)
