"""What a person may not see answers 404, like what does not exist (design §7)."""

from django.http import Http404


def or_404(allowed: bool) -> None:
    """Raise Http404 unless `allowed`."""
    if not allowed:
        raise Http404
