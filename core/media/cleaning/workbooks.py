"""What in the parts of a workbook (XLSX) tells who worked on it, found by the names of elements."""

import re

from lxml import etree  # type: ignore[import-untyped]

from core.media.cleaning.exceptions import CleaningRefused

_ANYBODY = "作者"
# Excel ties the classic form of a threaded comment to its thread by this "author".
_THREAD = re.compile(r"^tc=\{[0-9A-Fa-f-]+\}$")
_OF_OTHERS = {
    "externalLink": "里引用了别的工作簿（外部链接），其路径和数据会一同公开。请在“数据—编辑链接”中断开链接",
    "connections": "里连着外部数据源，其地址会一同公开。请在“数据—查询和连接”中删除连接",
}
# Of the workbook: the folder where it lay, whose views it has, who edits it together.
_OF_WORKBOOK = {"absPath", "customWorkbookViews", "customSheetViews", "revisionPtr", "customProperties"}
# Attributes by the element that has them: who refreshed, locked, reserved or tried what, and when.
_DROPPED = {
    "pivotCacheDefinition": {"refreshedBy", "refreshedDate", "refreshedDateIso"},
    "fileSharing": {"userName"},
    "protectedRange": {"securityDescriptor"},
    "scenario": {"user", "comment"},
    "threadedComment": {"dT"},
    "person": {"userId", "providerId"},
}


def forget_in_workbook(root: etree._Element) -> None:
    """Take from a part of a workbook who commented, refreshed, reserved or printed it, and the folder it lay in.

    Cells and formulas are not touched. Refuses (CleaningRefused) parts that hold data of other files and sources.
    """
    kind = _plain(root.tag)
    if kind in _OF_OTHERS and "spreadsheetml" in str(root.tag):
        raise CleaningRefused(f"{_OF_OTHERS[kind]}，再上传。")
    if kind == "comments" and "spreadsheetml" in str(root.tag):
        _forget_commenters(root)
    for element in list(root.iter(etree.Element)):
        plain = _plain(element.tag)
        if plain in _OF_WORKBOOK and (parent := element.getparent()) is not None:
            parent.remove(element)
            continue
        for name in _DROPPED.get(plain, ()):
            element.attrib.pop(name, None)
        if plain == "person" and "displayName" in element.attrib:
            element.set("displayName", _ANYBODY)
        if plain == "pageSetup":  # leads to the printer's settings, which are left out
            for name in [each for each in element.attrib if _plain(each) == "id"]:
                del element.attrib[name]


def _forget_commenters(root: etree._Element) -> None:
    """Comments stay, but nobody's: Excel writes the name of who comments into the list and before the text as well."""
    authors = [each for each in root.iter(etree.Element) if _plain(each.tag) == "author"]
    names = [(each.text or "").strip() for each in authors]
    for each, name in zip(authors, names, strict=True):
        if not _THREAD.match(name):
            each.text = _ANYBODY
    for comment in [each for each in root.iter(etree.Element) if _plain(each.tag) == "comment"]:
        number = comment.get("authorId", "")
        name = names[int(number)] if number.isdecimal() and int(number) < len(names) else ""
        first = next((each for each in comment.iter(etree.Element) if _plain(each.tag) == "t" and each.text), None)
        if name and first is not None and re.match(rf"\s*{re.escape(name)}\s*(?:[:：]|$)", first.text):
            first.text = first.text.replace(name, _ANYBODY, 1)


def _plain(name: object) -> str:
    return str(name).rpartition("}")[2]
