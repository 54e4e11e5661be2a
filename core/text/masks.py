"""Personal data as the public may see them (domain.md D3)."""

from core.text.characters import split_graphemes

_MASK = "*"


def mask_phone(phone: str) -> str:
    """138****1234; a number of another length keeps its first three and last two digits at most."""
    if len(phone) == 11:
        return f"{phone[:3]}{_MASK * 4}{phone[-4:]}"
    return _keep(phone, head=3, tail=2)


def mask_id(number: str) -> str:
    """35*************123: first two, last three characters."""
    return _keep(number, head=2, tail=3)


def mask_name(name: str) -> str:
    """张三 → 张*, 张小三 → 张*三, 买买提·吐尔逊 → 买*****逊: first and, from three characters on, last."""
    letters = split_graphemes(name)
    if len(letters) < 2:
        return _MASK
    if len(letters) == 2:
        return letters[0] + _MASK
    return letters[0] + _MASK * (len(letters) - 2) + letters[-1]


def _keep(text: str, *, head: int, tail: int) -> str:
    hidden = len(text) - head - tail
    if hidden < max(head, tail):
        return _MASK * len(text)
    return f"{text[:head]}{_MASK * hidden}{text[-tail:]}"
