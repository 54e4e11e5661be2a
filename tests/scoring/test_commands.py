import json

import pytest
from django.core.management import CommandError, call_command

from tests.result_books import golden_book, random_book


@pytest.fixture
def write(tmp_path):
    """Return a function: a file with this content, JSON unless it is text."""

    def act(content):
        path = tmp_path / "book.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False))
        return path

    return act


def recompute(path, capsys):
    call_command("recompute", path)
    return json.loads(capsys.readouterr().out)


def test_recompute_prints_the_standings_of_a_book(write, capsys):
    book = golden_book()

    assert recompute(write(book), capsys) == book["output"]


@pytest.mark.parametrize("seed", range(5))
def test_recompute_agrees_with_the_verifier_on_random_books(write, capsys, seed):
    book = random_book(seed)

    assert recompute(write(book), capsys) == book["output"]


def test_recompute_ignores_what_the_book_claims(write, capsys):
    book = golden_book()
    right = json.loads(json.dumps(book["output"]))
    book["output"]["standings"][0]["shown"] = "99.99"

    assert recompute(write(book), capsys) == right


def test_recompute_names_the_place_of_a_mark_that_is_none(write):
    book = golden_book()
    book["input"]["sheets"][3]["marks"]["content"] = "51"

    with pytest.raises(CommandError, match=r"input\.sheets\[3\]|sheets\[3\]\.marks\.content") as refused:
        call_command("recompute", write(book))

    assert refused.value.returncode == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("not json", "不是 JSON 文件"),
        ("[" * 100_000, "不是 JSON 文件"),
        ([], "不是成绩册"),
        ({"format": "mingping-result-book/9"}, "不是成绩册，应有 format: mingping-result-book/1"),
    ],
)
def test_recompute_refuses_what_is_no_book(write, content, sentence):
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("recompute", write(content))

    assert refused.value.returncode == 2


def test_recompute_refuses_a_book_without_its_parts(write):
    with pytest.raises(CommandError, match="细则或评分数据有误") as refused:
        call_command("recompute", write({"format": "mingping-result-book/1"}))

    assert refused.value.returncode == 1


def test_recompute_refuses_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="无法读取文件") as refused:
        call_command("recompute", tmp_path / "none.json")

    assert refused.value.returncode == 2
