"""Notices as files and as a fragment for WeChat; other apps import from here."""

from notices.documents.content import OfficialText, official_text
from notices.documents.pdf import notice_pdf
from notices.documents.wechat import wechat_html
from notices.documents.word import notice_word

__all__ = ["OfficialText", "notice_pdf", "notice_word", "official_text", "wechat_html"]
