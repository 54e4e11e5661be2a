"""推荐表 and 推荐汇总表 for the province, and the package that holds them with the media (domain.md B2, B3)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from docxtpl import DocxTemplate

from core.files.naming import name_by_rule
from core.files.packages import Package
from core.spreadsheets import OutColumn, add_sheet, new_workbook, workbook_bytes, write_table
from core.text.dates import plain_date
from core.word import filled
from works.engine.durations import shown_duration
from works.models import Kind, Recommendation, Selection, WordTemplate, Work
from works.selectors.recommendations import basis_of, candidates, current_files, package_gaps
from works.services.file_names import name_parts
from works.services.word_templates import template_path

Form = Kind.Form
# The columns of what units send in, so that the province's list reads like the city's (shared/workbooks).
COLUMNS: dict[str, tuple[OutColumn, ...]] = {
    Form.BOOK: (
        OutColumn("序号", width=6),
        OutColumn("作品名称", width=22),
        OutColumn("类别", width=7),
        OutColumn("册数", width=5),
        OutColumn("ISBN", width=16),
        OutColumn("出版社", width=16),
        OutColumn("出版时间", width=10),
        OutColumn("第一作者", width=9),
        OutColumn("其他作者", width=18),
        OutColumn("第一作者单位", width=18),
        OutColumn("联系电话", width=13),
        OutColumn("内容简介", width=28),
        OutColumn("推荐顺序", width=6),
    ),
    Form.VIDEO: (
        OutColumn("序号", width=6),
        OutColumn("作品名称", width=22),
        OutColumn("时长", width=11),
        OutColumn("首播平台", width=14),
        OutColumn("首播日期", width=11),
        OutColumn("播放链接", width=22),
        OutColumn("主创人员", width=20),
        OutColumn("版权单位", width=18),
        OutColumn("联系电话", width=13),
        OutColumn("非原创素材比例", width=9),
        OutColumn("是否使用AI生成内容", width=10),
        OutColumn("推荐顺序", width=6),
    ),
}
_CELLS: dict[str, tuple[str, ...]] = {
    Form.BOOK: (
        *("作品名称", "作品类别", "册数", "ISBN", "出版社", "出版时间", "第一作者", "其他作者", "单位"),
        *("联系电话", "内容简介"),
    ),
    Form.VIDEO: (
        *("作品名称", "时长", "首播平台", "首播日期", "播放链接", "作者", "版权单位", "联系电话"),
        *("非原创素材比例", "人工智能"),
    ),
}


def work_words(work: Work) -> dict[str, str]:
    """A work in the words of the province's forms and lists; `work.authors` and `volume_rows` should be prefetched."""
    authors = [author.name for author in work.authors.all()]
    is_book = work.kind.form == Form.BOOK
    return {
        "类别": work.kind.title,
        "编号": work.number,
        "作品名称": work.title,
        "作者": "、".join(authors),
        "第一作者": authors[0] if authors else "",
        "其他作者": "、".join(authors[1:]),
        "单位": work.workplace,
        "联系人": work.contact_name,
        "联系电话": work.phone or "",
        "邮箱": work.email,
        "作品类别": work.get_category_display() if work.category else "",
        "册数": str(work.volumes or "") if is_book else "",
        "ISBN": "；".join(volume.isbn for volume in work.volume_rows.all()),
        "出版社": work.publisher if is_book else "",
        "版权单位": "" if is_book else work.publisher,
        "出版时间": f"{work.published_on:%Y-%m}" if is_book and work.published_on else "",
        "版次印次": work.edition_note,
        "印数": str(work.print_run or ""),
        "时长": shown_duration(work.seconds),
        "首播平台": work.platform,
        "首播日期": f"{work.published_on:%Y-%m-%d}" if not is_book and work.published_on else "",
        "播放链接": work.url,
        "非原创素材比例": "" if work.non_original_percent is None else f"{work.non_original_percent.normalize():f}%",
        "人工智能": _yes_no(work.ai_used),
        "人工智能说明": work.ai_note,
        "素材来源": work.sources,
        "内容简介": work.summary,
        "推荐理由": work.reason,
        "推荐单位": work.unit.name if work.unit else "",
    }


