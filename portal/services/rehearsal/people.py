"""Invented people and talks for demos and rehearsals.

ID numbers carry unassigned area codes (99xxxx) with correct check characters, phones are 199 0000 xxxx.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from core.text.idnumber import check_character

SURNAMES = (
    "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 贺 夏 易 许 唐 欧阳 上官 尉迟 诸葛 令狐 "
).split()
GIVEN = (
    "思远 若曦 泽怡 一鸣 书瑶 雨懿 轩 思磊 秀曦 子涵 浩然 梓萱 嘉树 安之 "
    "明哲 清扬 知夏 景行 望舒 星野 云帆 怀瑾 若水 亦凡 "
).split()
RARE_NAMES = ("买买提·吐尔逊", "铉赟", "王䶮", "李屾", "赵琎", "陈彧")
UNITS = (
    "红旗区科学技术协会", "卫滨区科学技术协会", "牧野区科学技术协会", "示范县科学技术协会", "市第一中学",
    "市实验小学", "市中心医院科协", "平原医学院科协", "市天文爱好者协会", "市气象学会", "市农业科学院科协",
    "市第二十二中学",
)  # fmt: skip
TALKS = (
    "黑洞到底有多黑", "会呼吸的土壤", "看不见的海洋微塑料", "高分子膜", "从算盘到量子计算机", "台风的眼睛",
    "食物为什么会变质", "地震预警的十秒钟", "一粒种子的旅行", "蜜蜂与数学", "近视与光", "肠道里的“第二大脑”",
    "细菌也会“说话”", "杂交小麦的秘密", "声音的形状", "指纹为什么独一无二", "北斗怎么知道我在哪儿",
    "一度电的旅程", "蓝天为什么是蓝的", "疫苗是怎样练兵的", "会修房子的混凝土", "大运河的水往哪儿流",
    "让沙漠变绿的草方格", "高铁为什么跑得稳", "牙齿里的年轮", "雷电来了怎么办", "芯片是怎样“印”出来的",
    "消失的湿地", "给病毒拍张照", "太空里怎么种菜", "会变色的温度计", "纸的前世今生", "为什么我们会做梦",
    "火灾里的三分钟", "珊瑚的求救信号", "隐形的辐射",
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """One invented registration, as a row of the clean workbook."""

    group: str
    name: str
    gender: str
    birth_date: date
    id_number: str
    unit: str
    talk: str
    guardian: str
    phone: str
    email: str


def invent_people(rng: random.Random, *, groups: list[str], count: int, first_day: date) -> list[Person]:
    """Return `count` people, spread evenly over the groups; 少年组 are 7 to 16 on the first day, others 18 to 70."""
    names = _distinct_names(rng, count)
    people = []
    for index in range(count):
        group = groups[index % len(groups)]
        is_junior = group == "少年组"
        years = rng.randint(7, 15) if is_junior else rng.randint(18, 69)
        born = first_day - timedelta(days=round(years * 365.25) + rng.randint(30, 300))
        is_male = rng.random() < 0.5
        people.append(
            Person(
                group=group,
                name=names[index],
                gender="男" if is_male else "女",
                birth_date=born,
                id_number=invent_id_number(index, born, is_male=is_male),
                unit=rng.choice(UNITS),
                talk=TALKS[index % len(TALKS)] + ("" if index < len(TALKS) else f"（{index // len(TALKS) + 1}）"),
                guardian=rng.choice(SURNAMES[:20]) + rng.choice(GIVEN) if is_junior else "",
                phone=f"1990000{index:04d}",
                email=f"entrant{index:03d}@example.com",
            )
        )
    return people


def invent_id_number(index: int, born: date, *, is_male: bool) -> str:
    """An ID number of an unassigned area, distinct by `index` (below 5,000,000)."""
    serial = (index % 500) * 2 % 1000
    first = f"99{index // 500:04d}{born:%Y%m%d}{serial + (1 if is_male else 0):03d}"
    return first + check_character(first)


def _distinct_names(rng: random.Random, count: int) -> list[str]:
    names: list[str] = list(RARE_NAMES[: count // 6])
    while len(names) < count:
        name = rng.choice(SURNAMES) + rng.choice(GIVEN) + (rng.choice("一文宇之") if len(names) > 600 else "")
        if name not in names:
            names.append(name)
    rng.shuffle(names)
    return names
