"""The rulebook editor: rows without JavaScript, errors at their fields, versions; what is locked after opening."""

import copy
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from core.canonical import digest
from core.models import Edition
from ledger.models import Event
from scoring import engine
from scoring.forms.rulebook import RulebookForm
from scoring.models import Round, Rulebook
from scoring.services import create_rulebook, lock_round, revise_rulebook
from tests.scoring.conftest import contest_document, quiz_document


@pytest.fixture
def office(organiser, as_user):
    return as_user(organiser)


@pytest.fixture
def second(make_person, as_user):
    return as_user(make_person("另一组织", "organiser", email="second@example.com"))


def at(rulebook: Rulebook, name: str = "organise_rulebook_edit") -> str:
    return reverse(name, args=[rulebook.edition.slug, rulebook.pk])


class FieldReader(HTMLParser):
    """What a browser would post of the editor's form: every successful control, no button."""

    def __init__(self):
        super().__init__()
        self.fields: dict[str, str] = {}
        self.inside = False
        self.select = self.area = ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("id") == "rulebook-form"
        if not self.inside or given.get("name") == "csrfmiddlewaretoken":
            return
        if tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            self.fields[given["name"]] = given.get("value", "")
        elif tag == "textarea":
            self.area = given["name"]
            self.fields[self.area] = ""
        elif tag == "select":
            self.select = given["name"]
        elif tag == "option" and self.select and "selected" in given:
            self.fields[self.select] = given["value"]

    def handle_endtag(self, tag):
        if tag == "textarea" and self.area:
            self.fields[self.area] = self.fields[self.area].removeprefix("\n").replace("\n", "\r\n")
            self.area = ""
        if tag == "select":
            self.select = ""

    def handle_data(self, text):
        if self.area:
            self.fields[self.area] += text


def fields_of(page) -> dict[str, str]:
    reader = FieldReader()
    reader.feed(page.content.decode())
    return reader.fields


@pytest.fixture
def opened(rulebook, office):
    """What the editor of the contest's rules would post unchanged."""
    return fields_of(office.get(at(rulebook)))


def lavish_document():
    """A rulebook that uses everything: three kinds of segments, all penalties, titles, every kind of quota."""
    document = quiz_document()
    document["segments"].append({"code": "walk", "title": "入场", "weight": "0", "scored_by": "none"})
    document["segments"][0]["criteria"][0]["description"] = "优 45–50\n良 40–44"
    document["aggregation"] |= {"level": "criterion"}
    document["penalties"].append(
        {
            "code": "stop",
            "segment": "walk",
            "when": "over",
            "limit_seconds": 65,
            "per_seconds": None,
            "points": "0.5",
            "cap": None,
            "stop": True,
        }
    )
    document["rounding"] = {"places": 1, "rank_by": "rounded"}
    document["boundary"] = "share_down"
    document["groups"][0] |= {
        "tiers": [
            {"code": "a", "title": "甲", "advances": True, "percent": "12.5", "percent_rounding": "floor"},
            {"code": "b", "title": "乙", "advances": False, "percent": "30", "percent_rounding": "ceil"},
        ],
        "titles": [{"code": "ten", "title": "十佳", "count": 10}],
        "extra_nominees": 2,
    }
    return document


