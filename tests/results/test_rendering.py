"""Rules in words and rosters as the public reads them; no database."""

from typing import Any

from results.models import Roster
from results.rendering import notice_lists, public_rows, rule_chapters, tiers_of
from scoring.engine.presets import PRESETS


def words(document, group="adult") -> str:
    return "".join(sentence for chapter in rule_chapters(document, group) for sentence in chapter.sentences)


def contest_rules(**changes) -> dict[str, Any]:
    return {**PRESETS["contest-two-groups"].build().as_document(), **changes}


def test_preset_of_the_works_drops_nothing():
    found = words(PRESETS["works"].build().as_document(), "book")
    assert "评委总分取全部有效评分的平均分。" in found
    assert "一等奖：有名次者的 10%（四舍五入）。" in found
    assert "递补" not in found


def test_trimming_by_criterion():
    rules = contest_rules()
    rules["aggregation"] = {**rules["aggregation"], "level": "criterion", "min_valid_marks": 1}
    found = words(rules)
    assert "按评分项分别汇总各评委的得分，再相加。" in found
    assert "每个评分项的得分去掉 1 个最高分和 1 个最低分" in found
    assert "不排名" not in found


def test_segments_with_weights():
    rules = contest_rules()
    quiz = {"code": "quiz", "title": "答题", "weight": "30", "scored_by": "quiz", "max_points": "10"}
    rules["segments"] = [{**rules["segments"][0], "weight": "70"}, quiz]
    assert "各环节按权重相加：自主命题讲解 70%、答题 30%。" in words(rules)


def test_boundaries_rounding_and_no_tie_chain():
    up = contest_rules(boundary="share_up", tie_chain=[], rounding={"places": 3, "rank_by": "rounded"})
    assert "一并进入较高的奖项" in words(up)
    assert "得分相同的，名次并列。" in words(up)
    assert "得分保留 3 位小数，四舍五入；名次按取整后的得分排列。" in words(up)
    assert "一并列入较低的奖项，名额空缺" in words(contest_rules(boundary="share_down"))


def test_titles_and_penalties_with_odd_limits():
    rules = contest_rules()
    rules["groups"] = [
        {**group, "titles": [{"code": "top10", "title": "十佳科普使者", "count": 10}]} for group in rules["groups"]
    ]
    rules["penalties"] = [
        {**rules["penalties"][0], "limit_seconds": 45},
        {**rules["penalties"][1], "limit_seconds": 250, "cap": None},
    ]
    found = words(rules)
    assert "十佳科普使者：前 10 名，与奖项等级分别授予。" in found
    assert "自主命题讲解不足 45 秒，扣 2 分。" in found
    assert "自主命题讲解超过 4 分 10 秒，每 15 秒（不满 15 秒按 15 秒计）扣 2 分。" in found


def row(entry, tier, titles=()) -> dict[str, Any]:
    return {
        "entry": entry,
        "rank": 1,
        "shown": "90.00",
        "people": [f"人{entry}"],
        "unit": "单位",
        "title": "题",
        "tutors": [],
        "tier": tier,
        "tier_title": {"gold": "金奖", "first": "一等奖"}.get(tier, ""),
        "advances": tier == "gold",
        "titles": list(titles),
        "recipients": [{"name": f"人{entry}", "salutation": "同志", "user": 7}],
    }


def test_tiers_keep_their_order_and_leave_out_the_rest():
    roster = Roster(rows=[row("01", "gold"), row("02", "first"), row("03", "first"), row("04", None)])
    assert [(tier.title, tier.top, [one["entry"] for one in tier.rows]) for tier in tiers_of(roster)] == [
        ("金奖", True, ["01"]),
        ("一等奖", False, ["02", "03"]),
    ]


def test_public_rows_hold_no_accounts():
    title = {"code": "top10", "title": "十佳"}
    roster = Roster(rows=[row("01", "gold"), row("02", None, [title]), row("03", None)])
    winners = public_rows(roster, everybody=False)
    assert [(one["people"], one["titles"]) for one in winners] == [(["人01"], []), (["人02"], ["十佳"])]
    everybody = public_rows(roster, everybody=True)
    assert [one["rank"] for one in everybody] == [1, 1, 1]
    assert not any("recipients" in one or "user" in str(one) for one in winners + everybody)


def test_a_list_without_ranks_stands_in_stroke_order_and_says_nothing_by_it():
    people = {"01": ("王小宁", "星空"), "02": ("丁小宁", "月球"), "03": ("田富", "一粒种子"), "04": ("田大利", "地震")}
    rows = [
        row(entry, "gold" if entry == "01" else "first") | {"people": [name], "title": title}
        for entry, (name, title) in people.items()
    ]
    roster = Roster(rows=rows)
    by_name = [[one["entry"] for one in tier.rows] for tier in tiers_of(roster, "name")]
    by_title = [[one["entry"] for one in tier.rows] for tier in tiers_of(roster, "title")]
    assert (by_name, by_title) == ([["01"], ["02", "03", "04"]], [["01"], ["03", "02", "04"]])
    public = public_rows(roster, everybody=False, list_order="name")
    assert [one["people"] for one in public] == [["王小宁"], ["丁小宁"], ["田富"], ["田大利"]]
    assert not any("rank" in one or "shown" in one for one in public)


def test_awards_apart_from_tiers_stand_in_one_order_whatever_the_order_inside():
    host, text = {"code": "host", "title": "最佳主持"}, {"code": "text", "title": "最佳文稿"}
    rows = [row("01", "gold", [host]) | {"people": ["王小宁"]}, row("02", "gold", [text]) | {"people": ["丁小宁"]}]
    for order in ("rank", "name", "title"):
        lists = notice_lists(Roster(rows=rows), title="名单", list_order=order)
        assert [tier["title"] for tier in lists[0]["tiers"]] == ["金奖", "最佳主持", "最佳文稿"]
