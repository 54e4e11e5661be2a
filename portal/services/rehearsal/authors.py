"""Invented books and films for demos and rehearsals; the ISBNs have right check digits and belong to nobody here."""

import random
from dataclasses import dataclass
from datetime import date

from portal.services.rehearsal.people import GIVEN, SURNAMES, UNITS

BOOKS = (
    "身边的力学", "写给孩子的土壤学", "黄河故道的鸟", "显微镜下的早餐", "小麦王国历险记", "望远镜里的四季",
    "急救一分钟", "防灾减灾家庭手册", "一张纸能飞多远", "和蚂蚁一起上班", "药箱里的化学", "走进湿地",
    "给爷爷讲人工智能", "城市的地下世界", "会算账的植物", "我家屋顶的气象站", "石头会说话", "星星的名字",
    "厨房里的实验室", "古人怎样看病",
)  # fmt: skip
FILMS = (
    "一分钟看懂核酸检测", "水的三次旅行", "小行星会撞地球吗", "食品添加剂的真相", "暴雨中如何自救", "会发光的细菌",
    "种子的休眠", "高铁为什么这么稳", "空气里的颗粒", "菌菇的地下网络", "电梯为什么不会掉下来", "近视是怎样炼成的",
    "一块电池的一生", "台风眼里有什么", "蜂巢里的几何", "垃圾去哪儿了", "地震预警的十秒钟", "指南针指向哪里",
    "声音能灭火吗", "北斗怎样找到你",
)  # fmt: skip
CATEGORIES = ("original", "original", "translation", "reprint", "series")


@dataclass(frozen=True)
class InventedWork:
    """One invented work as its makers would describe it; `unit` is empty where they hand it in themselves."""

    is_book: bool
    title: str
    authors: tuple[str, ...]
    unit: str
    workplace: str
    phone: str
    category: str
    isbns: tuple[str, ...]
    published_on: date


def invent_works(rng: random.Random, *, count: int, year: int) -> list[InventedWork]:
    """So many works, books and films by turns, within the windows of an edition of that year."""
    return [_work(rng, index, is_book=index % 2 == 0, year=year) for index in range(count)]


def invent_isbn(serial: int) -> str:
    """A 13-digit ISBN with a right check digit, another for each serial below 100 million."""
    body = f"9787{serial:08d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


def _work(rng: random.Random, index: int, *, is_book: bool, year: int) -> InventedWork:
    titles, place = (BOOKS if is_book else FILMS), index // 2
    title = titles[place % len(titles)] + (f"（{place // len(titles) + 1}）" if place >= len(titles) else "")
    category = rng.choice(CATEGORIES) if is_book else ""
    volumes = 0 if not is_book else rng.randint(2, 4) if category == "series" else 1
    unit = rng.choice(UNITS) if index % 5 else ""
    return InventedWork(
        is_book=is_book,
        title=title,
        authors=_names(rng, 12 if index == 4 else rng.randint(1, 4)),
        unit=unit,
        workplace=unit or "自由撰稿人",
        phone=f"1990003{index:04d}",
        category=category,
        isbns=tuple(invent_isbn(index * 10 + volume) for volume in range(volumes)),
        published_on=date(year - 1, rng.randint(1, 12), 1) if is_book else date(year - 1, rng.randint(1, 12), 15),
    )


def _names(rng: random.Random, count: int) -> tuple[str, ...]:
    names: list[str] = []
    while len(names) < count:
        name = rng.choice(SURNAMES) + rng.choice(GIVEN)
        if name not in names:
            names.append(name)
    return tuple(names)
