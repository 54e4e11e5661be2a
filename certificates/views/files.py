"""Sending a certificate's file."""

from django.http.response import HttpResponseBase

from certificates.models import Certificate
from core.files import file_response


def certificate_response(certificate: Certificate) -> HttpResponseBase:
    """The PDF as a download named after its serial number; 404 when the file is gone from the disk."""
    return file_response(certificate.file, f"{certificate.serial}.pdf")
