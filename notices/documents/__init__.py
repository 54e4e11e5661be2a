"""Notices as files and as a fragment for WeChat; other apps import from here."""

from notices.documents.pdf import notice_pdf

__all__ = ["notice_pdf"]
