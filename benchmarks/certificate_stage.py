"""The office of `benchmarks.certificates`; most of it runs inside Django (`benchmarks.inside`).

python -m benchmarks.certificate_stage JSON     # compiles a share of prepared jobs when told to on standard input
"""

import json
import os
import resource
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tools.serving import ROOT, Server

SLUG, DAY = "bench", date(2026, 11, 20)
LAYOUTS = ("classic", "modern", "official", "plain")
FONTS = ROOT / "node_modules" / "@expo-google-fonts" / "noto-serif-sc"
WEIGHTS = {300: "300Light", 400: "400Regular", 700: "700Bold", 900: "900Black"}
_SURNAMES, _GIVEN = "赵钱孙李周吴郑王冯陈褚卫", "子涵雨泽思远嘉怡明轩晓彤"


def awards(number: int, name: str) -> list[Any]:
    """As a contest's: every name and title is another, and every fiftieth is long."""
    from certificates.services import Award

    made = []
    for n in range(number):
        person = _SURNAMES[n % 12] + _GIVEN[n // 12 % 12] + _GIVEN[n // 144 % 12]
        title = f"看不见的海洋微塑料（{n}）" + "从一只海龟说起，说到我们每天喝的水" * (n % 50 == 0)
        made.append(
            Award(
                award_key=f"{name}:{n:05d}",
                recipient=person,
                salutation="同志",
                before=f"在2026年示范市科普讲解大赛（{'少年组' if n % 3 else '成年组'}）中，作品《{title}》荣获",
                award=("一等奖", "二等奖", "三等奖", "优秀奖")[n % 4],
                issuers=("示范市科学技术局", "示范市科学技术协会"),
                source="结果 1 · 定格成绩 No. 1 · 名册 v1",
                fields={
                    "作品": title,
                    "比赛": "2026年示范市科普讲解大赛",
                    "届次": "2026年示范市科技活动周",
                    "组别": "成年组",
                    "单位": f"示范市第{n % 100 + 1}中学",
                    "作者": person,
                    "指导教师": "李老师",
                },
            )
        )
    return made


def open_office() -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from accounts.models import Role
    from accounts.services import create_user, grant_role
    from core.models import Edition

    call_command("migrate", verbosity=0)
    now = timezone.now()
    edition = Edition.objects.create(
        slug=SLUG, title="评测", year=2026, organiser_name="示范市科学技术协会", publicity_days=0, created_at=now
    )
    for name in ("郝组织", "何校样"):
        user = create_user(name=name, email=f"{SLUG}{len(name.encode())}{ord(name[0])}@example.com")
        grant_role(user=user, edition=edition, role=Role.ORGANISER, actor=None, now=now)


def approved_batch(number: int, name: str) -> tuple[Any, list[Any], Any]:
    """A batch that waits for 签发, its rows and who drafted it; the proof is not part of what is measured, nor made."""
    from django.utils import timezone

    from accounts.models import User
    from certificates.models import Batch
    from certificates.services import draft_batch
    from core.models import Edition

    organiser, other = User.objects.order_by("pk")[:2]
    rows, now = awards(number, name), timezone.now()
    batch = draft_batch(
        edition=Edition.objects.get(slug=SLUG),
        title=name,
        source="结果 1",
        family=f"{name}:",
        prefix=f"评测〔2026〕{name}-",
        awards=rows,
        issued_on=DAY,
        actor=organiser,
        now=now,
        layout="classic",
    )
    Batch.objects.filter(pk=batch.pk).update(
        state=Batch.State.APPROVED, proof_sha256="0" * 64, approved_by=other, approved_at=now
    )
    return batch, rows, organiser


def issue_and_wait(*, number: int, name: str, worker: int) -> dict[str, float]:
    """Wall time from the act to the last row done, and of the act alone; CPU of the act and of the worker's processes
    until then; the largest file."""
    from django.conf import settings
    from django.utils import timezone

    from certificates.models import Certificate
    from certificates.services import issue_batch

    batch, rows, organiser = approved_batch(number, name)
    time.sleep(2)  # the worker finds that the proof is not owed any more
    server = Server(0, worker)
    before, began, cpu = server.cpu_seconds(), time.perf_counter(), time.process_time()
    issue_batch(batch=batch, actor=organiser, now=timezone.now(), current=rows)
    issued, issue_cpu = time.perf_counter() - began, time.process_time() - cpu
    mine = Certificate.objects.filter(batch=batch)
    while mine.filter(state__in=["owed", "claimed"]).exists():
        time.sleep(0.05)
    wall, used = time.perf_counter() - began, server.cpu_seconds() - before
    done = list(mine)
    if len(done) != number or any(row.state != "issued" for row in done):
        raise RuntimeError("not every certificate was made")
    largest = max((settings.MEDIA_ROOT / row.file).stat().st_size for row in done)
    return {"wall": wall, "issue_wall": issued, "cpu": used + issue_cpu, "largest": largest}


def write_jobs(*, path: str, number: int) -> None:
    """What the product hands to Typst for these certificates, word for word."""
    from certificates.engine.filling import printed_words
    from certificates.engine.layout_reading import parse_layout
    from certificates.engine.shipped import shipped_document
    from certificates.rendering import typesetting
    from core.qr import qr_svg
    from core.text.dates import chinese_date

    design = parse_layout(shipped_document("classic"))
    jobs = []
    for n, award in enumerate(awards(number, "jobs"), start=1):
        words = printed_words(award.text(), serial=f"评测〔2026〕{n:04d}-X", date=chinese_date(DAY))
        code = qr_svg(f"http://127.0.0.1:8000/v/{n:032d}/")
        jobs.append(typesetting._job(design, words, qr=code, assets={}))
    Path(path).write_text(json.dumps(jobs, ensure_ascii=False), encoding="utf-8")


def sizes(*, layouts: list[str]) -> dict[str, int]:
    """The largest file of a few certificates in each layout, from a short name to many authors."""
    from certificates.engine.filling import printed_words
    from certificates.engine.layout_reading import parse_layout
    from certificates.engine.shipped import shipped_document
    from certificates.rendering import set_pdf
    from core.qr import qr_svg

    found = {}
    for code in layouts:
        design = parse_layout(shipped_document(code))
        many = [
            printed_words(award.text(), serial="评测〔2026〕0001-X", date="二〇二六年") for award in awards(60, "s")
        ]
        qr = qr_svg("https://kepu.example.org/v/" + "a" * 32 + "/")
        found[code] = max(len(set_pdf(design, words, qr=qr, assets={}, day=DAY)) for words in many)
    return found


def prepare_files(folder: Path) -> None:
    """Where the rivals find the same fonts."""
    fonts = {weight: str(FONTS / name / f"NotoSerifSC_{name}.ttf") for weight, name in WEIGHTS.items()}
    (folder / "fonts.json").write_text(json.dumps(fonts))
    (folder / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig><dir>{FONTS}</dir><cachedir>{folder / 'fonts'}</cachedir></fontconfig>"
    )


def compile_share(given: dict[str, Any]) -> None:
    """Bare Typst: one compiler, the jobs as they are, the PDF thrown away."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from certificates.rendering import compiler

    jobs = json.loads(Path(given["path"]).read_text(encoding="utf-8"))
    texts = [json.dumps(job, ensure_ascii=False, sort_keys=True) for job in jobs[given["first"] :: given["step"]]]
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    typst = compiler()
    typst.compile(sys_inputs={"job": texts[0]}, format="pdf", pdf_standards="a-2u", timestamp=noon)
    print("ready", flush=True)
    sys.stdin.readline()
    before = _cpu()
    for text in texts:
        typst.compile(sys_inputs={"job": text}, format="pdf", pdf_standards="a-2u", timestamp=noon)
    print(_cpu() - before, flush=True)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    compile_share(json.loads(sys.argv[1]))