def recommendation_docx(work: Work, *, place: int | None, award: str, on: date) -> bytes:
    """推荐表 of one work, to print, sign and stamp; `place` is its place in the city's or the unit's order."""
    selection = work.selection
    context = {
        **work_words(work),
        "届次": selection.edition.title,
        "评选": selection.title,
        "主办单位": selection.edition.organiser_name,
        "获奖": award,
        "推荐顺序": "" if place is None else str(place),
        "打印日期": plain_date(on),
    }
    template = DocxTemplate(str(template_path(selection, WordTemplate.Document.RECOMMENDATION_FORM)))
    return filled(template, context)


def recommendation_workbook(selection: Selection, rows: Sequence[Recommendation], *, on: date) -> bytes:
    """推荐汇总表.xlsx: a sheet for each kind, in the city's order, with the snapshots and rosters that it rests on."""
    workbook = new_workbook()
    basis = "；".join(basis_of(rows))
    for kind in selection.kinds.all():
        own = [row for row in rows if row.work.kind_id == kind.pk]
        write_table(
            add_sheet(workbook, kind.title),
            title=f"{selection.title}（{kind.title}）推荐汇总表",
            note=f"推荐单位（盖章）：{selection.edition.organiser_name}　　{plain_date(on)}　　依据：{basis}",
            columns=COLUMNS[kind.form],
            rows=[_line(place, row) for place, row in enumerate(own, start=1)],
        )
    return workbook_bytes(workbook)


def province_package(selection: Selection, rows: Sequence[Recommendation], *, now: datetime) -> Iterator[bytes]:
    """The ZIP in pieces, stored not deflated; everything but the media is made before the first piece leaves."""
    today = timezone.localdate(now)
    package = Package()
    package.add("推荐汇总表.xlsx", recommendation_workbook(selection, rows, on=today))
    awards = _awards(rows)
    for row in rows:
        work = row.work
        content = recommendation_docx(work, place=row.place, award=awards.get(row.pk, ""), on=today)
        package.add(f"{work.kind.title}/推荐表/{_file_name(selection, row, '推荐表', 'docx')}", content)
    files = current_files([row.work for row in rows])
    for row in rows:
        for file in files[row.work_id]:
            name = _file_name(selection, row, file.requirement.title, file.format)
            path = Path(settings.MEDIA_ROOT) / file.path
            package.add_file(f"{row.work.kind.title}/材料/{name}", path, file.sha256)
    heading = [f"{selection.title}推荐材料缺件清单", plain_date(today)]
    return package.finished(heading, package_gaps(selection, rows))


def _awards(rows: Sequence[Recommendation]) -> dict[int, str]:
    """The award of each recommended work as its kind's confirmed roster has it."""
    won = {
        (result.pk, each.work.pk): each.tier_title
        for result in {row.result_id: row.result for row in rows}.values()
        for each in candidates(result)
    }
    return {row.pk: won.get((row.result_id, row.work_id), "") for row in rows}


def _line(place: int, row: Recommendation) -> tuple[object, ...]:
    words = work_words(row.work)
    cells: list[object] = [words[name] for name in _CELLS[row.work.kind.form]]
    if row.work.kind.form == Form.BOOK:
        cells[2] = row.work.volumes
    return (place, *cells, row.place)


def _file_name(selection: Selection, row: Recommendation, material: str, extension: str) -> str:
    """The selection's rule behind the order of recommendation, which keeps works of one title apart."""
    parts = name_parts(row.work, material=material)
    return f"{row.place:02d}-{name_by_rule(selection.file_name_rule, parts, extension=extension)}"


def _yes_no(answer: bool | None) -> str:
    return "" if answer is None else "是" if answer else "否"
