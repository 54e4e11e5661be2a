"""The same certificates by other means, for `benchmarks.certificates`; no Django, no package of the product.

    python certificate_rivals.py weasyprint|reportlab FOLDER

Run by a Python that has WeasyPrint, or ReportLab with svglib. FOLDER holds `jobs.json`: for each certificate the boxes,
words, sizes and colours that the product hands to Typst, the code as SVG, and the art's path; and `fonts.json`: font
files by weight. Everything that can be prepared once is prepared once: fonts, art, style sheet. Writes the first PDF
beside them and prints a line of JSON: wall and CPU seconds, bytes of all.
"""

import base64
import html
import io
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Job = dict[str, Any]
_DARK = re.compile(r"M(\d+) (\d+)h(\d+)")


def weasyprint_maker(fonts: dict[str, str], jobs: list[Job]) -> Callable[[Job], bytes]:
    """Fonts are found by fontconfig (FONTCONFIG_FILE names their folder); `@font-face` loads them for each document."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    first = jobs[0]
    configuration = FontConfiguration()
    art = Path(first["background"]).as_uri()
    sheet = CSS(
        string=f"@page {{ size: {first['width']}mm {first['height']}mm; margin: 0; background: {first['paper']} "
        f"url('{art}') 0 0 / 100% 100% no-repeat }} body {{ margin: 0; font-family: 'Noto Serif SC' }} "
        "div { position: absolute; display: flex; flex-direction: column } p { margin: 0; width: 100% }",
        font_config=configuration,
    )

    def make(job: Job) -> bytes:
        parts = [_html_box(box, job) for box in job["boxes"]]
        page = HTML(string=f'<html lang="zh"><body>{"".join(parts)}</body></html>')
        return bytes(page.write_pdf(stylesheets=[sheet], font_config=configuration))

    return make


def _html_box(box: Job, job: Job) -> str:
    place = f"left:{box['x']}mm;top:{box['y']}mm;width:{box['width']}mm;height:{box['height']}mm"
    if box["kind"] == "qr":
        code = base64.b64encode(job["qr"].encode()).decode()
        return f'<div style="{place}"><img style="width:100%" src="data:image/svg+xml;base64,{code}"></div>'
    sides = {"top": "flex-start", "middle": "center", "bottom": "flex-end"}
    style = f"{place};justify-content:{sides[box['valign']]};font-size:{box['size']}pt;color:{box['colour']};"
    style += f"font-weight:{box['weight']};text-align:{box['align']};line-height:{box['line_height']};"
    style += f"letter-spacing:{box['tracking']}em;text-indent:{box['indent']}em"
    strong = f"color:{box['emphasis']['colour']};font-weight:{box['emphasis']['weight']};"
    strong += f"font-size:{box['emphasis']['scale']}em"
    lines = (
        "".join(
            f'<span style="{strong}">{html.escape(run["text"])}</span>' if run["strong"] else html.escape(run["text"])
            for run in line
        )
        for line in box["lines"]
    )
    return f'<div style="{style}">{"".join(f"<p>{line}</p>" for line in lines)}</div>'


def reportlab_maker(fonts: dict[str, str], jobs: list[Job]) -> Callable[[Job], bytes]:
    from reportlab.graphics import renderPDF
    from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Paragraph
    from svglib.svglib import svg2rlg

    for weight, path in fonts.items():
        pdfmetrics.registerFont(TTFont(f"song{weight}", path))
    sides = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT, "justify": TA_LEFT}
    first = jobs[0]
    width, height = first["width"] * mm, first["height"] * mm
    art = svg2rlg(first["background"])
    art.scale(width / art.width, height / art.height)

    def face(weight: int) -> str:
        return f"song{weight if str(weight) in fonts else 400}"

    def paragraph(box: Job, line: list[Job]) -> Any:
        strong = box["emphasis"]
        parts = [
            f'<font name="{face(strong["weight"])}" color="{strong["colour"]}" size="{box["size"] * strong["scale"]}">'
            f"{html.escape(run['text'])}</font>"
            if run["strong"]
            else html.escape(run["text"])
            for run in line
        ]
        style = ParagraphStyle(
            "box",
            fontName=face(box["weight"]),
            fontSize=box["size"],
            leading=box["size"] * box["line_height"],
            alignment=sides[box["align"]],
            textColor=box["colour"],
            firstLineIndent=box["indent"] * box["size"],
            wordWrap="CJK",
        )
        return Paragraph("".join(parts), style)

    def make(job: Job) -> bytes:
        stream = io.BytesIO()
        canvas = Canvas(stream, pagesize=(width, height))
        canvas.setFillColor(job["paper"])
        canvas.rect(0, 0, width, height, stroke=0, fill=1)
        renderPDF.draw(art, canvas, 0, 0)
        for box in job["boxes"]:
            left, top = box["x"] * mm, height - box["y"] * mm
            if box["kind"] == "qr":
                _draw_code(canvas, job["qr"], left, top, box["width"] * mm)
                continue
            lines = [paragraph(box, line) for line in box["lines"]]
            heights = [line.wrap(box["width"] * mm, box["height"] * mm)[1] for line in lines]
            spare = box["height"] * mm - sum(heights)
            y = top - {"top": 0, "middle": spare / 2, "bottom": spare}[box["valign"]]
            for line, tall in zip(lines, heights, strict=True):
                y -= tall
                line.drawOn(canvas, left, y)
        canvas.save()
        return stream.getvalue()

    return make


def _draw_code(canvas: Any, code: str, left: float, top: float, size: float) -> None:
    found = re.search(r'viewBox="0 0 (\d+)', code)
    assert found
    module = size / int(found.group(1))
    path = canvas.beginPath()
    for x, y, run in (tuple(map(int, match)) for match in _DARK.findall(code)):
        path.rect(left + x * module, top - (y + 1) * module, run * module, module)
    canvas.setFillColor("#000000")
    canvas.drawPath(path, stroke=0, fill=1)


MAKERS = {"weasyprint": weasyprint_maker, "reportlab": reportlab_maker}


def main() -> None:
    kind, folder = sys.argv[1], Path(sys.argv[2])
    jobs = json.loads((folder / "jobs.json").read_text(encoding="utf-8"))
    fonts = json.loads((folder / "fonts.json").read_text(encoding="utf-8"))
    make = MAKERS[kind](fonts, jobs)
    (folder / f"{kind}.pdf").write_bytes(make(jobs[0]))
    wall, cpu = time.perf_counter(), time.process_time()
    size = sum(len(make(job)) for job in jobs)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps({"wall": wall, "cpu": cpu, "bytes": size, "number": len(jobs)}))


if __name__ == "__main__":
    main()
