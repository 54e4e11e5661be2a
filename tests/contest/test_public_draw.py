"""The public draw: what is shown before and after, and that code of its own recomputes it (vectors.md §8)."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from contest.models import Contestant, GroupRound
from contest.services import (
    agree_redraw,
    ask_redraw,
    commit_draw,
    draw_lots,
    set_draw_order,
    set_up_round,
    withdraw_contestant,
)
from core.draw import commitment, draw_order
from core.models import Edition
from tools.verify_draw import dealt, faults_of, shuffled

SECRET = bytes.fromhex("00112233445566778899aabbccddeeff" * 2)
PUBLIC = "2026-05-20 双色球 2026057期 03 08 14 19 27 31 + 11"
VECTOR = "C01 C10 C08 C07 C06 C09 C12 C04 C11 C03 C02 C05".split()
CODES = [f"C{number:02d}" for number in range(1, 13)]
TOOL = Path(__file__).resolve().parents[2] / "tools" / "verify_draw.py"


@pytest.fixture
def committed(adult, enter, make_panel, organiser, now):
    """Return a function: n adults in as many rooms as named, with a published commitment."""

    def do(count=5, rooms=("",)) -> list[GroupRound]:
        enter(count)
        for place, room in enumerate(rooms):
            set_up_round(
                group=adult,
                panel=make_panel(f"评委组{place}"),
                title=f"预赛{room}",
                room=room,
                advance_count=1,
                actor=organiser,
                now=now,
            )
        found = list(GroupRound.objects.order_by("pk"))
        commit_draw(round=found[0].round, secret=SECRET, actor=organiser, now=now)
        return found

    return do


def page_of(client, group_round) -> str:
    return client.get(reverse("public_draw", args=[group_round.pk])).content.decode()


def file_of(client, group_round, **query) -> dict[str, Any]:
    return json.loads(client.get(reverse("public_draw_json", args=[group_round.pk]), query).content)


def run_tool(folder: Path, document: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    path = folder / "draw.json"
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-I", str(TOOL), str(path)], capture_output=True, text=True, check=False, encoding="utf-8"
    )


def test_vector_of_the_draw_by_both_codes():
    assert commitment(SECRET) == "4773d12e2371bb935b9a0f5439b4a1c3ad3f2414b86980f8418d1cfabdfadfef"
    assert draw_order(CODES, secret=SECRET, public=PUBLIC) == VECTOR
    assert shuffled(CODES, SECRET, PUBLIC) == VECTOR
    assert dealt(VECTOR, 5)[1] == ["C10", "C12", "C05"]


@pytest.mark.parametrize("count", [1, 2, 3, 17, 60])
def test_both_codes_agree(count):
    codes = [str(number) for number in range(1, count + 1)]
    for public in ("", "03 08 14", "彩票" * 20):
        assert shuffled(codes, SECRET, public) == draw_order(codes, secret=SECRET, public=public)


def test_before_the_draw(client, committed):
    [row] = committed(3)
    page = page_of(client, row)
    assert commitment(SECRET) in page
    assert SECRET.hex() not in page
    numbers = [str(pk) for pk in Contestant.objects.order_by("pk").values_list("pk", flat=True)]
    assert "、".join(numbers) in page
    document = file_of(client, row)
    assert (document["method"], document["secret"], document["orders"]) == ("committed", "", [])


def test_after_the_draw_anyone_recomputes_it(client, committed, organiser, now, tmp_path):
    rooms = committed(7, ("A 赛场", "B 赛场", "C 赛场"))
    draw_lots(round=rooms[0].round, public=PUBLIC, actor=organiser, now=now)
    page = page_of(client, rooms[1])
    assert SECRET.hex() in page
    assert "选手1" not in page
    document = file_of(client, rooms[0])
    assert document == file_of(client, rooms[2])
    pks = list(Contestant.objects.order_by("pk").values_list("pk", flat=True))
    order = [int(code) for code in draw_order([str(pk) for pk in pks], secret=SECRET, public=PUBLIC)]
    assert {key: document[key] for key in ("format", "rooms", "contestants", "orders", "public", "secret")} == {
        "format": "mingping-draw/1",
        "rooms": ["A 赛场", "B 赛场", "C 赛场"],
        "contestants": pks,
        "orders": [order[0::3], order[1::3], order[2::3]],
        "public": PUBLIC,
        "secret": SECRET.hex(),
    }
    done = run_tool(tmp_path, document)
    assert (done.returncode, done.stdout) == (0, "抽签结果核对一致：7 人，3 个赛场。\n")


def test_the_tool_finds_every_change(client, committed, organiser, now, tmp_path):
    [row] = committed(6)
    draw_lots(round=row.round, public=PUBLIC, actor=organiser, now=now)
    document = file_of(client, row)
    first, *rest = document["orders"][0]
    changed: dict[str, dict[str, Any]] = {
        "承诺值不符": {"secret": "00" * 32},
        "顺序与重算结果不符": {"orders": [[*rest, first]]},
        "从小到大": {"contestants": document["contestants"][::-1]},
        "赛场数": {"orders": [*document["orders"], []]},
        "十六进制": {"secret": "xx"},
    }
    assert faults_of(document) == []
    for words, change in changed.items():
        assert any(words in fault for fault in faults_of(document | change)), words
    assert run_tool(tmp_path, document | {"public": "别的数"}).returncode == 1
    assert run_tool(tmp_path, document | {"format": "other"}).returncode == 2
    assert run_tool(tmp_path, {}).returncode == 2


def test_a_list_that_changed_after_the_commitment_is_said(client, committed, organiser, now, tmp_path):
    [row] = committed(4)
    gone = Contestant.objects.first()
    withdraw_contestant(contestant=gone, reason="生病", actor=organiser, now=now)
    draw_lots(round=row.round, public=PUBLIC, actor=organiser, now=now)
    assert "公布承诺值之后退出" in page_of(client, row)
    done = run_tool(tmp_path, file_of(client, row))
    assert (done.returncode, f"[{gone.pk}]" in done.stdout) == (0, True)


def test_a_draw_given_up_stays_to_be_checked(client, committed, organiser, supervisor, now):
    [row] = committed(3)
    draw_lots(round=row.round, public=PUBLIC, actor=organiser, now=now)
    request = ask_redraw(round=row.round, reason="设备故障", actor=organiser, now=now)
    agree_redraw(request=request, actor=supervisor, now=now)
    page = page_of(client, row)
    assert "等待重新抽签" in page
    assert "设备故障" not in page
    assert client.get(reverse("public_draw_json", args=[row.pk])).status_code == 404
    assert faults_of(file_of(client, row, draw=1)) == []
    order = list(Contestant.objects.order_by("-pk").values_list("pk", flat=True))
    set_draw_order(round=row.round, order=order, witnesses="纪监督", actor=organiser, now=now)
    page = page_of(client, row)
    assert "由见证人见证后录入" in page
    assert "纪监督" not in page
    assert "已经作废的抽签" in page
    assert (file_of(client, row)["method"], file_of(client, row)["orders"]) == ("typed", [order])
    for wrong in ("0", "9", "x", "1" * 9):
        assert client.get(reverse("public_draw_json", args=[row.pk]), {"draw": wrong}).status_code == 404


def test_no_page_before_there_is_something_or_in_a_rehearsal(client, adult, enter, make_panel, organiser, now):
    enter(2)
    round = set_up_round(group=adult, panel=make_panel(), title="决赛", actor=organiser, now=now)
    address = reverse("public_draw", args=[round.group_round.pk])
    assert client.get(address).status_code == 404
    commit_draw(round=round, actor=organiser, now=now)
    assert client.get(address).status_code == 200
    Edition.objects.update(is_rehearsal=True)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_public_page_takes_few_queries(client, committed, organiser, now, django_assert_num_queries, count):
    [row] = committed(count)
    draw_lots(round=row.round, public=PUBLIC, actor=organiser, now=now)
    with django_assert_num_queries(3):
        page_of(client, row)
