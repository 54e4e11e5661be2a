"""A snapshot's rules in words, and a roster as the public reads it."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

from core.text.strokes import StrokeKey, full_name_stroke_key, surname_stroke_key
from results.models import Result, Roster

Document = dict[str, Any]
NOBODY = "某某"
JUNIOR = "同学"
LIST_NOTES = {
    Result.ListOrder.RANK.value: "",
    Result.ListOrder.NAME.value: "排名不分先后，按姓氏笔画排列",
    Result.ListOrder.TITLE.value: "排名不分先后，按作品（题目）名称笔画排列",
}


@dataclass(frozen=True)
class Chapter:
    """One heading of the 计分办法 with its sentences."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class TierList:
    """The winners of one award tier, in standing order; the first tier is set apart in gold."""

    title: str
    top: bool
    rows: tuple[Document, ...]


def tiers_of(roster: Roster, list_order: str = Result.ListOrder.RANK, hidden: Set[str] = frozenset()) -> list[TierList]:
    """Winners by tier in the order of the tiers, within a tier as the list is to be; who won nothing is left out.

    Rows whose codes are `hidden` name nobody.
    """
    found: dict[str, list[Document]] = {}
    for row in _in_order(roster.rows, list_order):
        if row["tier"]:
            found.setdefault(row["tier_title"], []).append(open_row(row, hidden))
    places = {row["tier_title"]: place for place, row in reversed(list(enumerate(roster.rows)))}
    found = dict(sorted(found.items(), key=lambda item: places[item[0]]))
    return [TierList(title, place == 0, tuple(rows)) for place, (title, rows) in enumerate(found.items())]


def open_row(row: Document, hidden: Set[str] = frozenset()) -> Document:
    """A roster row as the public may read it: nobody named where it is hidden, juniors by name and school alone."""
    if row["entry"] in hidden:
        return {**row, "people": [NOBODY] * len(row["people"]), "tutors": [], "recipients": []}
    return {**row, "tutors": []} if is_junior(row) else row


def is_junior(row: Document) -> bool:
    """Whether a certificate addresses anybody of the row as a pupil."""
    return any(person.get("salutation") == JUNIOR for person in row.get("recipients", []))


def list_source(roster: Roster) -> str:
    """What a notice prints as the origin of its lists."""
    return f"定格成绩 No. {roster.snapshot.number} · 名册 v{roster.version}"


def notice_lists(roster: Roster, *, title: str, list_order: str) -> list[Document]:
    """`Notice.lists` of a roster: winners by tier, then the titles awarded apart from tiers.

    Names, units, titles and tutors only; names that are hidden are the notice's affair (`Notice.hidden_names`).
    """
    tiers = [
        {"title": tier.title, "rows": [_notice_row(row) for row in tier.rows]} for tier in tiers_of(roster, list_order)
    ]
    # By rank whatever the order inside: a list shown in another order has its awards where they were.
    apart: dict[str, list[Document]] = {award["title"]: [] for row in roster.rows for award in row["titles"]}
    for row in _in_order(roster.rows, list_order):
        for award in row["titles"]:
            apart[award["title"]].append(_notice_row(open_row(row)))
    tiers += [{"title": award, "rows": rows} for award, rows in apart.items()]
    return [{"title": title, "note": LIST_NOTES[list_order], "tiers": tiers}]


def _notice_row(row: Document) -> Document:
    return {
        **{key: row[key] for key in ("people", "unit", "title", "tutors")},
        "note": "晋级省赛" if row["advances"] else "",
    }


def _in_order(rows: Sequence[Document], list_order: str) -> list[Document]:
    """Roster rows by rank, or in the order of strokes of the first name or of the title (domain.md D1)."""
    if list_order == Result.ListOrder.RANK:
        return list(rows)

    def key(row: Document) -> tuple[StrokeKey, StrokeKey, str]:
        name = surname_stroke_key(row["people"][0] if row["people"] else "")
        title = full_name_stroke_key(row["title"])
        first, second = (name, title) if list_order == Result.ListOrder.NAME else (title, name)
        return first, second, row["entry"]

    return sorted(rows, key=key)


def public_rows(
    roster: Roster, *, everybody: bool, list_order: str = Result.ListOrder.RANK, hidden: Set[str] = frozenset()
) -> list[Document]:
    """What of a roster may leave the house: never accounts; who is not ranked or is `hidden` stays unnamed.

    A list 排名不分先后 gives nothing away by its order either: tier by tier, in the order of strokes.
    """
    keys = ["people", "unit", "title", "tutors", "tier_title", "advances"]
    if everybody:
        keys = ["entry", "rank", "shown", *keys]
    rows = [row for row in roster.rows if row["tier"] or row["titles"] or (everybody and row["rank"])]
    if list_order != Result.ListOrder.RANK:
        tiers = {row["tier_title"]: place for place, row in reversed(list(enumerate(rows)))}
        rows = sorted(_in_order(rows, list_order), key=lambda row: tiers[row["tier_title"]])
    shown = [open_row(row, hidden) for row in rows]
    return [{key: row[key] for key in keys} | {"titles": [title["title"] for title in row["titles"]]} for row in shown]


