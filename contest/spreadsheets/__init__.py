"""Registrations out of a workbook, and workbooks out of the system (design §9)."""

from contest.spreadsheets.lists import contestants_workbook
from contest.spreadsheets.reading import ReadRegistrations, read_registrations
from contest.spreadsheets.templates import registrations_template

__all__ = ["ReadRegistrations", "contestants_workbook", "read_registrations", "registrations_template"]
