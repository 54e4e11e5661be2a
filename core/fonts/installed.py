"""The fonts that pages are set in: found once per process, the same for preflight as for print (design §11)."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import typst
from django.conf import settings

from core.fonts.coverage import Family, FontUnreadable, read_coverage

SHIPPED = ("300Light", "400Regular", "700Bold", "900Black")
# Families by preference: of a kind the first that is installed leads; the rest help out with rare characters.
SONG = ("Noto Serif SC", "Source Han Serif SC", "Noto Serif CJK SC")
RARE = ("Plangothic P1", "Plangothic P2", "BabelStone Han", "Jigmo", "Jigmo2", "Jigmo3", "HanaMinA", "HanaMinB")
KAI = ("LXGW WenKai", "LXGW WenKai GB", "KaiTi", "Kaiti SC", "STKaiti", "AR PL UKai CN")
HEI = ("Noto Sans SC", "Source Han Sans SC", "Noto Sans CJK SC", "SimHei", "Heiti SC")


@cache
def installed_fonts() -> typst.Fonts:
    """Fonts of npm, of the office's own folder `fonts` below VAR_DIR, and of the system."""
    shipped = settings.NODE_MODULES / "@expo-google-fonts" / "noto-serif-sc"
    folders = [*(shipped / folder for folder in SHIPPED), Path(settings.VAR_DIR) / "fonts"]
    return typst.Fonts(font_paths=[str(folder) for folder in folders if folder.is_dir()])


def chain(names: Iterable[str]) -> tuple[Family, ...]:
    """Those of the families that are installed, in order, with the characters that they have."""
    return tuple(family for name in names if (family := _family(name)))


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