def rule_chapters(rules: Document, group_code: str) -> list[Chapter]:
    """A rulebook's document in words; the criteria stand in a table of their own."""
    group = next(found for found in rules["groups"] if found["code"] == group_code)
    return [
        Chapter("评委打分怎样汇总", _aggregation(rules)),
        Chapter("扣分", _penalties(rules)),
        Chapter("名次与并列", _ranking(rules)),
        Chapter(f"奖项（{group['title']}）", _awards(group)),
    ]


def _aggregation(rules: Document) -> tuple[str, ...]:
    how = rules["aggregation"]
    high, low, least = how["drop_high"], how["drop_low"], how["min_panel_for_drop"]
    if how["level"] == "total":
        first = "每位评委的各评分项得分相加，为该评委的总分。"
        of_what = "评委总分"
    else:
        first = "按评分项分别汇总各评委的得分，再相加。"
        of_what = "每个评分项的得分"
    if high or low:
        trim = f"{of_what}去掉 {high} 个最高分和 {low} 个最低分，取其余的平均分；有效评分少于 {least} 份时不去掉。"
    else:
        trim = f"{of_what}取全部有效评分的平均分。"
    segments = [segment for segment in rules["segments"] if segment["scored_by"] != "none"]
    sentences = [first, trim, "缺席和回避的评委不计入，绝不按 0 分计算。"]
    if how["min_valid_marks"] > 1:
        sentences.append(f"有效评分少于 {how['min_valid_marks']} 份的，不排名。")
    if len(segments) > 1:
        parts = "、".join(f"{segment['title']} {segment['weight']}%" for segment in segments)
        sentences.append(f"各环节按权重相加：{parts}。")
    return tuple(sentences)


def _penalties(rules: Document) -> tuple[str, ...]:
    names = {segment["code"]: segment["title"] for segment in rules["segments"]}
    sentences = [_penalty(rule, names[rule["segment"]]) for rule in rules["penalties"]]
    return (*sentences, "扣分在汇总之后进行一次；其他扣分须登记原因。")


def _penalty(rule: Document, segment: str) -> str:
    limit = _duration(rule["limit_seconds"])
    what = f"{segment}不足 {limit}" if rule["when"] == "under" else f"{segment}超过 {limit}"
    if rule["per_seconds"] is None:
        return f"{what}，扣 {rule['points']} 分。"
    step = rule["per_seconds"]
    cap = f"，最多扣 {rule['cap']} 分" if rule["cap"] is not None else ""
    return f"{what}，每 {step} 秒（不满 {step} 秒按 {step} 秒计）扣 {rule['points']} 分{cap}。"


def _duration(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} 分 {rest} 秒" if minutes and rest else f"{minutes} 分钟" if minutes else f"{rest} 秒"


def _ranking(rules: Document) -> tuple[str, ...]:
    rounding = rules["rounding"]
    exact = rounding["rank_by"] == "exact"
    by = "名次按未取整的精确得分排列" if exact else "名次按取整后的得分排列"
    steps = "；".join(f"（{place}）{_tie_step(rules, step)}" for place, step in enumerate(rules["tie_chain"], start=1))
    policies = {
        "block": "名额线上的并列没有决出之前，不公布任何奖项；绝不抽签决定，也不默默取舍。",
        "share_up": "名额线上仍然并列的，一并进入较高的奖项。",
        "share_down": "名额线上仍然并列的，一并列入较低的奖项，名额空缺。",
    }
    return (
        f"得分保留 {rounding['places']} 位小数，四舍五入；{by}。",
        f"得分相同的，依次比较：{steps}。" if steps else "得分相同的，名次并列。",
        "仍然相同的，名次并列，其后的名次顺延（1、2、2、4）。",
        policies[rules["boundary"]],
    )


def _tie_step(rules: Document, step: Document) -> str:
    words = {
        "untrimmed_mean": "不去最高最低分的平均分",
        "median": "评委总分的中位数",
        "runoff": "加赛",
        "decision": "由评审组裁定并登记理由",
    }
    if step["kind"] != "criterion":
        return words[step["kind"]]
    segment = next(found for found in rules["segments"] if found["code"] == step["segment"])
    criterion = next(found for found in segment["criteria"] if found["code"] == step["criterion"])
    return f"{segment['title']}“{criterion['title']}”的平均分（不去最高最低分）"


def _awards(group: Document) -> tuple[str, ...]:
    sentences = [_tier(tier) for tier in group["tiers"]]
    sentences += [f"{title['title']}：前 {title['count']} 名，与奖项等级分别授予。" for title in group["titles"]]
    if group["reserves"]:
        sentences.append(f"递补：其后 {group['reserves']} 名。晋级者放弃时，由组委会登记后依次递补。")
    sentences.append("退出、弃权和资格不符的，不占奖项和晋级名额。")
    return tuple(sentences)


def _tier(tier: Document) -> str:
    advances = "，晋级省赛" if tier["advances"] else ""
    if "count" in tier:
        return f"{tier['title']}：{tier['count']} 名{advances}。"
    if "percent" in tier:
        words = {"floor": "舍去小数", "half_up": "四舍五入", "ceil": "进一取整"}
        rounding = words[tier["percent_rounding"]]
        return f"{tier['title']}：有名次者的 {tier['percent']}%（{rounding}）{advances}。"
    return f"{tier['title']}：其余有名次者{advances}。"


def criteria_of(rules: Document) -> Sequence[Document]:
    """Segments with their criteria, as the table of the rules page shows them."""
    return [segment for segment in rules["segments"] if segment["scored_by"] != "none"]
