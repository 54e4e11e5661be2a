"""Preflight: everything that would spoil a printed certificate, found before any is issued (design §11, pitfall 22)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from certificates.engine.filling import FilledBox, Words, fill_layout
from certificates.engine.layout import ISSUERS, OVERPRINT, QR, SEAL, Box, Layout
from certificates.engine.private_use import standard_character
from core.fonts.coverage import Family
from core.text.characters import find_bad_characters

STOP, LOOK = "stop", "look"
EXPECTED = {"姓名": "获奖人", "奖项": "奖项", "编号": "证书编号", "日期": "日期"}


Fonts = Mapping[str, Sequence[Family]]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: STOP forbids issuing, LOOK asks a person to look. `place` is the placeholder or the box."""

    level: str
    code: str
    place: str
    message: str
    character: str = ""


def check_certificate(
    layout: Layout, words: Words, fonts: Fonts, sizes: Mapping[int, float] | None = None
) -> list[Finding]:
    """What would go wrong with one certificate: characters that must not be there or that no font has, words that are
    missing, and, where `sizes` (box index → the size that was found to fit, 0 for none) are given, words too long."""
    findings = [finding for name, text in sorted(words.items()) for finding in _bad_characters(name, text)]
    bad = {finding.character for finding in findings}
    for filled in fill_layout(layout, words):
        findings += [
            Finding(STOP, "unfilled", name, f"“{filled.box.name}”要用到“{name}”，这张证书没有这一项。")
            for name in dict.fromkeys(filled.unfilled)
        ]
        findings += _font_findings(filled, fonts, bad)
        if sizes is not None and sizes.get(filled.index, 1) == 0:
            findings.append(_too_long(filled))
    return list(dict.fromkeys([*findings, *_seals_left_out(layout, words)]))


def check_layout(layout: Layout) -> list[Finding]:
    """What somebody should look at, whatever is written into the boxes: those that lie over one another (a seal is
    meant to), that an offset moves off the page, and what a certificate ought to show and this one does not."""
    boxes = [box for box in layout.boxes if box.kind != SEAL]
    pairs = ((one, other) for place, one in enumerate(boxes) for other in boxes[place + 1 :])
    found = [
        Finding(LOOK, "overlap", one.name, f"“{one.name}”与“{other.name}”的位置重叠，请看预览是否压字。")
        for one, other in pairs
        if _overlap(one, other)
    ]
    found += [_moved_off(box) for box in layout.boxes if _is_moved_off(box, layout)]
    texts = "".join(box.text for box in boxes)
    found += [
        Finding(LOOK, "not_shown", name, f"没有一个框写 {{{name}}}，证书上不会有{what}。")
        for name, what in EXPECTED.items()
        if f"{{{name}}}" not in texts
    ]
    if all(box.kind != QR for box in boxes):
        found.append(Finding(LOOK, "no_code", "二维码", "没有二维码框，拿到证书的人不能扫码查验真伪。"))
    return found


def stops(findings: Iterable[Finding]) -> list[Finding]:
    """Those that forbid issuing."""
    return [finding for finding in findings if finding.level == STOP]


def _bad_characters(place: str, text: str) -> list[Finding]:
    found = []
    for bad in find_bad_characters(text.replace("\n", " ") if place == "落款单位" else text):
        message = f"“{place}”{bad.message}"
        standard = standard_character(bad.char)
        if standard:
            message += f"标准字是“{standard}”（U+{ord(standard):04X}）。"
        found.append(Finding(STOP, bad.kind, place, message, bad.char))
    return found


def _font_findings(filled: FilledBox, fonts: Fonts, bad: set[str]) -> list[Finding]:
    findings: list[Finding] = []
    seen: set[tuple[str, str]] = set()
    for run in (run for line in filled.lines for run in line):
        role = filled.box.emphasis.font if run.is_strong and filled.box.emphasis else filled.box.font
        chain = fonts[role]
        for char in run.text:
            if char in bad or (char, role) in seen or (chain and char in chain[0].characters) or _draws_nothing(char):
                continue
            seen.add((char, role))
            findings.append(_font_finding(char, run.place or filled.box.name, chain))
    return findings


def _font_finding(char: str, place: str, chain: Sequence[Family]) -> Finding:
    family = next((family.name for family in chain[1:] if char in family.characters), "")
    named = f"“{place}”里的“{char}”（U+{ord(char):04X}）"
    if family:
        return Finding(LOOK, "fallback", place, f"{named}要用后备字体 {family}，字形与旁边的字略有不同。", char)
    message = f"{named}没有字体能印出来。请核对是否写错；没有错的话，请安装含有此字的字体后再签发。"
    return Finding(STOP, "missing_glyph", place, message, char)


def _draws_nothing(char: str) -> bool:
    """Spaces, and the selectors of a character's form."""
    return char == " " or unicodedata.name(char, "").startswith("VARIATION SELECTOR")


def _too_long(filled: FilledBox) -> Finding:
    box = filled.box
    lengths: dict[str, int] = {}
    for run in (run for line in filled.lines for run in line if run.place):
        lengths[run.place] = lengths.get(run.place, 0) + len(run.text)
    longest = max(lengths, key=lambda place: lengths[place], default="")
    what = f"最长的是“{longest}”，{lengths[longest]} 个字" if longest else "文字太多"
    message = (
        f"“{box.name}”（{box.width} × {box.height} 毫米）在最小字号 {box.min_size} 磅时仍放不下：{what}。"
        "请核对文字，或换一个版式，或把框放大。"
    )
    return Finding(STOP, "overflow", longest or box.name, message)


def _seals_left_out(layout: Layout, words: Words) -> list[Finding]:
    """A seal stands over the unit that issues: where that unit does not issue this certificate, it is not printed."""
    issuers = words.get(ISSUERS, "").split("\n")
    bound = [box for box in layout.boxes if box.kind == SEAL and box.issuer and box.issuer not in issuers]
    return [
        Finding(
            LOOK,
            "seal_left_out",
            box.name,
            f"“{box.name}”是“{box.issuer}”的印章，这张证书的落款单位没有它，不会印这枚章。",
        )
        for box in bound
        if layout.prints != OVERPRINT
    ]


def _is_moved_off(box: Box, layout: Layout) -> bool:
    left, top = box.x + layout.offset_x, box.y + layout.offset_y
    return min(left, top) < 0 or left + box.width > layout.page.width or top + box.height > layout.page.height


def _moved_off(box: Box) -> Finding:
    return Finding(LOOK, "moved_off", box.name, f"整体偏移以后，“{box.name}”有一部分在页面以外，请看预览。")


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )
