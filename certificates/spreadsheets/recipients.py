"""Recipients out of a workbook (优秀组织奖, 优秀指导教师, 评委聘书 …), and the empty table for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from accounts.selectors import find_unit, find_user
from certificates.services import FROM_LISTS, MOST_ROWS, Award
from core.canonical import digest
from core.spreadsheets import (
    Column,
    Fault,
    FormColumn,
    Given,
    Row,
    WorkbookRefused,
    add_form,
    all_faults,
    new_workbook,
    open_workbook,
    read_phone,
    read_table,
    read_text,
    workbook_bytes,
)
from core.text.names import is_plausible_name, normalise_name

_read_words = read_text(max_length=120)


def read_recipient(given: Given) -> str:
    """A person's name without blanks, or the name of a unit, or several people as they are written."""
    text = str(_read_words(given))
    name = normalise_name(text)
    return name if is_plausible_name(name) else text


COLUMNS = (
    Column("recipient", ("获奖人", "姓名", "获奖单位", "受聘人", "单位名称", "名称"), read_recipient, required=True),
    Column("salutation", ("称谓", "称呼"), read_text(max_length=10)),
    Column("award", ("奖项", "荣誉", "奖项名称", "称号", "职务"), read_text(max_length=60), required=True),
    Column("before", ("事由", "证书文字", "正文"), read_text(max_length=200)),
    Column("work", ("作品", "作品名称", "题目"), read_text(max_length=120)),
    Column("unit", ("推荐单位", "所在单位", "工作单位", "单位"), read_text(max_length=80)),
    Column("phone", ("手机号", "手机", "联系电话", "电话"), read_phone),
)


@dataclass(frozen=True)
class SharedWords:
    """What every certificate of the workbook says, where its row says nothing else."""

    heading: str
    before: str
    after: str
    issuers: tuple[str, ...]
    source: str
    edition: str


@dataclass(frozen=True)
class ReadRecipients:
    """What a workbook holds: awards when there is no fault."""

    awards: list[Award]
    faults: list[Fault]
    row_count: int


def read_recipients(file: BinaryIO, words: SharedWords) -> ReadRecipients:
    """Every line as an award, or every fault with its cell; changes nothing.

    A line's key is the digest of its words: the same table read twice makes nothing new. Raises WorkbookRefused for a
    file that is no readable workbook, has no such table, or has too many lines.
    """
    rows = read_table(open_workbook(file), COLUMNS)
    if len(rows) > MOST_ROWS:
        raise WorkbookRefused(f"表中有 {len(rows)} 行，一批最多 {MOST_ROWS} 张，请分成几个表。", code="too_many_rows")
    seen: dict[str, int] = {}
    awards = []
    for row in rows:
        user = _user_of(row)
        if row.faults or not row["recipient"] or not row["award"]:
            continue
        award = _award(row, words, user)
        if award.award_key in seen:
            row.add_fault("recipient", "twin", f"与第 {seen[award.award_key]} 行完全相同，请删去重复的一行。")
        seen.setdefault(award.award_key, row.number)
        awards.append(award)
    faults = all_faults(rows)
    return ReadRecipients(awards if not faults else [], faults, len(rows))


def recipients_template() -> bytes:
    """An empty table with the columns that the import reads."""
    workbook = new_workbook()
    columns = (
        FormColumn(
            "获奖人", 24, required=True, prompt="人名或单位全称，照证书上要印的写。几个人合领一张，用顿号隔开。"
        ),
        FormColumn("称谓", 10, prompt="例如：同志、同学、老师。单位不填。"),
        FormColumn("奖项", 18, required=True, prompt="例如：优秀组织奖、优秀指导教师、评审专家。"),
        FormColumn("事由", 44, prompt="奖项前面的文字。不填就用网页上填的那一句。"),
        FormColumn("作品", 24, prompt="可以不填。"),
        FormColumn("推荐单位", 24, prompt="与系统中的单位同名时，该单位联络员可以下载。"),
        FormColumn("手机号", 16, prompt="可以不填。与系统账号相符时，本人会收到消息，可以下载。"),
    )
    add_form(workbook, "获奖名单", columns, printed_title="证书获奖名单")
    return workbook_bytes(workbook)


def _user_of(row: Row) -> int | None:
    """The account of the row's phone, which must be the recipient's own."""
    user = find_user(row["phone"]) if row["phone"] else None
    if user is None or row["recipient"] is None:
        return None
    if user.self_registered_at is not None:
        return None  # nobody has checked that the phone is his
    if user.name != row["recipient"]:
        row.add_fault("phone", "other_person", "这个手机号的账号是另一个姓名，请核对；不需要本人下载的，请清空。")
        return None
    return user.pk


def _award(row: Row, words: SharedWords, user: int | None) -> Award:
    unit = find_unit(row["unit"]) if row["unit"] else None
    text: Mapping[str, Any] = {
        "recipient": row["recipient"],
        "salutation": row["salutation"] or "",
        "before": row["before"] or words.before,
        "award": row["award"],
        "after": words.after,
        "heading": words.heading,
    }
    fields = {"届次": words.edition, "作品": row["work"] or "", "单位": row["unit"] or ""}
    return Award(
        **text,
        award_key=f"{FROM_LISTS}{digest({**text, 'issuers': list(words.issuers), 'fields': fields})}",
        issuers=words.issuers,
        source=words.source,
        recipient_user_id=user,
        fields={name: value for name, value in fields.items() if value},
        unit_id=unit.pk if unit else None,
    )
