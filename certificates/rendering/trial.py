"""Draws one uploaded picture in a process of its own with limits, before a worker or the web ever meets it.

Run as `python trial.py draw PICTURE PNG` or `python trial.py convert PDF SVG`; prints JSON. Knows nothing of Django.
"""

import base64
import json
import re
import resource
import sys
from pathlib import Path
from typing import Any

import typst

TEMPLATE = Path(__file__).parent.parent / "typst" / "trial.typ"
SECONDS, MEMORY = 20, 3 * 1024**3
PREVIEW_PPI = 76  # 600 pixels across
_INNER = re.compile(r'xlink:href="data:image/svg\+xml;base64,([^"]+)"')


def main(act: str, source: str, target: str) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        answer = draw(source, Path(target)) if act == "draw" else convert(source, Path(target))
    except typst.TypstError as error:
        answer = {"error": error.message}
    print(json.dumps(answer))  # noqa: T201  # what the caller reads
    return 0


def draw(picture: str, preview: Path) -> dict[str, Any]:
    """A preview, and by how many bytes the picture makes a PDF/A-2u larger."""
    preview.write_bytes(_made(picture, format="png", ppi=PREVIEW_PPI))
    bare = _made("", format="pdf", pdf_standards="a-2u")
    return {"adds": len(_made(picture, format="pdf", pdf_standards="a-2u")) - len(bare)}


def convert(document: str, target: Path) -> dict[str, Any]:
    """The only page of a PDF as SVG: a PDF/A cannot hold another PDF."""
    try:
        _made(document, page=2, format="svg")
    except typst.TypstError as error:
        if "does not exist" not in error.message and "page" not in error.message:
            raise
    else:
        return {"pages": 2}
    inner = _INNER.search(_made(document, format="svg").decode())
    if inner is None:
        return {"error": "no drawing in the PDF"}
    target.write_bytes(base64.b64decode(inner[1]))
    return {"pages": 1}


def _made(picture: str, *, page: int = 1, **options: Any) -> bytes:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False)
    compiler = typst.Compiler(str(TEMPLATE), root="/", font_paths=fonts)
    made = compiler.compile(sys_inputs={"picture": picture, "page": str(page)}, **options)
    if not isinstance(made, bytes):
        raise TypeError("more than one page")
    return made


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
