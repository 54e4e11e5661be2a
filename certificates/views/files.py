"""Sending a certificate's file."""

from django.conf import settings
from django.http import FileResponse, Http404

from certificates.models import Certificate


def certificate_response(certificate: Certificate) -> FileResponse:
    """The PDF as a download named after its serial number; 404 when the file is gone from the disk."""
    path = settings.MEDIA_ROOT / certificate.file
    if not path.is_file():
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=f"{certificate.serial}.pdf", content_type="application/pdf"
    )
