"""What a work must meet, written once for page, workbook and program (domain.md B2, B3)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from core.text.characters import find_bad_characters
from works.engine.durations import shown_duration
from works.engine.isbn import IsbnInvalid, normalise_isbn
from works.models import Kind, Work
from works.services.fields import (
    DETAIL,
    LONGEST_NAME,
    LONGEST_TITLE,
    LONGEST_WORKPLACE,
    FieldFault,
    FieldSpec,
    form_fields,
    has_volumes,
)

REQUIRED = "此项必须填写。"


@dataclass(frozen=True)
class AuthorLine:
    """An author in his place."""

    name: str
    workplace: str = ""


@dataclass(frozen=True)
class VolumeLine:
    """A volume with its normalised ISBN; the title where it has one of its own."""

    isbn: str
    title: str = ""


@dataclass(frozen=True)
class Content:
    """A work as it was read: texts trimmed, numbers normalised; `values` are columns of Work, `details` asked fields.

    A field that is empty, or could not be read, is not in `values`.
    """

    kind: Kind
    values: Mapping[str, object] = field(default_factory=dict, hash=False)
    authors: tuple[AuthorLine, ...] = ()
    volumes: tuple[VolumeLine, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict, hash=False)
    declared: bool = False

    def __post_init__(self) -> None:
        kept = {name: value for name, value in self.values.items() if value not in ("", None)}
        object.__setattr__(self, "values", MappingProxyType(kept))
        object.__setattr__(
            self, "details", MappingProxyType({code: text for code, text in self.details.items() if text})
        )

    @property
    def title(self) -> str:
        return str(self.values.get("title", ""))

    @property
    def isbns(self) -> list[str]:
        return [volume.isbn for volume in self.volumes]

    @property
    def volume_count(self) -> int | None:
        """册数 as stated; where nothing is stated as many as there are ISBNs."""
        stated = self.values.get("volumes")
        return stated if isinstance(stated, int) else len(self.volumes) or None

    def text(self, name: str) -> str:
        return str(self.values.get(name, ""))


def content_faults(content: Content, *, complete: bool = False) -> list[FieldFault]:
    """Everything wrong with a work's content; an empty list means that it may be kept.

    A workbook may leave things for later; handed in by a form it must be `complete`, and within its kind's limits.
    """
    faults: list[FieldFault] = []
    for spec in form_fields(content.kind):
        faults += _text_faults(spec, content, complete)
    faults += author_faults(content.authors, content.kind.selection.most_authors)
    if has_volumes(content.kind):
        faults += volume_faults(content)
    if complete:
        faults += _whole_faults(content)
        faults += limit_faults(content)
    return faults


def author_faults(authors: Sequence[AuthorLine], most: int) -> Iterator[FieldFault]:
    """Too many, twice, or written so that no certificate could name them."""
    if len(authors) > most:
        message = f"作者最多 {most} 人，现有 {len(authors)} 人。请按贡献保留前 {most} 位。"
        yield FieldFault("authors", "too_many_authors", message)
    seen: set[AuthorLine] = set()
    for place, author in enumerate(authors, start=1):
        where = f"authors.{place}.name"
        if author in seen:
            yield FieldFault(where, "author_twice", f"“{author.name}”写了两次，每位作者只写一次。")
        seen.add(author)
        if not author.name:
            yield FieldFault(where, "required", "请填写姓名，或者删去这一行。")
        for name, text, longest in (
            ("name", author.name, LONGEST_NAME),
            ("workplace", author.workplace, LONGEST_WORKPLACE),
        ):
            yield from writing_faults(f"authors.{place}.{name}", text, longest)


def volume_faults(content: Content) -> Iterator[FieldFault]:
    """Wrong ISBNs, one that comes twice, and a series without all its volumes."""
    seen: dict[str, int] = {}
    for place, volume in enumerate(content.volumes, start=1):
        where = f"volumes.{place}.isbn"
        try:
            isbn = normalise_isbn(volume.isbn)
        except IsbnInvalid as invalid:
            yield FieldFault(where, invalid.code, invalid.message)
        else:
            if isbn in seen:
                message = f"与第 {seen[isbn]} 个 ISBN 相同，每册一个，请对照版权页。"
                yield FieldFault(where, "isbn_twice", message)
            seen.setdefault(isbn, place)
        yield from writing_faults(f"volumes.{place}.title", volume.title, LONGEST_TITLE)
    if content.volumes and (fault := _count_fault(content)) is not None:
        yield fault


def _count_fault(content: Content) -> FieldFault | None:
    """丛书须成套: as many ISBNs as volumes; another book in several volumes may share one."""
    stated, given = content.volume_count or 0, len(content.volumes)
    is_series = content.values.get("category") == Work.Category.SERIES
    if is_series and stated < 2:
        return FieldFault("volumes", "series_of_one", "丛书至少有两册；只有一册的请选其他类别。")
    if is_series and stated != given:
        fix = f"还缺 {stated - given} 个" if given < stated else "请核对册数"
        return FieldFault(
            "volumes",
            "isbn_count",
            f"丛书共 {stated} 册，这里有 {given} 个 ISBN，{fix}；丛书须整套申报，每册一个 ISBN。",
        )
    if not is_series and given not in (1, stated):
        return FieldFault("volumes", "isbn_count", f"册数是 {stated}，这里有 {given} 个 ISBN，请核对。")
    return None


def limit_faults(content: Content) -> Iterator[FieldFault]:
    """What the kind's window and limits do not admit; what the file itself says is checked apart."""
    kind, on = content.kind, content.values.get("published_on")
    label = "出版时间" if kind.form == Kind.Form.BOOK else "首播日期"
    if isinstance(on, date):
        early = kind.window_from is not None and on < kind.window_from
        late = kind.window_to is not None and on > kind.window_to
        if early or late:
            low = f"{kind.window_from:%Y-%m-%d}" if kind.window_from else "不限"
            high = f"{kind.window_to:%Y-%m-%d}" if kind.window_to else "今"
            yield FieldFault("published_on", "window", f"{kind.title}的{label}应在 {low} 至 {high} 之间，请核对。")
    seconds = content.values.get("seconds")
    if isinstance(seconds, int):
        if kind.min_seconds is not None and seconds < kind.min_seconds:
            message = f"时长 {shown_duration(seconds)}，不足 {shown_duration(kind.min_seconds)}。"
            yield FieldFault("seconds", "too_short", message)
        if kind.max_seconds is not None and seconds > kind.max_seconds:
            message = f"时长 {shown_duration(seconds)}，超过 {shown_duration(kind.max_seconds)}。"
            yield FieldFault("seconds", "too_long_video", message)
    percent = content.values.get("non_original_percent")
    if isinstance(percent, Decimal) and kind.most_non_original is not None and percent > kind.most_non_original:
        message = f"非原创素材占 {_plain(percent)}%，通知规定不超过 {_plain(kind.most_non_original)}%。"
        yield FieldFault("non_original_percent", "non_original", message)


