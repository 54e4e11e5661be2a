from datetime import date

import pytest

from core.text.characters import BadCharacter, find_bad_characters, is_han, split_graphemes
from core.text.dates import chinese_date, chinese_year, chinese_year_month, plain_date
from core.text.idnumber import IdNumber, IdNumberInvalid, check_character, check_id_number
from core.text.masks import mask_id, mask_name, mask_phone
from core.text.names import is_plausible_name, normalise_name, split_surname

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(("digits", "check"), [("11010519491231002", "X"), ("44052418800101001", "4")])
def test_check_character_of_the_reference_numbers(digits, check):
    """vectors.md §10."""
    assert check_character(digits) == check


@pytest.mark.parametrize(
    "typed",
    ["11010519491231002X", "11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", " 110105 19491231 002X "],
)
def test_id_number_is_accepted_however_it_was_typed(typed):
    assert check_id_number(typed, today=TODAY) == IdNumber("11010519491231002X", date(1949, 12, 31), "female")


def test_id_number_tells_a_man_by_an_odd_seventeenth_digit():
    assert check_id_number("440524188001010014", today=TODAY) == IdNumber(
        "440524188001010014", date(1880, 1, 1), "male"
    )


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "id_format"),
        ("11010519491231002", "id_format"),
        ("110105491231002", "id_format"),
        ("010105194912310021", "id_format"),
        ("1101051949123100XX", "id_format"),
        ("11010519491231００2५", "id_format"),
        ("110105194902300022", "id_birth_date"),
        ("110105194913310022", "id_birth_date"),
        ("110105202611240029", "id_birth_date"),
        ("110105194912310021", "id_checksum"),
        ("110105194912310029", "id_checksum"),
    ],
)
def test_id_number_that_cannot_be_is_refused_with_its_reason(typed, code):
    with pytest.raises(IdNumberInvalid) as refusal:
        check_id_number(typed, today=TODAY)

    assert refusal.value.code == code
    assert "身份证号" in str(refusal.value)


def test_born_today_is_a_real_birth_date():
    seventeen = "41070220261123001"

    assert check_id_number(seventeen + check_character(seventeen), today=TODAY).birth_date == TODAY


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13800001234", "138****1234"),
        ("03733012345", "037****2345"),
        ("+14155550100", "+14*******00"),
        ("1234", "****"),
    ],
)
def test_phone_is_masked(phone, masked):
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(("number", "masked"), [("350000199901010123", "35*************123"), ("E123", "****")])
def test_id_number_is_masked(number, masked):
    assert mask_id(number) == masked


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("", "*"),
        ("张", "*"),
        ("张三", "张*"),
        ("张小三", "张*三"),
        ("欧阳少东", "欧**东"),
        ("葛\U000e0100城", "葛\U000e0100*"),
    ],
)
def test_name_is_masked(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("day", "chinese", "plain"),
    [
        (date(2026, 5, 8), "二〇二六年五月八日", "2026年5月8日"),
        (date(2026, 10, 10), "二〇二六年十月十日", "2026年10月10日"),
        (date(2025, 11, 20), "二〇二五年十一月二十日", "2025年11月20日"),
        (date(2010, 12, 31), "二〇一〇年十二月三十一日", "2010年12月31日"),
        (date(2000, 1, 19), "二〇〇〇年一月十九日", "2000年1月19日"),
    ],
)
def test_date_is_written_in_chinese(day, chinese, plain):
    assert chinese_date(day) == chinese
    assert plain_date(day) == plain


def test_year_and_month_are_written_in_chinese():
    assert chinese_year_month(date(2026, 5, 8)) == "二〇二六年五月"
    assert chinese_year(2026) == "二〇二六"


@pytest.mark.parametrize(
    ("char", "kind"),
    [
        ("\ue000", "private_use"),
        ("\U000f0000", "private_use"),
        ("\ufffd", "replacement"),
        ("\u0007", "control"),
        ("\n", "control"),
        ("\u202e", "bidi"),
        ("\u200b", "invisible"),
        ("\u2028", "invisible"),
        ("\ufeff", "invisible"),
        ("\u0378", "unassigned"),
        ("\ud800", "surrogate"),
    ],
)
def test_character_that_must_not_stay_is_found(char, kind):
    codepoint = f"U+{ord(char):04X}"

    (found,) = find_bad_characters(f"王{char}")

    assert (found.position, found.char, found.codepoint, found.kind) == (2, char, codepoint, kind)
    assert found.message.startswith(f"第 2 个字符（{codepoint}）")


@pytest.mark.parametrize(
    "text", ["赟屾勰彧琎䶮㸚𠮷𬭚𪚥", "买买提·吐尔逊", "葛\U000e0100城", "Łukasz O’Neil", "\U00031350"]
)
def test_rare_but_real_characters_are_not_bad(text):
    assert find_bad_characters(text) == []


def test_line_breaks_are_good_in_longer_text():
    assert find_bad_characters("第一行\n\t第二行", multiline=True) == []


def test_bad_characters_are_reported_in_order():
    assert [(bad.position, bad.kind) for bad in find_bad_characters("\ue000王\u200b")] == [
        (1, "private_use"),
        (3, "invisible"),
    ]
    assert find_bad_characters("王") == []
    assert BadCharacter(1, "王", "U+738B", "control", "")


def test_graphemes_keep_variation_selectors_and_marks():
    assert split_graphemes("葛\U000e0100e\u0301x") == ["葛\U000e0100", "e\u0301", "x"]
    assert split_graphemes("") == []


@pytest.mark.parametrize(
    ("char", "han"), [("王", True), ("〇", True), ("𠮷", True), ("·", False), ("A", False), ("の", False)]
)
def test_chinese_characters_are_told_from_others(char, han):
    assert is_han(char) is han


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("张  三", "张三"),
        ("张\u3000三 ", "张三"),
        ("买买提•吐尔逊", "买买提·吐尔逊"),
        ("买买提・吐尔逊", "买买提·吐尔逊"),
        ("买买提‧吐尔逊", "买买提·吐尔逊"),
        ("买买提 · 吐尔逊", "买买提·吐尔逊"),
        ("买买提.吐尔逊", "买买提·吐尔逊"),
        ("买买提．吐尔逊", "买买提·吐尔逊"),
        ("Ｊｏｈｎ  Smith", "John Smith"),
        ("J. Smith", "J. Smith"),
        ("⼈名", "人名"),
        ("王\ue000", "王\ue000"),
        ("", ""),
    ],
)
def test_name_gets_its_one_spelling(typed, name):
    assert normalise_name(typed) == name


@pytest.mark.parametrize(
    "name", ["张三", "张", "买买提·吐尔逊", "𠮷田", "葛\U000e0100城", "Anna-Lena O’Neil", "爱新觉罗·溥仪"]
)
def test_real_names_are_plausible(name):
    assert is_plausible_name(name)


@pytest.mark.parametrize(
    "name", ["", "张3", "王\ue000", "·张", "张··三", "张三、李四", "John 2nd", "甲" * 51, "/", "张三（领队）"]
)
def test_what_is_no_name_is_not_plausible(name):
    assert not is_plausible_name(name)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("欧阳少东", ("欧阳", "少东")),
        ("欧阳", ("欧", "阳")),
        ("张三", ("张", "三")),
        ("爱新觉罗溥仪", ("爱新觉罗", "溥仪")),
        ("", ("", "")),
    ],
)
def test_surname_is_split_off(name, parts):
    assert split_surname(name) == parts
