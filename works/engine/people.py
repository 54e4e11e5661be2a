"""Several authors in one cell, as units write them: one after another, with roles and workplaces or without."""

import re
import unicodedata
from dataclasses import dataclass

from core.text.characters import is_han
from core.text.names import is_plausible_name, normalise_name

_ROLES = (
    "作者|编著|主编|副主编|编者|编写|编剧|编导|编辑|著者|译者|绘者|绘图|插图|导演|策划|摄像|摄影|剪辑|配音|主讲|讲解|文案|撰稿|脚本|动画"
    "|制片|制作|出品|主创|监制|后期|第[一二三四五六七八九十]+作者|主持|演员|出镜|文|图|著|编|译|绘|校|等著"
)
_BETWEEN = re.compile(r"[\n\r；;，,、/|＆&+]+")
_NUMBER = re.compile(r"^\s*[(（]?\d{1,2}\s*[.、)）:：]\s*(?=\D)")
_NUMBERS_WITHIN = re.compile(r"(?<=\S)\s+(?=\d{1,2}\s*[.、)）])")
_ROLE_BEFORE = re.compile(rf"(?:^|(?<=\s))(?:{_ROLES})\s*[:：]\s*")
_ROLE_ONLY = re.compile(rf"^(?:{_ROLES})$")
_BRACKETS = re.compile(r"\s*\(([^()]*)\)")


class PeopleInvalid(Exception):
    """A list of names in which one cannot be read; `message` says in Chinese which and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Person:
    """A name, and the workplace that was written behind it in brackets."""

    name: str
    workplace: str = ""


def split_people(text: str) -> list[Person]:
    """The people of a cell in their order; somebody who comes twice, with another role each, once.

    They are apart by 、，；/ or line, or by blanks; the blank in 张  三 and in a Latin name stays within. Raises
    PeopleInvalid.
    """
    plain = unicodedata.normalize("NFKC", text)
    numbered = _NUMBERS_WITHIN.sub("\n", plain)
    found: dict[str, Person] = {}
    for part in _outside_brackets(numbered):
        for person in _people_of(_ROLE_BEFORE.sub(" ", _NUMBER.sub("", part)).strip()):
            if person.name in found and not _ROLE_BEFORE.search(plain):
                raise PeopleInvalid(f"“{person.name}”写了两次，每位作者只写一次。")
            found.setdefault(person.name, person)
    return list(found.values())


def _outside_brackets(text: str) -> list[str]:
    """The parts between separators; a separator within brackets separates nobody."""
    hidden = re.sub(r"\([^()]*\)", lambda match: re.sub(_BETWEEN, "\0", match[0]), text)
    return [part.replace("\0", "、") for part in _BETWEEN.split(hidden) if part.strip()]


def _people_of(part: str) -> list[Person]:
    notes = [note.strip() for note in _BRACKETS.findall(part)]
    bare = _BRACKETS.sub(" ", part).strip()
    names = _names(bare)
    workplace = ""
    if len(names) == 1 and notes and not all(_ROLE_ONLY.match(role) for role in re.split("[、 ]", notes[0])):
        workplace = notes[0]
    return [Person(name, workplace) for name in names]


def _names(text: str) -> list[str]:
    """The names of a part without separators but blanks."""
    tokens = [token for token in text.split() if not _ROLE_ONLY.match(token)]
    names: list[str] = []
    single, foreign = "", ""
    for token in [*tokens, ""]:
        if foreign and not _is_foreign(token):
            names, foreign = [*names, foreign], ""
        if _is_foreign(token):
            foreign = f"{foreign} {token}".strip()
        elif len(token) == 1:
            names, single = ([*names, single + token], "") if single else (names, token)
        elif token:
            names.append(token)
        if single and len(token) != 1:
            raise PeopleInvalid(f"“{text[:20]}”分不清是几个人，请用顿号把姓名隔开。")
    return [_name(each) for each in names]


def _is_foreign(token: str) -> bool:
    return bool(token) and not any(is_han(sign) for sign in token)


def _name(text: str) -> str:
    name = normalise_name(text)
    if name.endswith("等") and len(name) > 2:
        raise PeopleInvalid(f"“{text[:20]}”没有写全，请写出每一位作者的姓名，不写“等”。")
    if not is_plausible_name(name) or len(name) > 50:
        raise PeopleInvalid(f"“{text[:20]}”不像姓名，请只写作者姓名，用顿号隔开。")
    return name