def writing_faults(name: str, text: str, longest: int, *, multiline: bool = False) -> Iterator[FieldFault]:
    """Text that is too long, or holds characters that cannot be printed."""
    if len(text) > longest:
        yield FieldFault(name, "too_long", f"最多 {longest} 个字，现有 {len(text)} 个，请缩短。")
    if bad := find_bad_characters(text, multiline=multiline):
        code = "private_use_character" if bad[0].kind == "private_use" else "bad_character"
        yield FieldFault(name, code, bad[0].message)


def _text_faults(spec: FieldSpec, content: Content, complete: bool) -> Iterator[FieldFault]:
    if spec.name.startswith(DETAIL):
        value: object = content.details.get(spec.name.removeprefix(DETAIL), "")
    else:
        value = content.values.get(spec.name, "")
    if value == "" and spec.required and complete:
        yield FieldFault(spec.name, "required", REQUIRED)
    if isinstance(value, str):
        yield from writing_faults(spec.name, value, spec.longest, multiline=spec.shape == "long")


def _whole_faults(content: Content) -> Iterator[FieldFault]:
    if not content.authors:
        yield FieldFault("authors.1.name", "required", "请填写作者，至少一位。")
    if has_volumes(content.kind) and not content.volumes:
        yield FieldFault("volumes.1.isbn", "required", "请填写 ISBN，丛书每册一个。")
    if content.values.get("ai_used") is True and not content.text("ai_note"):
        yield FieldFault("ai_note", "required", "使用了人工智能的，请写明用了什么工具、用在哪里。")
    percent = content.values.get("non_original_percent")
    if isinstance(percent, Decimal) and percent > 0 and not content.text("sources"):
        yield FieldFault("sources", "required", "有非原创素材的，请逐项写明来源和授权。")
    if not content.declared:
        yield FieldFault("declared", "required", "请阅读并勾选原创承诺。")


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
