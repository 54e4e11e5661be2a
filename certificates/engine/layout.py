"""A certificate's layout as frozen values: a page, what lies behind, and boxes in millimetres (design §11)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

FORMAT = "mingping-layout/1"

FULL, OVERPRINT = "full", "overprint"
PRINTS = (FULL, OVERPRINT)
SONG, KAI, HEI = "song", "kai", "hei"
FONT_ROLES = (SONG, KAI, HEI)
WEIGHTS = (300, 400, 700, 900)
ALIGNS = ("left", "center", "right", "justify")
VALIGNS = ("top", "middle", "bottom")
LINE, PARAGRAPH = "line", "paragraph"
FITS = (LINE, PARAGRAPH)
TEXT, QR, SEAL = "text", "qr", "seal"
KINDS = (TEXT, QR, SEAL)
ARTS = ("classic", "official", "modern", "plain")

# {日期} and {落款单位} come from one date and one list; the others are words of the award.
PLACEHOLDERS = (
    *("姓名", "称谓", "事由", "奖项", "结语", "标题", "作品", "届次", "比赛", "组别"),
    *("单位", "作者", "指导教师", "落款单位", "日期", "编号"),
)
ISSUERS = "落款单位"
PEOPLE = ("姓名", "作者", "指导教师")


@dataclass(frozen=True, slots=True)
class Page:
    """Size in mm; `paper` is a colour or "" for none."""

    width: Decimal
    height: Decimal
    paper: str


@dataclass(frozen=True, slots=True)
class Background:
    """Vector art that ships with the product, or an uploaded picture by the SHA-256 of its bytes; never both."""

    art: str = ""
    asset: str = ""


@dataclass(frozen=True, slots=True)
class Emphasis:
    """How **marked** words stand out; `scale` multiplies the size of the words around."""

    font: str
    weight: int
    colour: str
    scale: Decimal


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in mm from the page's top left corner. A QR code and a seal use nothing but place and size.

    Text: sizes in points, letter spacing and indent in em, line height as a multiple of the size. `fit` says what
    becomes of words that are too long: LINE shrinks them in one line to three quarters, and only then wraps them,
    as large as the height allows; PARAGRAPH wraps from the start and shrinks until the height is enough.
    """

    kind: str
    name: str
    x: Decimal
    y: Decimal
    width: Decimal
    height: Decimal
    text: str = ""
    font: str = SONG
    weight: int = 400
    size: Decimal = Decimal(12)
    min_size: Decimal = Decimal(12)
    colour: str = "#000000"
    tracking: Decimal = Decimal(0)
    align: str = "left"
    valign: str = "top"
    line_height: Decimal = Decimal("1.5")
    indent: Decimal = Decimal(0)
    fit: str = PARAGRAPH
    emphasis: Emphasis | None = None
    asset: str = ""
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """`prints` OVERPRINT leaves out paper, background and seals, which the stock has already; `offset` moves all."""

    title: str
    page: Page
    prints: str
    offset_x: Decimal
    offset_y: Decimal
    background: Background
    boxes: tuple[Box, ...]

    def assets(self) -> frozenset[str]:
        """Every uploaded picture that the layout shows."""
        named = {self.background.asset, *(box.asset for box in self.boxes)}
        return frozenset(named - {""})
