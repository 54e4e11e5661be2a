"""The manual: Markdown pages of docs/manual, made to HTML once per process. Raw HTML in them is shown as text.

A folder is an audience; its index.md lists the pages in the order in which they are read. A page's front matter names
the pages of the product (URL names) that it explains: `pages: [my_register, my_registration]`.
"""

import posixpath
import re
import struct
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import strip_tags
from markdown_it import MarkdownIt
from markdown_it.token import Token

FOLDER = Path(settings.BASE_DIR) / "docs" / "manual"
PICTURES = Path(settings.BASE_DIR) / "portal" / "static" / "portal" / "manual"
AUDIENCES = ("public", "my", "unit", "judge", "hall", "organise", "supervise")
LONGEST_SEARCH = 40
_FRONT = re.compile(r"\A---\npages: \[([\w, ]*)\]\n---\n+")
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class ManualPage:
    """One page: `path` is its address below help/; an audience's index has the audience alone as its path."""

    path: str
    title: str
    opening: str
    names: tuple[str, ...]
    html: str
    text: str
    linked: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    previous: str = ""
    following: str = ""

    @property
    def audience(self) -> str:
        return self.path.partition("/")[0]

    @property
    def address(self) -> str:
        return reverse("help_page", args=[self.path]) if self.path else reverse("help")


@cache
def manual() -> dict[str, ManualPage]:
    """Every page by its path, in reading order; the front page's path is empty."""
    pages = {"": _read(FOLDER / "index.md")}
    for audience in AUDIENCES:
        index = _read(FOLDER / audience / "index.md")
        inside = [path for path in dict.fromkeys(index.linked) if path.startswith(f"{audience}/")]
        there = {path: _read(FOLDER / f"{path}.md") for path in inside if (FOLDER / f"{path}.md").is_file()}
        pages |= {audience: index, **_chained(there)}
    return pages


@cache
def page_of_name() -> dict[str, str]:
    """Which manual page explains which page of the product: URL name → path."""
    return {name: page.path for page in manual().values() for name in page.names}


def search(words: str) -> list[ManualPage]:
    """Pages that hold every word, those first whose title does; blank words find nothing."""
    wanted = words[:LONGEST_SEARCH].casefold().split()
    if not wanted:
        return []
    found = [page for page in manual().values() if all(word in page.text.casefold() for word in wanted)]
    return sorted(found, key=lambda page: not all(word in page.title.casefold() for word in wanted))


def _chained(pages: dict[str, ManualPage]) -> dict[str, ManualPage]:
    paths = list(pages)
    before, after = ["", *paths], [*paths[1:], ""]
    return {
        path: replace(pages[path], previous=before[place], following=after[place]) for place, path in enumerate(paths)
    }


def _read(file: Path) -> ManualPage:
    source = file.read_text(encoding="utf-8")
    front = _FRONT.match(source)
    names = tuple(name.strip() for name in front.group(1).split(",") if name.strip()) if front else ()
    tokens = _MARKDOWN.parse(source[front.end() :] if front else source)
    folder = file.parent.relative_to(FOLDER).as_posix()
    linked, pictures = _point(tokens, folder)
    title = tokens[1].content if tokens and tokens[0].type == "heading_open" else ""
    opening = next((tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "paragraph_open"), "")
    html = _MARKDOWN.renderer.render(tokens[3:], _MARKDOWN.options, {})
    path = file.relative_to(FOLDER).with_suffix("").as_posix().removesuffix("index").rstrip("/")
    text = f"{title}\n{strip_tags(html)}"
    return ManualPage(path, title, opening, names, html, text, tuple(linked), tuple(pictures))


def _point(tokens: list[Token], folder: str) -> tuple[list[str], list[str]]:
    """Turn the files that links and pictures name into addresses; return the pages and the pictures that were named."""
    linked: list[str] = []
    pictures: list[str] = []
    for token in (child for each in tokens for child in each.children or []):
        target = str(token.attrs.get("href") or token.attrs.get("src") or "")
        if token.type == "link_open" and target.endswith(".md"):
            path = posixpath.normpath(posixpath.join(folder, target)).removesuffix(".md")
            path = path.removesuffix("index").rstrip("/")
            linked.append(path)
            token.attrs["href"] = reverse("help_page", args=[path]) if path else reverse("help")
        elif token.type == "image":
            name = posixpath.basename(target)
            pictures.append(name)
            token.attrs |= {"src": static(f"portal/manual/{name}"), "loading": "lazy", **_size(PICTURES / name)}
    return linked, pictures


def _size(picture: Path) -> dict[str, str | int | float]:
    """Width and height from a PNG's head; nothing where the picture is missing."""
    if not picture.is_file():
        return {}
    width, height = struct.unpack(">II", picture.read_bytes()[16:24])
    return {"width": width, "height": height}
