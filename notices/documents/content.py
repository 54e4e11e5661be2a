"""What a notice says, for every form that it takes: the columns of a draft, the published text of any other."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from core.text.characters import find_bad_characters
from notices.engine.masking import masked_document
from notices.engine.wording import ListTable, Paragraph, addressed, list_table, paragraphs_of
from notices.exceptions import NoticeRefused
from notices.models import Notice
from notices.selectors import attachments_of, public_document


@dataclass(frozen=True, slots=True)
class OfficialText:
    """A notice in words. `standing` is "" for one that is public, else what a reader must know of it: 草稿, 已撤回.
    `enclosed` are the names of lists and attachments as 附件说明 numbers them."""

    standing: str
    number: str
    title: str
    addressees: str
    paragraphs: tuple[Paragraph, ...]
    enclosed: tuple[str, ...]
    lists: tuple[ListTable, ...]
    source: str
    signed_by: str
    dated: date


def official_text(notice: Notice) -> OfficialText:
    """The words of a notice without the names that are not to be shown any more."""
    is_draft = notice.state == Notice.State.DRAFT
    document = _draft(notice) if is_draft else public_document(notice)
    lists = tuple(list_table(each) for each in document["lists"])
    files = [PurePosixPath(each["name"]).stem or each["name"] for each in document.get("attachments", [])]
    return OfficialText(
        standing=_standing(notice),
        number=document["number"],
        title=document["title"],
        addressees=addressed(document["addressees"]),
        paragraphs=paragraphs_of(document["body"]),
        enclosed=(*(each.title or "名单" for each in lists), *files),
        lists=lists,
        source=document["source"],
        signed_by=document["signed_by"],
        dated=date.fromisoformat(document["dated"]),
    )


def words_of(text: OfficialText) -> Iterator[tuple[str, str]]:
    """Each text with the name of its place, for whoever checks characters."""
    yield from (("文号", text.number), ("标题", text.title), ("主送", text.addressees))
    yield from (("正文", paragraph.text) for paragraph in text.paragraphs)
    yield from (("附件", name) for name in text.enclosed)
    for table in text.lists:
        yield from (("名单", table.title), ("名单", table.note))
        for tier in table.tiers:
            yield ("名单", tier.title)
            yield from (("名单", cell) for row in tier.rows for cell in row)
    yield from (("依据", text.source), ("落款", text.signed_by))


def refuse_bad_characters(text: OfficialText) -> None:
    """Raise NoticeRefused for the first character that no file may hold: private ones, controls, U+FFFD."""
    for place, words in words_of(text):
        if bad := find_bad_characters(words):
            raise NoticeRefused(f"“{place}”里“{around(words, bad[0].char)}”{bad[0].message}", code="bad_character")


def around(words: str, char: str) -> str:
    """The words near a character, so that somebody finds it."""
    place = words.index(char)
    return words[max(0, place - 6) : place + 7].replace("\n", " ")


def _draft(notice: Notice) -> dict[str, Any]:
    columns = ("number", "title", "addressees", "body", "lists", "source", "signed_by")
    document: dict[str, Any] = {name: getattr(notice, name) for name in columns}
    document["dated"] = notice.dated.isoformat()
    document["attachments"] = [{"name": each.name} for each in attachments_of(notice)]
    return masked_document(document, notice.hidden_names)


def _standing(notice: Notice) -> str:
    kinds = Notice.State
    said = {kinds.DRAFT: "草稿，尚未发布", kinds.WITHDRAWN: "已撤回"}.get(kinds(notice.state), "")
    return "　".join(word for word in ("演练" if notice.edition.is_rehearsal else "", said) if word)