DOCUMENTS = {preset.code: preset.build().as_document() for preset in engine.PRESETS.values()} | {
    "lavish": lavish_document()
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_rules_rebuilt_through_the_form_have_the_same_digest(name, edition, organiser, office, now):
    document = DOCUMENTS[name]
    rulebook = create_rulebook(
        edition=edition, code="kept", title=document["title"], document=document, actor=organiser, now=now
    )
    posted = fields_of(office.get(at(rulebook)))

    rebuilt = RulebookForm.of_post(posted)
    assert (rebuilt.is_valid(), rebuilt.errors) == (True, {})
    assert digest(engine.parse_rulebook(rebuilt.document).as_document()) == rulebook.sha256

    page = office.post(at(rulebook), posted | {"act": "save", "reason": "没有改"})
    assert page.context["reason"].non_field_errors() == ["内容与最新版本相同，没有需要保存的改动。"]


def test_saving_makes_the_next_version_and_rounds_in_preparation_follow(make_round, rulebook, office, opened):
    draft = make_round()
    changed = opened | {
        "groups[0].tiers[0].number": "３",
        "penalties[1].limit_seconds": "4分30秒",
        "title": "新讲解细则",
    }
    answer = office.post(at(rulebook), changed | {"act": "save", "reason": "名额增加"}, follow=True)

    new = Rulebook.objects.get(version=2)
    expected = copy.deepcopy(rulebook.document)
    expected["groups"][0]["tiers"][0]["count"] = 3
    expected["penalties"][1]["limit_seconds"] = 270
    assert new.document == expected | {"title": "新讲解细则"}
    assert (new.reason, Round.objects.get(pk=draft.pk).rulebook) == ("名额增加", new)
    assert [str(message) for message in answer.context["messages"]] == [
        "已保存《新讲解细则》第 2 版。还没有开放的轮次已经换用：决赛。"
    ]


def test_errors_stand_at_their_fields_and_what_was_typed_stays(rulebook, office, opened):
    wrong = {
        "segments[0].weight": "九十",
        "segments[0].criteria[0].title": " ",
        "segments[0].criteria[1].step": "0.3",
        "aggregation.min_valid_marks": "三",
        "aggregation.drop_high": "5",
        "penalties[0].limit_seconds": "很久",
        "penalties[0].segment": "gone",
        "tie_chain[0].step": "criterion self gone",
        "groups[0].tiers[0].number": "0",
        "groups[0].tiers[1].number": "",
        "groups[0].tiers[2].number": "120",
        "groups[0].tiers[4].number": "7",
    }
    page = office.post(at(rulebook), opened | wrong | {"act": "save", "reason": ""})
    form = page.context["form"]

    assert form.errors == {
        "groups[0].tiers[4].number": ["“其余全部”不填数字，请清空。"],
        "segments[0].criteria[0].title": ["不能为空。"],
        "segments[0].criteria[1].step": ["请从列表中选择。"],
        "segments[0].weight": ["请填数字，例如 27.5：整数部分最多三位，小数最多两位。"],
        "aggregation.min_valid_marks": ["应是 1 至 999 的整数。"],
        "penalties[0].limit_seconds": ["请填秒数（180）或分秒（3:00），从 1 秒到 24 小时。"],
        "penalties[0].segment": ["没有代码为“gone”的环节。"],
        "tie_chain[0].step": ["环节“self”里没有代码为“gone”的评分项。"],
        "groups[0].tiers[0].number": ["应是 1 至 99999 的整数。"],
        "groups[0].tiers[1].number": ["应是 1 至 99999 的整数。"],
        "groups[0].tiers[2].number": ["比例应大于 0，不超过 100。"],
    }
    assert page.context["reason"].errors == {"reason": ["请写明修改原因。"]}
    assert {name: fields_of(page)[name] for name in wrong} == {name: text.strip() for name, text in wrong.items()}
    text = page.content.decode()
    assert 'id="f-segments-0-weight-error"' in text
    assert 'href="#f-tie_chain-0-step"' in text
    assert "（已经没有这一项）" in text
    assert not Rulebook.objects.filter(version=2).exists()


def test_an_error_across_rows_stands_at_the_list(rulebook, office, opened):
    page = office.post(at(rulebook), opened | {"segments[0].weight": "90", "act": "save", "reason": "改"})

    assert page.context["form"].errors == {"segments": ["各环节权重之和应为 100，现在是 90。"]}


def test_rows_come_and_go_without_javascript_and_nothing_typed_is_lost(rulebook, office, opened):
    typed = opened | {"groups[0].tiers[0].title": "特等奖", "reason": "还没写完", "aggregation.drop_low": "没想好"}

    def act(posted, act):
        page = office.post(at(rulebook), posted | {"act": act})
        return page, fields_of(page)

    page, added = act(typed, "add groups[0].tiers")
    titles = [added[f"groups[0].tiers[{n}].title"] for n in range(6)]
    assert titles == ["特等奖", "一等奖", "二等奖", "三等奖", "", "优秀奖"]
    assert (added["groups[0].tiers[4].code"], added["reason"], added["aggregation.drop_low"]) == (
        "t1",
        "还没写完",
        "没想好",
    )
    assert 'name="groups[0].tiers[4].title" value="" autocomplete="off" autofocus' in page.content.decode()

    _, moved = act(added, "up groups[0].tiers[1]")
    assert [moved[f"groups[0].tiers[{n}].title"] for n in range(2)] == ["一等奖", "特等奖"]
    _, back = act(moved, "down groups[0].tiers[0]")
    _, removed = act(back, "remove groups[0].tiers[4]")
    assert removed == typed


@pytest.mark.parametrize(
    ("path", "fresh"),
    [
        ("segments", {"code": "s1", "scored_by": "panel", "criteria[0].code": "c1", "criteria[0].step": "0.5"}),
        ("segments[0].criteria", {"code": "c1", "step": "0.5"}),
        ("penalties", {"code": "p1", "when": "over", "segment": ""}),
        ("groups", {"code": "g1", "reserves": "0"}),
        ("groups[0].titles", {"code": "h1", "count": ""}),
    ],
)
def test_a_new_row_starts_with_what_is_usual(rulebook, office, opened, path, fresh):
    page = office.post(at(rulebook), opened | {"act": f"add {path}"})
    place = len({name.split("]")[path.count("]")] for name in opened if name.startswith(f"{path}[")})
    fields = fields_of(page)

    assert {key: fields.get(f"{path}[{place}].{key}", "") for key in fresh} == fresh


def test_a_new_tie_step_comes_before_the_final_decision(rulebook, office, opened):
    fields = fields_of(office.post(at(rulebook), opened | {"act": "add tie_chain"}))

    assert [fields[f"tie_chain[{n}].step"] for n in range(6)] == [
        "criterion self content",
        "untrimmed_mean",
        "median",
        "runoff",
        "",
        "decision",
    ]


@pytest.mark.parametrize(
    "act",
    [
        "remove segments[9]",
        "up segments",
        "add nothing",
        "add segments[0].nothing",
        "add segments[9].criteria",
        "",
        "x",
    ],
)
def test_an_act_on_a_row_that_is_not_there_changes_nothing(rulebook, office, opened, act):
    assert fields_of(office.post(at(rulebook), opened | {"act": act})) == opened


def test_a_list_has_an_end(rulebook, office, opened):
    rows = {f"tie_chain[{n}].step": "median" for n in range(40)}
    page = office.post(at(rulebook), opened | rows | {"act": "add tie_chain"})

    assert page.context["form"].errors["tie_chain"][0] == "最多 40 行。"


def test_a_segment_that_becomes_a_quiz_asks_for_its_maximum_and_keeps_its_criteria_in_sight(rulebook, office, opened):
    page = office.post(at(rulebook), opened | {"segments[0].scored_by": "quiz", "act": "refresh"})
    fields = fields_of(page)

    assert (fields["segments[0].max_points"], fields["segments[0].criteria[0].title"]) == ("", "内容陈述")
    assert "下面的评分项不起作用" in page.content.decode()


def test_linter_answers_while_one_types(make_round, rulebook, office, opened):
    make_round(entries=40, seats=7)
    typed = opened | {"aggregation.min_valid_marks": "8", "act": "check"}
    page = office.post(at(rulebook), typed)

    assert page.context["findings"] == [
        {
            "word": "行不通",
            "pill": "bad",
            "text": "评委只有 7 位，却要有 8 份有效评分才排名：谁都不会有名次。",
            "id": "f-aggregation-min_valid_marks",
        }
    ]
    assert not Rulebook.objects.filter(version=2).exists()


def test_pitfall_20_a_version_saved_meanwhile_is_not_written_over(rulebook, office, opened, supervisor, now):
    revise_rulebook(
        rulebook=rulebook, document=contest_document(boundary="share_up"), reason="先改", actor=supervisor, now=now
    )
    changed = opened | {"groups[0].tiers[0].number": "3", "act": "save", "reason": "后改"}
    page = office.post(at(rulebook), changed)

    assert "您编辑的时候，纪监督已保存第 2 版" in page.context["reason"].non_field_errors()[0]
    seen = fields_of(page)
    assert (seen["base"], seen["groups[0].tiers[0].number"]) == ("2", "3")
    office.post(at(rulebook), seen | {"act": "save"})
    assert Rulebook.objects.get(version=3).reason == "后改"


def test_a_group_that_a_round_judges_cannot_go(make_round, rulebook, office, opened):
    make_round()
    page = office.post(at(rulebook), opened | {"groups[0].code": "other", "act": "save", "reason": "分组"})

    assert page.context["form"].errors == {"groups": ["轮次“决赛”在用这份细则：评分细则“讲解细则”里没有组别“all”。"]}


def test_after_opening_criteria_are_to_read_and_a_post_cannot_change_them(open_one, rulebook, office, opened):
    page = office.get(at(rulebook))
    fields = fields_of(page)
    assert [name for name in fields if name.startswith(("segments", "aggregation", "rounding"))] == []
    assert "不能再改的部分" in page.content.decode()

    forged = opened | {"segments[0].criteria[0].max_points": "49", "groups[0].tiers[0].number": "3"}
    office.post(at(rulebook), forged | {"act": "save", "reason": "名额增加"})
    new = Rulebook.objects.get(version=2)
    assert new.document["segments"] == rulebook.document["segments"]
    assert new.document["groups"][0]["tiers"][0]["count"] == 3
    assert Round.objects.get(pk=open_one.pk).rulebook == rulebook
    assert "segments[1].code" not in fields_of(office.post(at(rulebook), opened | {"act": "add segments"}))


def test_an_open_round_changes_over_by_another_account(open_one, rulebook, office, second, opened):
    office.post(at(rulebook), opened | {"groups[0].tiers[0].number": "3", "act": "save", "reason": "名额增加"})
    new = Rulebook.objects.get(version=2)
    page, switch = reverse("organise_rulebook_switch", args=[open_one.edition.slug, open_one.pk]), {"rulebook": new.pk}

    refused = office.post(page, switch)
    assert refused.context["fault"] == "评分已经开始：新版本须由拟定人以外的另一个账号启用。"
    assert Round.objects.get(pk=open_one.pk).rulebook == rulebook
    changed = [line for section in second.get(page).context["sections"] for line in section.changed]
    assert [(line.label, line.old, line.new) for line in changed] == [("金奖", "2 名，晋级", "3 名，晋级")]
    second.post(page, switch)
    assert Round.objects.get(pk=open_one.pk).rulebook == new
    assert "没有别的版本" not in second.get(page).content.decode()


def test_a_locked_round_says_that_its_list_must_be_proposed_anew(
    open_one, rulebook, office, second, opened, submit_all, organiser, now
):
    submit_all(open_one, {"01": ["40"] * 3, "02": ["39"] * 3, "03": ["38"] * 3})
    lock_round(round=open_one, actor=organiser, now=now)
    office.post(at(rulebook), opened | {"groups[0].tiers[0].number": "3", "act": "save", "reason": "名额增加"})
    page = reverse("organise_rulebook_switch", args=[open_one.edition.slug, open_one.pk])
    answer = second.post(page, {"rulebook": Rulebook.objects.get(version=2).pk}, follow=True)

    assert "获奖名单要按它重新提出" in answer.content.decode()
    assert open_one.snapshots.count() == 2


def test_switching_offers_other_rulebooks_only_before_opening(make_round, open_one, rulebook, office, organiser, now):
    draft = make_round("复赛")
    other = create_rulebook(
        edition=rulebook.edition, code="other", title="另一份", document=contest_document(), actor=organiser, now=now
    )
    offered = {
        round.title: office.get(reverse("organise_rulebook_switch", args=["2026", round.pk])).context["offered"]
        for round in (draft, open_one)
    }
    assert offered == {"复赛": [other], "决赛": []}
    answer = office.post(reverse("organise_rulebook_switch", args=["2026", draft.pk]), {"rulebook": other.pk})
    assert (answer.status_code, Round.objects.get(pk=draft.pk).rulebook) == (302, other)
    unknown = office.get(reverse("organise_rulebook_switch", args=["2026", draft.pk]), {"rulebook": "0"})
    assert unknown.context["chosen"] is None


def test_list_says_where_each_version_is_used(make_round, rulebook, office, organiser, now):
    draft = make_round()
    revise_rulebook(
        rulebook=rulebook, document=contest_document(boundary="share_up"), reason="改", actor=organiser, now=now
    )
    (line,) = office.get(reverse("organise_rulebooks", args=["2026"])).context["lines"]

    assert [(each.rulebook.version, each.rounds) for each in line.versions] == [(2, ()), (1, (draft,))]


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_as_often_for_three_rulebooks_as_for_one(
    count, make_round, edition, organiser, office, now, django_assert_num_queries
):
    for number in range(count):
        rules = create_rulebook(
            edition=edition, code=f"r{number}", title="细则", document=contest_document(), actor=organiser, now=now
        )
        make_round(f"轮次{number}", rules=rules)
    with django_assert_num_queries(8):
        office.get(reverse("organise_rulebooks", args=["2026"]))


def test_list_without_rulebooks_says_how_to_begin(edition, office):
    assert "还没有评分细则" in office.get(reverse("organise_rulebooks", args=["2026"])).content.decode()


def test_a_new_rulebook_starts_from_a_preset_or_a_copy(rulebook, office):
    new = reverse("organise_rulebook_new", args=["2026"])
    answer = office.post(new, {"title": "作品细则", "code": "works", "source": "works"})
    works = Rulebook.objects.get(code="works")
    assert (answer["Location"], works.title, works.document["groups"][0]["title"]) == (at(works), "作品细则", "图书")
    office.post(new, {"title": "抄来的", "code": "copy", "source": f"own-{rulebook.pk}"})
    assert Rulebook.objects.get(code="copy").document == rulebook.document | {"title": "抄来的"}


def test_a_new_rulebook_that_cannot_be_says_why_at_the_field(rulebook, office):
    new = reverse("organise_rulebook_new", args=["2026"])
    taken = office.post(new, {"title": "又一份", "code": "speech", "source": "works"})
    assert taken.context["form"].errors == {"code": ["本届已有代号为“speech”的评分细则；要改动请建新版本。"]}
    wrong = office.post(new, {"title": "", "code": "有汉字", "source": "none"})
    assert wrong.context["form"].errors == {
        "title": ["请填写名称。"],
        "code": ["只能用英文字母、数字和短横，不能有汉字和空格，例如 jiangjie-2026。"],
        "source": ["请从列表中选择。"],
    }


def test_a_version_reads_as_计分办法_with_a_worked_example(rulebook, office):
    page = office.get(at(rulebook, "organise_rulebook_version")).content.decode()
    for words in (
        "各评委总分去掉 1 个最高分、1 个最低分",
        "一组的奖项",
        "除以 3，得 84.6666…",
        "公布为 80.67",
        "没有发现行不通",
    ):
        assert words in page


def test_versions_stand_side_by_side_in_words(rulebook, office, organiser, now):
    document = copy.deepcopy(rulebook.document)
    document["tie_chain"].pop(1)
    new = revise_rulebook(rulebook=rulebook, document=document, reason="改", actor=organiser, now=now)
    page = office.get(at(new, "organise_rulebook_diff"))
    changed = {section.title: section.changed for section in page.context["sections"] if section.changed}

    assert [(line.label, line.old, line.new) for line in changed["名次与并列"]] == [
        ("同分先后第 2 步", "去分前平均分", "评委总分中位数"),
        ("同分先后第 3 步", "评委总分中位数", "加赛"),
        ("同分先后第 4 步", "加赛", "裁定"),
        ("同分先后第 5 步", "裁定", ""),
    ]
    assert list(changed) == ["名次与并列"]
    assert "没有改的" in page.content.decode()
    assert "没有更早的版本" in office.get(at(rulebook, "organise_rulebook_diff")).content.decode()
    other_way = office.get(at(rulebook, "organise_rulebook_diff"), {"old": "2"})
    assert other_way.context["old"] == new


def test_another_one_may_not_see_or_edit_rules(open_one, rulebook, as_user, supervisor, clerk, stranger, now):
    Edition.objects.create(slug="other", title="别处", year=2025, organiser_name="x", created_at=now)
    judge = open_one.panel.seats.get(number=1).judge
    pages = [at(rulebook, f"organise_rulebook_{name}") for name in ("version", "edit", "diff")]
    pages += [reverse(name, args=["2026"]) for name in ("organise_rulebooks", "organise_rulebook_new")]
    pages.append(reverse("organise_rulebook_switch", args=["2026", open_one.pk]))
    before = Event.objects.count()
    for user in (supervisor, clerk, stranger, judge):
        client = as_user(user)
        assert {client.get(page).status_code for page in pages} == {404}
        assert client.post(at(rulebook), {"act": "save", "reason": "改"}).status_code == 404
    assert Event.objects.count() == before


def test_rules_of_an_edition_are_not_found_below_another(rulebook, office, now):
    Edition.objects.create(slug="other", title="别处", year=2025, organiser_name="x", created_at=now)
    assert office.get(at(rulebook).replace("/2026/", "/other/")).status_code == 404
