"""A result's notices as files: the period as printed, the names, and none that was taken out."""

import re
from io import BytesIO

import pytest
from docx import Document
from pypdf import PdfReader

from notices.documents import notice_pdf, notice_word
from notices.models import Notice
from results.models import Publicity, Result
from results.services import hide_entry, set_publicity_days, start_publicity


@pytest.fixture
def running(confirmed, organiser, now) -> Publicity:
    """From Friday 20 November to Friday 27 November 2026."""
    set_publicity_days(result=confirmed, days=5, actor=organiser, now=now)
    return start_publicity(result=Result.objects.get(pk=confirmed.pk), actor=organiser, now=now)


def said(notice: Notice) -> str:
    reader = PdfReader(BytesIO(notice_pdf(Notice.objects.get(pk=notice.pk))))
    return re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))


def test_publicity_prints_its_dates_lists_and_source(running):
    text = said(running.notice)

    assert "2026年11月20日至" in text
    assert "11月27日" in text
    assert [name for number in range(1, 7) if (name := f"选手{number}") not in text] == []
    assert "依据：定格成绩No.1·名册v1" in text
    tables = Document(BytesIO(notice_word(running.notice))).tables
    assert sum(len(table.rows) - 1 for table in tables) >= 6


def test_entry_that_is_hidden_is_not_named_in_the_files(running, organiser, now):
    hide_entry(result=running.result, entry="01", reason="本人要求", actor=organiser, now=now)
    notice = Notice.objects.get(pk=running.notice_id)

    assert "选手1" not in said(notice)
    cells = [cell.text for table in Document(BytesIO(notice_word(notice))).tables for cell in table._cells]
    assert "选手1" not in cells
    assert "某某" in cells
