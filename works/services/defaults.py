"""What a new selection asks for until its organiser says otherwise; every line of it stays editable.

Windows, lengths, formats and sizes are those of the national calls (国科办才〔2023〕71号、72号; domain.md B2, B3).
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from works.models import FileRequirement, Kind, Selection

MB = 1024 * 1024
Role = FileRequirement.Role


@dataclass(frozen=True)
class FileDefault:
    """A file as selections usually ask for it; sizes are in megabytes."""

    code: str
    title: str
    hint: str
    role: str
    formats: tuple[str, ...]
    most: int
    least: int = 0
    required: bool = True
    or_link: bool = False
    shown_to_reviewers: bool = False


@dataclass(frozen=True)
class KindDefault:
    """A kind as selections usually have it; its window is whole years, counted back from the year before the edition's.

    `limits` are further columns of Kind, `asked` codes of works.services.fields that may be left empty.
    """

    form: str
    years: int
    limits: dict[str, Any] = field(default_factory=dict)
    files: tuple[FileDefault, ...] = ()
    asked: tuple[str, ...] = ()


_SCANS = ("pdf", "jpg", "png")
_STAMPED_FORM = FileDefault(
    "form",
    "推荐表（盖章扫描件）",
    "下载系统填好的推荐表，签字盖章后扫描。",
    Role.STAMPED_FORM,
    ("pdf", "jpg", "png"),
    20,
)
_LICENCE = FileDefault(
    "licence",
    "素材授权证明",
    "使用他人图文、音乐、影像的，提交授权书或许可证明。",
    Role.PROOF,
    _SCANS,
    50,
    required=False,
)
USUAL_KINDS = {
    "book": KindDefault(
        form=Kind.Form.BOOK,
        years=3,
        limits={"paper_copies": 5},
        asked=("cip", "words", "readers", "earlier_awards"),
        files=(
            _STAMPED_FORM,
            FileDefault("cover", "封面", "正面封面，用于网络展示。", Role.COVER, ("jpg", "png"), 10),
            FileDefault(
                "sample",
                "样章样页",
                "含版权页、目录和至少一章正文。",
                Role.SAMPLE,
                ("pdf",),
                100,
                shown_to_reviewers=True,
            ),
            FileDefault(
                "print_run",
                "印数证明",
                "出版社盖章的印数证明，没有的可以不交。",
                Role.PROOF,
                _SCANS,
                20,
                required=False,
            ),
            _LICENCE,
        ),
    ),
    "video": KindDefault(
        form=Kind.Form.VIDEO,
        years=1,
        limits={
            "min_seconds": 120,
            "max_seconds": 300,
            "min_height": 1080,
            "aspect": "16:9",
            "most_non_original": Decimal(10),
        },
        asked=("film_form", "earlier_awards"),
        files=(
            FileDefault(
                "video",
                "视频",
                "MP4，横屏 16:9，不低于 1080p，有中文字幕，片头作品名称与申报名称一致。",
                Role.MAIN,
                ("mp4",),
                300,
                least=100,
                or_link=True,
                shown_to_reviewers=True,
            ),
            _STAMPED_FORM,
            FileDefault(
                "cover", "海报", "用于网络展示，没有的用视频画面。", Role.COVER, ("jpg", "png"), 10, required=False
            ),
            FileDefault(
                "broadcast",
                "首播证明",
                "播放页面上看不到日期的，提交平台上传时间的截图或录屏。",
                Role.PROOF,
                ("jpg", "png", "pdf", "mp4"),
                100,
                required=False,
            ),
            _LICENCE,
        ),
    ),
}


def usual_window(years: int, edition_year: int) -> tuple[date, date]:
    """First and last day of so many whole years, the last of them the year before the edition's."""
    return date(edition_year - years, 1, 1), date(edition_year - 1, 12, 31)


def call_draft(selection: Selection) -> str:
    """A call for works to start from; the organiser edits and publishes it.

    Dates, kinds, limits and files are not in it: the public page lists them beside it, as they are set.
    """
    edition = selection.edition
    how = "由推荐单位统一申报，也可以个人申报。" if selection.individuals_may_submit else "由推荐单位统一申报。"
    parts = [
        f"{edition.organiser_name}开展“{selection.title}”，现将申报事项通知如下。申报时间、作品类别和需要提交的材料见本页。",
        f"一、申报方式\n{how}同一作品只能通过一个渠道申报，重复申报的取消资格。单位推荐的作品须排定推荐顺序，"
        "超过名额的按推荐顺序选取。",
        "二、作品要求\n作品应坚持正确导向，内容科学准确、通俗易懂，使用规范简体中文；作品和所用素材权属清楚，"
        "使用他人素材或人工智能生成内容的，须注明来源和占比。已获得国家级、省级、市级优秀科普作品的不再申报；"
        "丛书须整套申报。",
        "三、形式审查\n申报截止以系统收到的时间为准，逾期不予受理。资料不全的退回补正，在规定日期前补齐的予以受理。",
        "四、其他\n申报不收取任何费用，样书不退。评选结果经公示后在本站公布，证书可以在本站查验。"
        + (f"监督电话：{edition.supervision_phone}。" if edition.supervision_phone else ""),
    ]
    return "\n\n".join(parts)
