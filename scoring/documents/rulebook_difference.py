"""Two versions of rules side by side, place by place and in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scoring.documents.wording import BOUNDARY_WORDS, penalty_sentence, quota_words, step_title

Document = Mapping[str, Any]
Place = tuple[str, str]  # a section and, in it, what makes a place the same in both versions
Words = tuple[str, str, str]  # the section's title, the place's label and its text

SCORERS = {"panel": "评委打分", "quiz": "答题得分", "none": "不计分"}
LEVELS = {"total": "各评委总分放在一起汇总", "criterion": "逐个评分项汇总，再相加"}
RANK_BY = {"exact": "未舍入的精确得分", "rounded": "公布的得分"}
NOTHING = "没有"


@dataclass(frozen=True, slots=True)
class Line:
    """One place in both versions; a text is empty where that version has no such place."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the rules: what changed in it, and what did not."""

    title: str
    changed: tuple[Line, ...]
    same: tuple[Line, ...]


def rulebook_difference(old: Document, new: Document) -> list[Section]:
    """Every place of either version, section by section in the order of the page; rows are the same by their code."""
    before, after = dict(_places(old)), dict(_places(new))
    lines: dict[str, list[Line]] = {}
    titles: dict[str, str] = {}
    for place in [*after, *(each for each in before if each not in after)]:
        section, label, _ = after.get(place) or before[place]
        titles.setdefault(place[0], section)
        old_text, new_text = (each[place][2] if place in each else "" for each in (before, after))
        lines.setdefault(place[0], []).append(Line(label, old_text, new_text))
    return [
        Section(
            titles[key],
            tuple(line for line in found if line.old != line.new),
            tuple(line for line in found if line.old == line.new),
        )
        for key, found in lines.items()
    ]


def _places(rules: Document) -> Iterator[tuple[Place, Words]]:
    """Each place with its words."""
    parts = [
        ("名称", [("title", "名称", rules["title"])]),
        ("环节和评分项", _segments(rules)),
        ("怎样汇总", _aggregation(rules["aggregation"])),
        ("时间扣分", _penalties(rules)),
        ("名次与并列", _ranking(rules)),
        ("组别", [("order", "组别", _titles(rules["groups"]))]),
    ]
    for title, rows in parts:
        for key, label, text in rows:
            yield (title, key), (title, label, text)
    for group in rules["groups"]:
        for key, label, text in _group(group):
            yield (f"group {group['code']}", key), (f"奖项：{group['title']}", label, text)


def _segments(rules: Document) -> Iterator[tuple[str, str, str]]:
    yield "order", "环节", _titles(rules["segments"])
    for segment in rules["segments"]:
        code, title = segment["code"], segment["title"]
        yield f"segment {code}", title, f"占 {segment['weight']}%，{SCORERS[segment['scored_by']]}{_most(segment)}"
        criteria = segment.get("criteria", [])
        if criteria:
            yield f"criteria {code}", f"{title}的评分项", _titles(criteria)
        for criterion in criteria:
            at, name = f"criterion {code} {criterion['code']}", f"{title} · {criterion['title']}"
            yield at, name, f"满分 {criterion['max_points']}，间隔 {criterion['step']}"
            yield f"{at} text", f"{name}的标准", criterion["description"]


def _most(segment: Document) -> str:
    return f"，满分 {segment['max_points']}" if "max_points" in segment else ""


def _aggregation(rules: Document) -> Iterator[tuple[str, str, str]]:
    yield "level", "汇总办法", LEVELS[rules["level"]]
    drops = f"{rules['drop_high']} 个最高分、{rules['drop_low']} 个最低分"
    yield "drops", "去掉", drops if rules["drop_high"] or rules["drop_low"] else "不去分"
    yield "panel", "去分所要的有效评分", f"{rules['min_panel_for_drop']} 份"
    yield "valid", "排名所要的有效评分", f"{rules['min_valid_marks']} 份"


def _penalties(rules: Document) -> Iterator[tuple[str, str, str]]:
    for number, rule in enumerate(rules["penalties"], start=1):
        stop = "到时停止讲解。" if rule["stop"] else ""
        yield f"rule {rule['code']}", f"第 {number} 条", f"（{number}）{penalty_sentence(rules, rule)}{stop}"


def _ranking(rules: Document) -> Iterator[tuple[str, str, str]]:
    yield "places", "得分保留", f"{rules['rounding']['places']} 位小数，四舍五入"
    yield "rank_by", "排名依据", RANK_BY[rules["rounding"]["rank_by"]]
    for number, step in enumerate(rules["tie_chain"], start=1):
        yield f"step {number}", f"同分先后第 {number} 步", step_title(rules, step)
    yield "boundary", "并列跨名额线时", BOUNDARY_WORDS[rules["boundary"]]


def _group(group: Document) -> Iterator[tuple[str, str, str]]:
    yield "title", "组别名称", group["title"]
    yield "order", "奖项先后", _titles([*group["tiers"], *group["titles"]])
    for tier in group["tiers"]:
        advances = "，晋级" if tier["advances"] else ""
        yield f"tier {tier['code']}", tier["title"], quota_words(tier) + advances
    for title in group["titles"]:
        yield f"title {title['code']}", f"称号：{title['title']}", f"前 {title['count']} 名"
    yield "reserves", "递补", f"{group['reserves']} 名"
    yield "nominees", "名额外另推荐", f"{group['extra_nominees']} 名"


def _titles(rows: list[Document]) -> str:
    return "、".join(row["title"] for row in rows) or NOTHING
