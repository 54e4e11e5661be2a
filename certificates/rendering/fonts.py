"""The fonts that certificates are set in, by role."""

from functools import cache

from certificates.engine.layout import HEI, KAI, SONG
from core.fonts import installed
from core.fonts.coverage import Family

_OWN = {SONG: installed.SONG, KAI: installed.KAI, HEI: installed.HEI}
ROLES = {
    SONG: (*installed.SONG, *installed.RARE),
    KAI: (*installed.KAI, *installed.SONG, *installed.RARE),
    HEI: (*installed.HEI, *installed.SONG, *installed.RARE),
}


@cache
def font_chains() -> dict[str, tuple[Family, ...]]:
    """For each role its installed families in order, with the characters that they have."""
    return {role: installed.chain(names) for role, names in ROLES.items()}


def chain_names(role: str) -> list[str]:
    """The families of a role as Typst is told them."""
    return [family.name for family in font_chains()[role]]


def leading_families() -> dict[str, tuple[str, bool]]:
    """For each role the family that sets ordinary words, and whether it is of that kind or stands in for it."""
    chains = font_chains().items()
    return {role: (chain[0].name, chain[0].name in _OWN[role]) if chain else ("", False) for role, chain in chains}
