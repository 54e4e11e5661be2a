"""Check a public draw from its JSON file, with the Python standard library alone.

    python3 verify_draw.py draw.json

It shares no code with the product: what it says does not depend on whoever drew. Exit status 0: the draw is as it was
published; 1: it is not, and each difference is named; 2: the file is no draw of the system. docs/draw.md says what is
checked.
"""

import hashlib
import json
import sys
from typing import Any

FORMAT = "mingping-draw/1"
NUMBERS = 1 << 256


def number_stream(seed: bytes) -> "Any":
    """SHA-256(seed, counter in eight bytes) as whole numbers, counter 0, 1, 2 …"""
    counter = 0
    while True:
        block = hashlib.sha256(seed + counter.to_bytes(8, byteorder="big"))
        yield int(block.hexdigest(), 16)
        counter += 1


def shuffled(names: "list[str]", secret: bytes, public: str) -> "list[str]":
    """Fisher-Yates from the last place down; a number that would favour some places is thrown away."""
    stream = number_stream(hashlib.sha256(secret + bytes(1) + public.encode("utf-8")).digest())
    places = list(names)
    size = len(places)
    while size > 1:
        limit = (NUMBERS // size) * size
        number = next(stream)
        if number < limit:
            pick = number % size
            size -= 1
            places[size], places[pick] = places[pick], places[size]
    return places


def dealt(order: "list[str]", rooms: int) -> "list[list[str]]":
    """The first to the first room, the second to the second, and round again."""
    hands: list[list[str]] = [[] for _ in range(rooms)]
    for place, name in enumerate(order):
        hands[place % rooms].append(name)
    return hands


def faults_of(draw: "dict[str, Any]") -> "list[str]":
    """What is not as it was published, in Chinese."""
    try:
        secret = bytes.fromhex(draw["secret"])
    except ValueError:
        return ["密值不是十六进制数。"]
    faults = []
    if hashlib.sha256(secret).hexdigest() != draw["commitment"]:
        faults.append("密值与事先公布的承诺值不符。")
    numbers = draw["contestants"]
    if numbers != sorted(set(numbers)):
        faults.append("报名号没有按从小到大排列，或有重复。")
    order = shuffled([str(number) for number in numbers], secret, draw["public"])
    expected = [[int(name) for name in hand] for hand in dealt(order, len(draw["rooms"]))]
    given_orders = draw["orders"]
    for place, (room, computed) in enumerate(zip(draw["rooms"], expected, strict=True)):
        given = given_orders[place] if place < len(given_orders) else []
        if computed != given:
            faults.append(f"“{room}”的顺序与重算结果不符：重算为 {computed}，公布为 {given}。")
    if len(given_orders) != len(draw["rooms"]):
        faults.append("赛场数与顺序数不符。")
    return faults


def main(arguments: "list[str]") -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with open(arguments[0], encoding="utf-8") as file:
            draw = json.load(file)
        if draw["format"] != FORMAT or draw["method"] != "system":
            print("这不是系统抽签的结果：现场抽签由见证人见证，没有可以重算的内容。", file=sys.stderr)
            return 2
        faults = faults_of(draw)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"文件不能读取：{error}", file=sys.stderr)
        return 2
    for fault in faults:
        print(fault)
    if faults:
        return 1
    changed = sorted(set(draw["committed_contestants"]) ^ set(draw["contestants"]))
    print(f"抽签结果核对一致：{len(draw['contestants'])} 人，{len(draw['rooms'])} 个赛场。")
    if changed:
        print(f"注意：公布承诺值之后名单有变动，涉及报名号 {changed}。")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
