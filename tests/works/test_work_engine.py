"""ISBNs, lengths and lists of authors as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from works.engine.durations import parse_duration, shown_duration
from works.engine.isbn import IsbnInvalid, normalise_isbn, split_isbns
from works.engine.people import PeopleInvalid, Person, split_people


@pytest.mark.parametrize(
    "written",
    [
        "9787302023685",
        "978-7-302-02368-5",
        "ISBN 978 7 302 02368 5",
        "ISBN：９７８－７－３０２－０２３６８－５",
        "7-302-02368-9",
        "9787302023685（第1册）",
        "978–7–302–02368–5",
    ],
)
def test_an_isbn_has_one_spelling(written):
    assert normalise_isbn(written) == "9787302023685"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("978-7-302-02368-6", "isbn_checksum"),
        ("7-302-02368-X", "isbn_checksum"),
        ("978-7-302-02368", "isbn"),
        ("1234567890123", "isbn"),
        ("无书号", "isbn"),
        ("", "isbn"),
    ],
)
def test_what_is_no_isbn_says_why(written, code):
    with pytest.raises(IsbnInvalid) as invalid:
        normalise_isbn(written)
    assert invalid.value.code == code


@given(st.integers(0, 99_999_999), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(body, place, other):
    good = f"9787{body:08d}"
    good += str(-sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(good)) % 10)
    assert normalise_isbn(good) == good
    wrong = good[:place] + str((int(good[place]) + other) % 10) + good[place + 1 :]
    with pytest.raises(IsbnInvalid):
        normalise_isbn(wrong)


@pytest.mark.parametrize("between", ["；", "\n", "、", " / ", "  ", ", ", "\nISBN "])
def test_several_isbns_are_told_apart(between):
    assert len(split_isbns(f"978-7-302-02368-5{between}978-7-101-73547-5")) == 2


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        *(("3′31″", 211), ("3'31\"", 211), ("3’31”", 211), ("00:03:31", 211), ("3：31", 211), ("3:31", 211)),
        *(("3分31秒", 211), ("3 分 31 秒", 211), ("3分钟31秒", 211), ("3分31", 211), ("约3分31秒", 211)),
        *(("211秒", 211), ("211", 211), ("3min31s", 211), ("3分", 180), ("1小时2分", 3720)),
        *(("5", None), ("3.5", None), ("3分75秒", None), ("三分", None), ("", None), ("0", None), ("0秒", None)),
        *(("1:75:00", None), ("3:31:99", None), ("九分", None)),
    ],
)
def test_a_length_is_read_however_it_is_written(written, seconds):
    assert parse_duration(written) == seconds


@given(st.integers(1, 99 * 60))
def test_a_length_reads_back_as_it_is_shown(seconds):
    assert parse_duration(shown_duration(seconds)) == seconds


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("万洋，武雨", ["万洋", "武雨"]),
        ("孔敏 马懿 上官若", ["孔敏", "马懿", "上官若"]),
        ("张  三", ["张三"]),
        ("张 三 李 四", ["张三", "李四"]),
        ("1.张三 2.李四", ["张三", "李四"]),
        ("导演：万洋；编剧：武雨", ["万洋", "武雨"]),
        ("导演：万洋；剪辑：万洋", ["万洋"]),
        ("张三（文） 李四（图）", ["张三", "李四"]),
        ("张三 著", ["张三"]),
        ("买买提·吐尔逊/John Smith", ["买买提·吐尔逊", "John Smith"]),
    ],
)
def test_authors_are_told_apart(written, names):
    assert [person.name for person in split_people(written)] == names


def test_brackets_behind_a_name_are_the_workplace():
    assert split_people("张三（市一中、市科协）、李四") == [Person("张三", "市一中、市科协"), Person("李四")]


@pytest.mark.parametrize("written", ["张三等", "张三、张三", "张 李四 王", "第一组3人", "x" * 60])
def test_what_is_no_list_of_names_is_refused(written):
    with pytest.raises(PeopleInvalid):
        split_people(written)
