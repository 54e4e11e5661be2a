"""The fonts that certificates are set in: found once per process, the same for preflight as for print (design §11)."""

from functools import cache
from pathlib import Path

import typst
from django.conf import settings

from certificates.engine.coverage import FontUnreadable, read_coverage
from certificates.engine.layout import HEI, KAI, SONG
from certificates.engine.preflight import Family

SHIPPED = ("300Light", "400Regular", "700Bold", "900Black")
# Families by preference. A role begins with the first that is installed; the rest help out with rare characters.
_SONG = ("Noto Serif SC", "Source Han Serif SC", "Noto Serif CJK SC")
_RARE = ("Plangothic P1", "Plangothic P2", "BabelStone Han", "Jigmo", "Jigmo2", "Jigmo3", "HanaMinA", "HanaMinB")
_KAI = ("LXGW WenKai", "LXGW WenKai GB", "KaiTi", "Kaiti SC", "STKaiti", "AR PL UKai CN")
_HEI = ("Noto Sans SC", "Source Han Sans SC", "Noto Sans CJK SC", "SimHei", "Heiti SC")
ROLES = {SONG: (*_SONG, *_RARE), KAI: (*_KAI, *_SONG, *_RARE), HEI: (*_HEI, *_SONG, *_RARE)}


@cache
def installed_fonts() -> typst.Fonts:
    """Fonts of npm, of the office's own folder `fonts` below VAR_DIR, and of the system."""
    shipped = settings.NODE_MODULES / "@expo-google-fonts" / "noto-serif-sc"
    folders = [*(shipped / folder for folder in SHIPPED), Path(settings.VAR_DIR) / "fonts"]
    return typst.Fonts(font_paths=[str(folder) for folder in folders if folder.is_dir()])


@cache
def font_chains() -> dict[str, tuple[Family, ...]]:
    """For each role its installed families in order, with the characters that they have."""
    return {role: tuple(family for name in names if (family := _family(name))) for role, names in ROLES.items()}


def chain_names(role: str) -> list[str]:
    """The families of a role as Typst is told them."""
    return [family.name for family in font_chains()[role]]


def leading_families() -> dict[str, tuple[str, bool]]:
    """For each role the family that sets ordinary words, and whether it is of that kind or stands in for it."""
    own = {SONG: _SONG, KAI: _KAI, HEI: _HEI}
    chains = font_chains().items()
    return {role: (chain[0].name, chain[0].name in own[role]) if chain else ("", False) for role, chain in chains}


@cache
def _family(name: str) -> Family | None:
    """None for one that is not installed, or whose file nobody can read."""
    faces = [face for face in installed_fonts().fonts() if face.family == name and face.style == "normal"]
    files = sorted((abs(face.weight - 400), face.path, face.index) for face in faces if face.path)
    for _, path, index in files:
        try:
            return Family(name, read_coverage(Path(path).read_bytes(), index))
        except (FontUnreadable, OSError):
            continue
    return None
