"""Pictures that are handed in: limits by the head, then a trial drawing in a process of its own."""

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from certificates.engine.raster import Raster, RasterUnreadable, read_raster
from certificates.engine.svg import SvgRefused, clean_svg
from certificates.exceptions import PictureRefused
from certificates.rendering import trial
from core.files import FileRefused, check_file
from core.files.formats import MEGABYTE, shortened, too_large

PATIENCE = 40  # seconds by the clock; the trial itself may use trial.SECONDS of the processor
MOST_SVG_BYTES = 3 * MEGABYTE
_MARKUP = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\0", b"\xfe\xff\0<")


@dataclass(frozen=True)
class Limits:
    """What is taken; `needs_see_through`: a picture that lies over words must not hide them."""

    formats: tuple[str, ...]
    max_bytes: int
    max_pixels: int
    needs_see_through: bool = False


BACKGROUND = Limits(("pdf", "png", "jpg"), 10 * MEGABYTE, 40_000_000)
SEAL = Limits(("png",), 2 * MEGABYTE, 9_000_000, needs_see_through=True)


@dataclass(frozen=True)
class PreparedPicture:
    """What is kept of an upload: `content` without anything but the drawing, a PNG to show, what it measures."""

    content: bytes
    format: str
    preview: bytes
    adds: int
    width: int = 0
    height: int = 0

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def prepare_picture(content: bytes, *, name: str, limits: Limits) -> PreparedPicture:
    """A picture for layouts from what was handed in; a PDF's page becomes SVG. Refuses (PictureRefused) what is of
    another kind, too large, unsafe, broken, or cannot be drawn within the limits, each with what to do."""
    shown = shortened(name)
    if content.lstrip()[:4].startswith(_MARKUP):
        if len(content) > MOST_SVG_BYTES:
            raise PictureRefused(too_large(shown, len(content), MOST_SVG_BYTES).message)
        return _drawn(_cleaned(content, shown), "svg", shown, None)
    try:
        kind = check_file(BytesIO(content), name=name, accepted=limits.formats, max_bytes=limits.max_bytes)
    except FileRefused as error:
        also = "SVG 矢量图也收。" if error.code == "wrong_kind" else ""
        raise PictureRefused(error.message + also) from error
    if kind == "pdf":
        return _drawn(_cleaned(_converted(content, shown), shown), "svg", shown, None)
    return _drawn(content, kind, shown, _checked_raster(content, shown, limits))


def _cleaned(content: bytes, shown: str) -> bytes:
    try:
        return clean_svg(content)
    except SvgRefused as error:
        raise PictureRefused(f"“{shown}”这个文件{error}") from error


def _checked_raster(content: bytes, shown: str, limits: Limits) -> Raster:
    try:
        raster = read_raster(content)
    except RasterUnreadable as error:
        raise PictureRefused(f"“{shown}”损坏了，打不开。请重新导出，再上传。") from error
    if raster.pixels > limits.max_pixels:
        raise PictureRefused(
            f"“{shown}”有 {raster.width} × {raster.height} 像素，最多 {limits.max_pixels // 10_000} 万像素；"
            "A4 横版每英寸 300 点是 3508 × 2480。请缩小后再上传。"
        )
    if raster.channels == 4:
        raise PictureRefused(f"“{shown}”是印刷用的 CMYK 图片，屏幕和打印机颜色会不对。请转成 RGB 再上传。")
    if limits.needs_see_through and not raster.is_see_through:
        raise PictureRefused(f"“{shown}”没有透明底，会盖住下面的落款。请抠成透明底的 PNG，或用 SVG。")
    return raster


def _converted(content: bytes, shown: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "page.pdf", Path(folder) / "page.svg"
        source.write_bytes(content)
        answer = _tried("convert", source, target, shown)
        if answer.get("pages") == 2:
            raise PictureRefused(f"“{shown}”不止一页。底图只要一页，请只导出那一页。")
        made = target.read_bytes()
    if len(made) > MOST_SVG_BYTES:
        raise PictureRefused(f"“{shown}”转成矢量图以后太大。请在设计软件里简化，或导出成高清 PNG。")
    return made


def _drawn(content: bytes, form: str, shown: str, raster: Raster | None) -> PreparedPicture:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / f"picture.{form}", Path(folder) / "preview.png"
        source.write_bytes(content)
        answer = _tried("draw", source, target, shown)
        return PreparedPicture(
            content=content,
            format=form,
            preview=target.read_bytes(),
            adds=max(0, int(answer["adds"])),
            width=raster.width if raster else 0,
            height=raster.height if raster else 0,
        )


def _tried(act: str, source: Path, target: Path, shown: str) -> dict[str, Any]:
    command: Sequence[str] = (sys.executable, "-I", str(Path(trial.__file__)), act, str(source), str(target))
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True)  # noqa: S603  # our own script
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise PictureRefused(f"“{shown}”太复杂，在限定的时间和内存里画不出来。请简化，或导出成高清 PNG。") from error
    reason = answer.get("error", "")
    if "encrypted" in reason or "password" in reason:
        raise PictureRefused(f"“{shown}”设有密码。请取消密码、重新导出，再上传。")
    if reason:
        raise PictureRefused(f"“{shown}”画不出来，多半是文件损坏。请在自己的电脑上打开确认，重新导出，再上传。")
    return answer
