"""What leaves the contest's office as files: Word forms, nomination workbooks, the package for the province."""

from contest.documents.package import province_package
from contest.documents.word import delegation_docx, nomination_docx, registration_docx

__all__ = ["delegation_docx", "nomination_docx", "province_package", "registration_docx"]
