"""No page holds inline script or style: the Content-Security-Policy would refuse it (design §8)."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Documents for print and mail (rendered to files, not served as pages) stand under documents/ and mail/.
PAGES = sorted(
    path
    for folder in ROOT.glob("*/templates")
    for path in folder.rglob("*.html")
    if not {"documents", "mail"} & set(path.relative_to(folder).parts)
)
INLINE = {
    "style element": re.compile(r"<style[\s>]", re.IGNORECASE),
    "style attribute": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.IGNORECASE),
    "script without src": re.compile(r"<script(?![^>]*\b(?:src\s*=|type=\"application/json\"))[^>]*>", re.IGNORECASE),
    "event handler": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "javascript address": re.compile(r"[\"']\s*javascript:", re.IGNORECASE),
    "another origin": re.compile(
        r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE
    ),
    "evaluated by htmx": re.compile(r"\bhx-(?:on|vals\s*=\s*[\"']js:|vars)", re.IGNORECASE),
}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_holds_nothing_inline(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert {name: found.group() for name, rule in INLINE.items() if (found := rule.search(text))} == {}


@pytest.mark.parametrize(
    "text",
    [
        "<style>p{}</style>",
        '<p style="color:red">',
        "<script>alert(1)</script>",
        '<button type="button" onclick="go()">',
        '<a href="javascript:go()">',
        '<script src="https://cdn.example/x.js"></script>',
        '<div hx-on:click="go()">',
    ],
)
def test_rule_notices(text: str) -> None:
    assert [name for name, rule in INLINE.items() if rule.search(text)] != []


def test_rule_passes_what_is_allowed() -> None:
    text = (
        '<script src="/static/a.js" type="module" nonce></script><p class="x" data-on="1">口语 style=好</p><svg></svg>'
    )

    assert [name for name, rule in INLINE.items() if rule.search(text)] == []
