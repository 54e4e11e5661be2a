"""Notices as a fragment for a WeChat official account: what its editor keeps is inline styles, nothing else."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.text.dates import plain_date
from notices.documents.content import OfficialText, official_text
from notices.engine.wording import ListTable, Paragraph
from notices.models import Notice

_TEXT = "margin:0 0 12px;font-size:16px;line-height:1.9;color:#222;text-align:justify;overflow-wrap:anywhere;"
_INDENTED = _TEXT + "text-indent:2em;"
_LEFT = _TEXT + "text-align:left;"
_RIGHT = "margin:0 0 4px;font-size:16px;line-height:1.9;color:#222;text-align:right;"
_TITLE = "margin:0 0 16px;font-size:20px;line-height:1.5;font-weight:bold;color:#111;text-align:center;"
_SMALL = "margin:0 0 12px;font-size:14px;line-height:1.7;color:#666;text-align:center;"
_LABEL = "margin:28px 0 8px;font-size:16px;line-height:1.7;font-weight:bold;color:#222;"
_TIER = "margin:16px 0 8px;font-size:17px;line-height:1.6;font-weight:bold;color:#111;"
_TABLE = "width:100%;border-collapse:collapse;margin:0 0 16px;table-layout:auto;"
_CELL = (
    "border:1px solid #999;padding:6px 4px;font-size:14px;line-height:1.5;color:#222;text-align:left;"
    "overflow-wrap:anywhere;"
)
_HEAD = _CELL + "font-weight:bold;text-align:center;background-color:#f4f1ea;"


def wechat_html(notice: Notice) -> str:
    """A fragment to paste into the editor: one section with inline styles, every word escaped (pitfall 21)."""
    text = official_text(notice)
    parts = [
        _line(_SMALL, text.standing),
        _line(_SMALL, text.number),
        _line(_TITLE, text.title),
        _line(_LEFT, text.addressees),
        *(_paragraph(each) for each in text.paragraphs),
        *_enclosed(text),
        _line(_RIGHT + "margin-top:24px;", text.signed_by),
        _line(_RIGHT, plain_date(text.dated)),
        *(part for number, each in enumerate(text.lists, start=1) for part in _list(each, number, text)),
        _line(_SMALL, f"依据：{text.source}" if text.source else ""),
    ]
    inner = format_html_join("\n", "{}", ((part,) for part in parts if part))
    return str(format_html('<section style="max-width:677px;margin:0 auto;">\n{}\n</section>', inner))


def _line(style: str, words: str) -> SafeString:
    return format_html('<p style="{}">{}</p>', style, words) if words else SafeString("")


def _paragraph(found: Paragraph) -> SafeString:
    rest = found.text[len(found.heading) :]
    strong = format_html("<strong>{}</strong>", found.heading) if found.heading else ""
    return format_html('<p style="{}">{}{}</p>', _INDENTED, strong, rest)


def _enclosed(text: OfficialText) -> list[SafeString]:
    several = len(text.enclosed) > 1
    named = [f"{place}. {name}" if several else name for place, name in enumerate(text.enclosed, start=1)]
    return [_line(_INDENTED, f"{'附件：' if place == 0 else ''}{name}") for place, name in enumerate(named)]


def _list(found: ListTable, number: int, text: OfficialText) -> list[SafeString]:
    label = f"附件{number}" if len(text.enclosed) > 1 else "附件"
    parts = [_line(_LABEL, label), _line(_TITLE, found.title), _line(_SMALL, found.note)]
    head = format_html_join("", '<th style="{}">{}</th>', ((_HEAD, column) for column in found.columns))
    for tier in found.tiers:
        rows = format_html_join(
            "",
            "<tr>{}</tr>",
            ((format_html_join("", '<td style="{}">{}</td>', ((_CELL, cell) for cell in row)),) for row in tier.rows),
        )
        parts.append(_line(_TIER, tier.title))
        parts.append(format_html('<table style="{}"><tr>{}</tr>{}</table>', _TABLE, head, rows))
    return parts
