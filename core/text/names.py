"""Personal names: one spelling for what people and spreadsheets write in many."""

import re
import unicodedata

from core.text.characters import find_bad_characters, is_han, split_graphemes

MIDDLE_DOT = "·"
# What stands for the dot inside a transliterated name, after NFKC.
_DOTS = re.compile("[•・‧∙⋅●▪]")
_SPACED_DOT = re.compile(rf"\s*{MIDDLE_DOT}\s*")
_LONGEST = 50
_USUAL = re.compile("[一-鿯]{1,50}")  # needs no closer look, as nearly all
_FOREIGN = re.compile(r"^[^\W\d_]+(?:[ '’.\-]+[^\W\d_]+)*\.?$")

_COMPOUND_SURNAMES = """
欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠
公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁
拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 东门 西门 第五 公仪 公户 公玉 叶赫 爱新觉罗
叶赫那拉 完颜 纳兰 富察 耶律 贺兰 步六孤 侯莫陈
"""
COMPOUND_SURNAMES = frozenset(_COMPOUND_SURNAMES.split())


def normalise_name(text: str) -> str:
    """A name in the one spelling that is stored and compared.

    Full-width letters and compatibility characters become ordinary ones (NFKC), the dots of transliterated names
    become ·, and the spaces with which people fill up two-character names go; a name in Latin letters keeps single
    spaces. Characters that must not be there at all stay, for `find_bad_characters` to name.
    """
    if _USUAL.fullmatch(text):
        return text
    name = _DOTS.sub(MIDDLE_DOT, unicodedata.normalize("NFKC", text))
    name = _SPACED_DOT.sub(MIDDLE_DOT, " ".join(name.split()))
    letters = name.replace(" ", "").replace(MIDDLE_DOT, "").replace(".", "")
    if letters and all(is_han(char) for char in _bases(letters)):
        return name.replace(" ", "").replace(".", MIDDLE_DOT)
    return name


def is_plausible_name(name: str) -> bool:
    """Whether a normalised name can be a person's: Chinese characters with · between parts, or letters of another
    script; no digits, signs or characters that cannot be printed; at most 50 long."""
    if _USUAL.fullmatch(name):
        return True
    if not name or len(name) > _LONGEST or find_bad_characters(name):
        return False
    parts = name.split(MIDDLE_DOT)
    if all(part and all(is_han(char) for char in _bases(part)) for part in parts):
        return True
    return bool(_FOREIGN.match(name))


def split_surname(name: str) -> tuple[str, str]:
    """Surname and given name of a normalised Chinese name; a compound surname only where a given name is left."""
    for length in (4, 3, 2):
        if len(name) > length and name[:length] in COMPOUND_SURNAMES:
            return name[:length], name[length:]
    return name[:1], name[1:]


def _bases(text: str) -> list[str]:
    """The characters without variation selectors."""
    return [grapheme[0] for grapheme in split_graphemes(text)]
