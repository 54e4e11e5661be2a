"""The live table as HTML: built as strings, because a template per cell took other systems over a second."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from scoring import engine
from scoring.models import Round
from scoring.selectors import Cell, LiveRow, LiveTable
from scoring.selectors.rules import rules_of

_ONE_DECIMAL_FROM = 1  # totals on steps finer than a whole point show one decimal


@dataclass(frozen=True, slots=True)
class AdvancingLine:
    """Where the dashed line stands: after how many ranked entries, and what it means."""

    places: int
    words: str


def advancing_line(round: Round, ranked: int) -> AdvancingLine | None:
    """The line under the last tier that advances; None where no tier does, nobody is ranked, or in a runoff, which
    orders its few and awards nothing."""
    if round.parent_id:
        return None
    rules = rules_of(round.rulebook)
    group = next((each for each in rules.groups if each.code == round.group), None)
    if group is None or not any(tier.advances for tier in group.tiers):
        return None
    places, last, named = 0, 0, []
    for tier in group.tiers:
        size = _places(tier, ranked, ranked - places)
        places += size
        if tier.advances:
            last = places
            named.append(f"{tier.title} {size}")
    return AdvancingLine(last, f"虚线以上为晋级名额（{'、'.join(named)}）")


def _places(tier: engine.Tier, ranked: int, left: int) -> int:
    if tier.count is not None:
        return tier.count
    if tier.percent is not None and tier.percent_rounding is not None:
        return engine.quota(ranked, tier.percent, tier.percent_rounding)
    return max(0, left)


def live_head(table: LiveTable) -> SafeString:
    """The column heads: judges by number, under their segment where there are several.

    In an assigned round a row has few of the panel's many judges, so they share one column.
    """
    several = len({column.segment for column in table.columns}) > 1
    heads = [
        f'<th class="num" scope="col" title="{escape(column.segment_title)}">'
        f"{escape(column.segment_title[:2]) + '·' if several else ''}{escape(column.judge[1:])}"
        f"{'（撤）' if column.is_removed else ''}</th>"
        for column in table.columns
    ]
    if table.assigned:
        heads = ['<th scope="col">各份评审</th>']
    return mark_safe(  # noqa: S308 - every text from outside is escaped above
        '<tr><th class="num" scope="col">名次</th><th class="pin" scope="col">参评条目</th>'
        + "".join(heads)
        + '<th class="num" scope="col">扣分</th><th class="num" scope="col">得分</th></tr>'
    )


def live_rows(table: LiveTable, round: Round, url_name: str = "") -> SafeString:
    """The body's rows. `url_name` names the page of an entry, where the reader may open one."""
    line = advancing_line(round, table.ranked)
    fine = any(
        criterion.step < _ONE_DECIMAL_FROM
        for segment in rules_of(round.rulebook).panel_segments
        for criterion in segment.criteria
    )
    address = _address(round, url_name)
    mark_locked = not table.is_locked
    last_above = min(line.places, table.ranked) if line else 0
    parts = []
    for place, row in enumerate(table.rows, start=1):
        competes = row.status == "competing"
        if table.assigned:
            cells = _assigned_cells(table, row, fine, competes)
        else:
            cells = "".join([_cell(cell, fine, competes) for cell in row.cells])
        parts.append(_row(row, cells, address, mark_locked, place == last_above < table.ranked))
    return mark_safe("".join(parts))  # noqa: S308 - _row escapes what people wrote


def _address(round: Round, url_name: str) -> str:
    """The entry page's address with a placeholder, since reversing each row costs more than the row."""
    if not url_name:
        return ""
    return reverse(url_name, args=[round.edition.slug, 0]).replace("/0/", "/{}/")


def _row(row: LiveRow, cells: str, address: str, mark_locked: bool, is_cut: bool) -> str:
    competes = row.status == "competing"
    css = " ".join(name for name, on in (("cut", is_cut), ("off", not competes)) if on)
    name = f'<span class="code">{escape(row.code)}</span> 《{escape(row.title)}》'
    if address:
        name = f'<a href="{address.format(row.entry_id)}">{name}</a>'
    if row.is_locked and mark_locked:
        name += ' <span class="pill ok">已锁定</span>'
    if row.rank is None:
        name += f'<span class="reason">{escape(row.reason_text)}</span>'
    return (
        f'<tr class="{css}"><td class="num">{_rank(row)}</td><td class="pin grow">{name}</td>{cells}'
        f'<td class="num">{row.penalty or "–"}</td><td class="num total">{row.shown or "—"}</td></tr>'
    )


def _rank(row: LiveRow) -> str:
    if row.rank is None:
        return "–"
    return f"{row.rank}=" if row.tied else str(row.rank)


_WORDS = {
    "pending": "待评",
    "draft": "待评",
    "returned": "退回",
    "recused": "回避",
    "absent": "缺席",
    "unassigned": "已改派",
    "": "–",
}


def _assigned_cells(table: LiveTable, row: LiveRow, fine: bool, competes: bool) -> str:
    """One cell with the sheets that exist: "J3 88.5　J7 待评"."""
    several = len({column.segment for column in table.columns}) > 1
    words = []
    for column, cell in zip(table.columns, row.cells, strict=True):
        if not cell.state:
            continue
        who = escape(f"{column.segment_title[:2]}·{column.judge}" if several else column.judge)
        if cell.total:
            total = _total(cell, fine)
            words.append(f"<span>{who} {f'<s>{total}</s>' if cell.dropped else f'<b>{total}</b>'}</span>")
        elif competes:
            words.append(f'<span class="muted">{who} {_WORDS[cell.state]}</span>')
    return f'<td class="reviews">{" ".join(words) or "–"}</td>'


def _total(cell: Cell, fine: bool) -> str:
    return f"{cell.total}.0" if fine and "." not in cell.total else cell.total


def _cell(cell: Cell, fine: bool, competes: bool) -> str:
    if cell.total:
        total = _total(cell, fine)
        return f'<td class="num dropped">{total}</td>' if cell.dropped else f'<td class="num">{total}</td>'
    if not competes:
        return '<td class="num muted">–</td>'
    css = "num waiting" if cell.state in ("pending", "draft", "returned") else "num muted"
    return f'<td class="{css}">{_WORDS[cell.state]}</td>'


def shared_lines(table: LiveTable) -> list[str]:
    """Sentences on ties that lie across an award line."""
    return [format_html("{} 并列，跨在“{}”名额线上。", "、".join(codes), title) for title, codes in table.lines]
