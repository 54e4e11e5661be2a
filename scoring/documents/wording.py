"""Result books in words: states, reasons, rules and ties as the organisers say them (docs/glossary.md)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from scoring.engine import round_half_up

Document = Mapping[str, Any]

LOCAL = ZoneInfo("Asia/Shanghai")

STATUS_WORDS = {"competing": "参评", "withdrawn": "退出", "ineligible": "资格不符", "forfeited": "弃权"}
STATE_WORDS = {
    "submitted": "已提交",
    "pending": "待评",
    "draft": "草稿",
    "returned": "退回",
    "recused": "回避",
    "absent": "缺席",
}
REASON_WORDS = {
    **{status: word for status, word in STATUS_WORDS.items() if status != "competing"},
    "waiting": "有评分未交",
    "no_marks": "没有评分",
    "too_few_marks": "有效评分不足",
    "quiz_missing": "缺答题得分",
}
BOUNDARY_WORDS = {
    "block": "并列跨名额线时，须先由加赛或裁定分出先后，否则不产生获奖结果",
    "share_up": "并列跨名额线时，并列者都进较高一档",
    "share_down": "并列跨名额线时，并列者都进较低一档，余下的名额空缺",
}
ROUNDING_WORDS = {"floor": "舍去小数", "half_up": "四舍五入", "ceil": "进位取整"}


def panel_segments(rulebook: Document) -> list[Document]:
    return [segment for segment in rulebook["segments"] if segment["scored_by"] == "panel"]


def quiz_segments(rulebook: Document) -> list[Document]:
    return [segment for segment in rulebook["segments"] if segment["scored_by"] == "quiz"]


def judged_group(book: Document) -> Document:
    """The group of the rulebook that this round judged."""
    code = book["round"]["group"]
    return next(group for group in book["rulebook"]["groups"] if group["code"] == code)


def in_groups(digest: str, size: int = 8) -> str:
    """A digest that can be read aloud and compared by eye."""
    return " ".join(digest[start : start + size] for start in range(0, len(digest), size))


def local_time(text: str) -> str:
    """An RFC 3339 time as a clock in the hall shows it."""
    moment = datetime.fromisoformat(text).astimezone(LOCAL)
    return f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M:%S}"


def quota_words(tier: Document) -> str:
    if "rest" in tier:
        return "其余"
    if "count" in tier:
        return f"{tier['count']} 名"
    return f"参加排名者的 {tier['percent']}%，{ROUNDING_WORDS[tier['percent_rounding']]}"


def segment_title(rulebook: Document, code: str) -> str:
    return next(str(segment["title"]) for segment in rulebook["segments"] if segment["code"] == code)


def step_title(rulebook: Document, step: Document) -> str:
    """A step of the tie chain as a noun."""
    if step["kind"] == "criterion":
        segment = next(each for each in rulebook["segments"] if each["code"] == step["segment"])
        title = next(str(each["title"]) for each in segment["criteria"] if each["code"] == step["criterion"])
        prefix = f"{segment['title']}·" if len(panel_segments(rulebook)) > 1 else ""
        return f"{prefix}{title}平均分"
    return {"untrimmed_mean": "去分前平均分", "median": "评委总分中位数", "runoff": "加赛", "decision": "裁定"}[
        step["kind"]
    ]


def rules_in_words(book: Document) -> list[str]:
    """How it was scored, one sentence per rule."""
    rulebook = book["rulebook"]
    sentences = [_segment_sentence(segment) for segment in rulebook["segments"] if segment["scored_by"] != "none"]
    sentences.append(_aggregation_sentence(rulebook["aggregation"]))
    sentences += [penalty_sentence(rulebook, rule) for rule in rulebook["penalties"]]
    places = rulebook["rounding"]["places"]
    shown = f"得分四舍五入，保留 {places} 位小数公布" if places else "得分四舍五入取整公布"
    basis = "按未舍入的精确得分排名" if rulebook["rounding"]["rank_by"] == "exact" else "按公布的得分排名"
    sentences.append(f"{shown}，{basis}。")
    if rulebook["tie_chain"]:
        steps = "、".join(step_title(rulebook, step) for step in rulebook["tie_chain"])
        sentences.append(f"得分相同的，依次看{steps}；仍分不出先后的，名次并列。")
    sentences.append(f"{BOUNDARY_WORDS[rulebook['boundary']]}。")
    return sentences


def _segment_sentence(segment: Document) -> str:
    head = f"{segment['title']}占 {segment['weight']}%："
    if segment["scored_by"] == "quiz":
        return f"{head}答题得分，满分 {segment['max_points']} 分。"
    items = "、".join(f"{criterion['title']} {criterion['max_points']} 分" for criterion in segment["criteria"])
    return f"{head}由评委评分，{items}。"


def _aggregation_sentence(rules: Document) -> str:
    high, low = rules["drop_high"], rules["drop_low"]
    per_criterion = rules["level"] == "criterion"
    left_out = f"回避和缺席的评委不计入，不作 0 分；有效评分少于 {rules['min_valid_marks']} 份的不排名。"
    if not high and not low:
        return f"取各评委总分的平均数。{left_out}"
    drops = "、".join(f"{count} 个{word}" for count, word in ((high, "最高分"), (low, "最低分")) if count)
    method = f"每个评分项去掉 {drops}，取平均，再相加" if per_criterion else f"各评委总分去掉 {drops}，取平均"
    return f"{method}（有效评分不足 {rules['min_panel_for_drop']} 份时不去分）。{left_out}"


def penalty_sentence(rulebook: Document, rule: Document) -> str:
    title, limit = segment_title(rulebook, rule["segment"]), rule["limit_seconds"]
    when = f"不足 {limit} 秒" if rule["when"] == "under" else f"超过 {limit} 秒"
    each = f"每 {rule['per_seconds']} 秒（不满也算）" if rule["per_seconds"] else ""
    cap = f"，最多扣 {rule['cap']} 分" if rule["cap"] is not None else ""
    return f"{title}用时{when}的，{each}扣 {rule['points']} 分{cap}。"


def ties_in_words(book: Document) -> list[str]:
    """Every set that was equal on its score, with the steps that were tried and the order that came out."""
    return [_tie_sentence(book["rulebook"], tie) for tie in book["output"]["ties"]]


def _tie_sentence(rulebook: Document, tie: Document) -> str:
    places = rulebook["rounding"]["places"]
    score = round_half_up(Fraction(tie["value"]), places)
    sentence = f"{'、'.join(tie['entries'])} 同为 {score} 分"
    steps = [f"{step_title(rulebook, step)}：{_values_in_words(step)}" for step in tie["steps"]]
    order = " ＞ ".join("＝".join(group) for group in tie["order"])
    result = (
        f"先后为 {order}" if tie["resolved"] else f"先后为 {order}，仍有并列" if len(tie["order"]) > 1 else "名次并列"
    )
    return "；".join([sentence, *steps, result]) + "。"


def _values_in_words(step: Document) -> str:
    values: Mapping[str, str] = step["values"]
    if step["kind"] in ("runoff", "decision"):
        return "、".join(f"{code} 第 {place}" for code, place in values.items())
    texts = _told_apart(list(values.values()))
    return "、".join(f"{code} 为 {text}" for code, text in zip(values, texts, strict=True))


def _told_apart(values: Sequence[str]) -> list[str]:
    """Decimals of two to six places, as few as show different values as different; else the fractions."""
    fractions = [Fraction(value) for value in values]
    for places in (2, 3, 4, 6):
        texts = [round_half_up(fraction, places) for fraction in fractions]
        if len(set(texts)) == len(set(fractions)):
            return texts
    return list(values)
