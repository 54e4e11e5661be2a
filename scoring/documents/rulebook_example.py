"""The worked example of rules in a table and in sums, every figure from the engine's own outcome."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scoring import engine
from scoring.documents.wording import penalty_sentence

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MarkCell:
    """A figure of the table; a dropped one is struck through."""

    text: str
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A judge's marks of one segment, the sum last."""

    judge: str
    cells: tuple[MarkCell, ...]


@dataclass(frozen=True, slots=True)
class SegmentExample:
    """One segment: the table of marks (none for a quiz) and how its score comes about."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[MarkRow, ...]
    sums: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExamplePage:
    """What the page shows: segments, then the sums that lead to the final score."""

    segments: tuple[SegmentExample, ...]
    sums: tuple[str, ...]
    shown: str


def example_page(rules: engine.Rulebook, *, panel: int | None = None) -> ExamplePage | None:
    """The worked example of these rules for a panel of that size; None where a panel is too large to show."""
    example = engine.worked_example(rules, panel=panel)
    if example is None:
        return None
    (standing,) = example.outcome.standings
    result, given = standing.as_document(), example.round_input.as_document()
    document = rules.as_document()
    scored = {score["segment"]: score for score in _list(result["segments"])}
    segments = tuple(
        _panel_example(rules, segment, scored[segment["code"]], given)
        if segment["scored_by"] == "panel"
        else _quiz_example(segment, scored[segment["code"]])
        for segment in _list(document["segments"])
        if segment["code"] in scored
    )
    return ExamplePage(segments, tuple(_final_sums(document, result, given)), str(result["shown"]))


def _panel_example(rules: engine.Rulebook, segment: Document, score: Document, given: Document) -> SegmentExample:
    sheets = [sheet for sheet in given["sheets"] if sheet["segment"] == segment["code"]]
    by_total = rules.aggregation.level == "total"
    dropped: Mapping[str, list[str]] = score["dropped"]
    rows = tuple(
        MarkRow(
            f"评委 {sheet['judge'].removeprefix('J')} 号",
            (
                *(
                    MarkCell(sheet["marks"][each["code"]], sheet["judge"] in dropped.get(each["code"], []))
                    for each in segment["criteria"]
                ),
                MarkCell(sheet["total"], sheet["judge"] in dropped.get("total", [])),
            ),
        )
        for sheet in sheets
    )
    sums = _total_sums(sheets, dropped["total"]) if by_total else _criterion_sums(segment, sheets, dropped, score)
    return SegmentExample(
        segment["title"], (*(each["title"] for each in segment["criteria"]), "合计"), rows, tuple(sums)
    )


def _total_sums(sheets: list[Document], dropped: list[str]) -> list[str]:
    return [_mean_words("各评委合计", [(sheet["total"], sheet["judge"] in dropped) for sheet in sheets])]


def _criterion_sums(
    segment: Document, sheets: list[Document], dropped: Mapping[str, list[str]], score: Document
) -> list[str]:
    sums = []
    for each in segment["criteria"]:
        left_out = dropped[each["code"]]
        marks = [(sheet["marks"][each["code"]], sheet["judge"] in left_out) for sheet in sheets]
        sums.append(_mean_words(f"“{each['title']}”", marks))
    return [*sums, f"各评分项相加：{_figure(score['exact'])}。"]


def _mean_words(what: str, marks: list[tuple[str, bool]]) -> str:
    """ "…去掉 95.5、80，其余 5 个相加 443，除以 5，得 88.6。" """
    kept = [Fraction(text) for text, is_dropped in marks if not is_dropped]
    left_out = [text for text, is_dropped in marks if is_dropped]
    added = sum(kept, Fraction(0))
    first = f"{what}去掉 {'、'.join(left_out)}，其余 {len(kept)} 个" if left_out else f"{what} {len(kept)} 个"
    return f"{first}相加 {_figure(added)}，除以 {len(kept)}，得 {_figure(added / len(kept))}。"


def _quiz_example(segment: Document, score: Document) -> SegmentExample:
    return SegmentExample(
        segment["title"], (), (), (f"答题得 {_figure(score['exact'])} 分（满分 {segment['max_points']}）。",)
    )


def _final_sums(document: Document, result: Document, given: Document) -> list[str]:
    sums = []
    weights = {each["code"]: each["weight"] for each in document["segments"]}
    scores = result["segments"]
    if len(scores) > 1 or Fraction(weights[scores[0]["segment"]]) != 100:
        parts = " + ".join(f"{_figure(each['exact'])} × {weights[each['segment']]}%" for each in scores)
        sums.append(f"各环节按权重相加：{parts} = {_figure(result['aggregate'])}。")
    (entry,) = given["entries"]
    rules = {rule["code"]: rule for rule in document["penalties"]}
    for penalty in result["penalties"]:
        rule = rules[penalty["source"]]
        seconds = entry["seconds"][rule["segment"]]
        sentence = penalty_sentence(document, rule).removesuffix("。")
        sums.append(f"讲了 {seconds // 60} 分 {seconds % 60} 秒（{sentence}）：扣 {penalty['points']} 分。")
    places = document["rounding"]["places"]
    kept = f"保留 {places} 位小数" if places else "取整"
    taken = f"{_figure(result['aggregate'])} − {result['penalty']} = " if result["penalties"] else ""
    return [*sums, f"最后得分：{taken}{_figure(result['exact'])}，四舍五入{kept}，公布为 {result['shown']}。"]


def _figure(value: Fraction | str) -> str:
    """A figure as a calculator shows it: exact where four decimals hold it, else cut there with dots after it."""
    exact = Fraction(value)
    cut = Fraction(exact.numerator * 10_000 // exact.denominator, 10_000)
    text = engine.round_half_up(cut, 4)
    return f"{text}…" if cut != exact else text.rstrip("0").rstrip(".")


def _list(value: object) -> list[Document]:
    assert isinstance(value, list)
    return value
