"""The same words through docxtpl and LibreOffice, for `benchmarks.certificates`: `python -m … FOLDER` with its jobs."""

import io
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docxtpl import DocxTemplate, InlineImage

from core.qr import qr_png

NUMBER = 20


def template(path: Path, job: dict[str, Any]) -> None:
    """A page with a paragraph for each box; the words are docxtpl's variables."""
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(job["width"]), Mm(job["height"])
    section.left_margin = section.right_margin = Mm(42)
    section.top_margin = section.bottom_margin = Mm(25)
    for index, box in enumerate(job["boxes"]):
        name = "{{ code }}" if box["kind"] == "qr" else f"{{{{ box{index} }}}}"
        run = document.add_paragraph().add_run(name)
        run.font.name, run.font.size = "Noto Serif SC", Pt(min(box.get("size", 10), 30))
        run._element.rPr.rFonts.set(qn("w:eastAsia"), "Noto Serif SC")
    document.save(str(path))


def fill(path: Path, target: Path, job: dict[str, Any], number: int) -> None:
    document = DocxTemplate(str(path))
    words = {
        f"box{index}": "\n".join("".join(run["text"] for run in line) for line in box["lines"])
        for index, box in enumerate(job["boxes"])
        if box["kind"] == "text"
    }
    code = io.BytesIO(qr_png(f"http://127.0.0.1:8000/v/{number:032d}/"))
    document.render({**words, "code": InlineImage(document, code, width=Mm(25))}, autoescape=True)
    document.save(str(target))


def cpu() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def main() -> None:
    folder = Path(sys.argv[1])
    jobs = json.loads((folder / "jobs.json").read_text(encoding="utf-8"))[:NUMBER]
    out = folder / "office"
    out.mkdir(exist_ok=True)
    template(out / "template.docx", jobs[0])
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(out)]
    subprocess.run([*convert, str(out / "template.docx")], check=True, stdout=subprocess.DEVNULL)  # makes the profile
    wall, used = time.perf_counter(), cpu()
    for number, job in enumerate(jobs):
        fill(out / "template.docx", out / f"{number}.docx", job, number)
    files = [str(out / f"{number}.docx") for number in range(len(jobs))]
    subprocess.run([*convert, *files], check=True, stdout=subprocess.DEVNULL)
    wall, used = time.perf_counter() - wall, cpu() - used
    size = sum((out / f"{number}.pdf").stat().st_size for number in range(len(jobs)))
    print(json.dumps({"wall": wall, "cpu": used, "bytes": size, "number": len(jobs)}))


if __name__ == "__main__":
    main()
