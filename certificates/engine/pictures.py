"""What is wrong with the pictures of a layout: background and seals, judged by what is known of the uploaded files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from certificates.engine.layout import OVERPRINT, SEAL, Box, Layout
from certificates.engine.preflight import LOOK, STOP, Finding

SHARP_BACKGROUND, SHARP_SEAL = 150, 200  # pixels per inch below which print looks soft
HEAVY = 300_000  # bytes that every certificate carries
BACKGROUND = "底图"


@dataclass(frozen=True, slots=True)
class Picture:
    """An uploaded picture: `width` and `height` in pixels, 0 for vector art; `adds` bytes to every certificate. It is
    not `is_whole` when its file is gone or holds other bytes than were uploaded."""

    title: str
    width: int = 0
    height: int = 0
    adds: int = 0
    is_removed: bool = False
    is_whole: bool = True


def check_pictures(layout: Layout, pictures: Mapping[str, Picture]) -> list[Finding]:
    """What the layout shows that is missing, withdrawn, damaged, too coarse or heavy; `pictures` by SHA-256.

    On preprinted stock neither background nor seal is printed, so nothing of them is missing.
    """
    if layout.prints == OVERPRINT:
        return []
    found: list[Finding] = []
    if layout.background.asset:
        page = layout.page
        picture = pictures.get(layout.background.asset)
        found += _findings(BACKGROUND, picture, page.width, page.height, SHARP_BACKGROUND)
        if picture is not None and picture.adds > HEAVY:
            found.append(_heavy(picture))
    for box in layout.boxes:
        if box.kind == SEAL:
            found += _seal_findings(box, pictures)
    return found


def _seal_findings(box: Box, pictures: Mapping[str, Picture]) -> list[Finding]:
    if box.asset:
        return _findings(box.name, pictures.get(box.asset), box.width, box.height, SHARP_SEAL)
    whose = f"“{box.issuer}”" if box.issuer else "用印单位"
    message = (
        f"“{box.name}”（左 {box.x}、上 {box.y} 毫米处）还没有{whose}的印章图片：请印章管理员上传，"
        "再打开版式保存一次；不用印章的，请去掉这个框。"
    )
    return [Finding(STOP, "missing_seal", box.name, message)]


def _findings(place: str, picture: Picture | None, width: Decimal, height: Decimal, sharp: int) -> list[Finding]:
    if picture is None:
        message = f"“{place}”用的图片不在本届的图片里，请在版式中重新选择。"
        return [Finding(STOP, "missing_picture", place, message)]
    if not picture.is_whole:
        message = f"“{place}”用的图片“{picture.title}”的文件丢失或被改动过，不能印。请重新上传同一张图片。"
        return [Finding(STOP, "damaged_picture", place, message)]
    if picture.is_removed:
        message = f"“{place}”用的图片“{picture.title}”已停用，请打开版式换成在用的图片，再保存一次。"
        return [Finding(STOP, "removed_picture", place, message)]
    if not picture.width:
        return []
    resolution = int(min(picture.width / width, picture.height / height) * Decimal("25.4"))
    if resolution >= sharp:
        return []
    message = (
        f"“{place}”的图片“{picture.title}”只有 {picture.width} × {picture.height} 像素，印在这里是每英寸 "
        f"{resolution} 点，会发虚；至少要 {sharp} 点，最好用 SVG 矢量图。"
    )
    return [Finding(LOOK, "coarse_picture", place, message)]


def _heavy(picture: Picture) -> Finding:
    message = (
        f"底图“{picture.title}”使每张证书增大 {picture.adds / 1_000_000:.1f} MB，一千张约 "
        f"{picture.adds / 1_000_000:.1f} GB；换成 SVG 矢量图，下载和发邮件都快得多。"
    )
    return Finding(LOOK, "heavy_picture", BACKGROUND, message)
