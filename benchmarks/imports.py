"""Import of 5,000 registrations beside what openpyxl alone needs to read the file.

    python -m benchmarks.imports [--databases sqlite postgres] [--json] [--quick]

The baseline is the cheapest way that openpyxl has to read a workbook: `load_workbook(read_only=True)` and the values of
every row. Measured against it, by turns in one process: reading with every check (what `--check` and the preview do),
and the whole import, database included: wanted at most 4 times. Each import is rolled back, so that all begin alike.
CPU of the process, median of the rounds. Then the queries of an import of 500 and of 1,000 more people, which must
differ by what 500 rows take, and the resident memory by which a fresh process grows while it imports everybody.

The file is made as offices make it: title rows, other column names, four ways to write dates, phones and numbers, a
hundred units, every third person a junior with a guardian. It is written once with inline texts (openpyxl) and once
with shared strings (as Excel and WPS do).
"""

import gc
import io
import resource
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from benchmarks.databases import KINDS, unreachable
from benchmarks.installations import product
from benchmarks.measuring import options, report
from core.text.idnumber import check_character

PEOPLE, FEW = 5_000, 500
MOST_TIMES = 4.0
FIRST_DAY = date(2026, 11, 20)
SHARED, INLINE = "shared strings", "inline texts"
HEADER = (
    *("序号", "参赛组别", "选手姓名", "性 别", "出生年月日", "身份证号码", "单位/学校", "讲解作品名称", "辅导老师"),
    *("监护人姓名", "监护人电话", "手机号", "邮箱", "备 注"),
)
_STRINGS_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml"'
    b' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
_SURNAMES, _GIVEN = "赵钱孙李周吴郑王冯陈褚卫", "子涵雨泽思远嘉怡明轩晓彤"


def person(number: int) -> tuple[Any, ...]:
    """One row: nobody's ID number, no area begins with 99; the texts as people write them."""
    junior = number % 3 == 0
    born = (date(2011, 1, 1) if junior else date(1970, 1, 1)) + timedelta(days=number % 1500)
    stem = f"99{number // 1000:04d}{born:%Y%m%d}{number % 1000:03d}"
    phone = f"199{number:08d}"
    name = _SURNAMES[number % 12] + _GIVEN[number // 12 % 12] + _GIVEN[number // 144 % 12]
    return (
        number + 1,
        "少年组" if junior else "成年组",
        f"{name[0]}　{name[1]}" if number % 7 == 0 else name,
        "女" if number % 2 else "男",
        (born.isoformat(), f"{born:%Y.%m.%d}", f"{born.year}年{born.month}月{born.day}日", f"{born:%Y%m%d}")[
            number % 4
        ],
        stem + check_character(stem),
        f"示范市第{number % 100 + 1}中学" if junior else f"示范市第{number % 100 + 1}研究所",
        f"看不见的海洋微塑料（{number}）",
        "李老师" if junior else None,
        "监护人" if junior else None,
        f"188{number:08d}" if junior else None,
        f"{phone[:3]} {phone[3:7]}-{phone[7:]}" if number % 5 == 0 else phone,
        f"entrant{number:04d}@example.com",
        None,
    )


def workbook_of(people: range) -> bytes:
    """As openpyxl writes it, every text in its cell."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("报名表")
    sheet.append(["2026年科普讲解大赛选手推荐汇总表"])
    sheet.append(["推荐单位（盖章）：示范市科学技术协会      联系人：联络员"])
    sheet.append(HEADER)
    for number in people:
        sheet.append(person(number))
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def with_shared_strings(content: bytes) -> bytes:
    """The same workbook with its texts in a table of their own, each once."""
    workbook = load_workbook(io.BytesIO(content), read_only=True)
    places: dict[str, int] = {}
    rows = []
    for number, row in enumerate(workbook.worksheets[0].iter_rows(values_only=True), start=1):
        cells = [_cell(f"{get_column_letter(at)}{number}", value, places) for at, value in enumerate(row, start=1)]
        rows.append(f'<row r="{number}">{"".join(cells)}</row>')
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    texts = "".join(f"<si><t>{escape(text)}</t></si>" for text in places)
    parts = {
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{space}"><sheetData>{"".join(rows)}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{space}">{texts}</sst>',
    }
    return _repacked(content, parts)


def _cell(place: str, value: object, places: dict[str, int]) -> str:
    if value is None:
        return f'<c r="{place}"/>'
    if isinstance(value, int):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="s"><v>{places.setdefault(str(value), len(places))}</v></c>'


def _repacked(content: bytes, parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name == "[Content_Types].xml":
                new.writestr(name, old.read(name).replace(b"</Types>", _STRINGS_TYPE + b"</Types>"))
            elif name not in parts:
                new.writestr(name, old.read(name))
        for name, text in parts.items():
            new.writestr(name, text)
    return out.getvalue()


def read_bare(content: bytes) -> int:
    """The baseline: every value of every row, nothing done with it."""
    workbook = load_workbook(io.BytesIO(content), read_only=True)
    return sum(1 for sheet in workbook.worksheets for _ in sheet.iter_rows(values_only=True))


def measure_imports(*, people: int, rounds: int) -> dict[str, Any]:
    """CPU by file of the baseline, of reading and of importing, and the queries of more and more people."""
    office = Office()
    inline = workbook_of(range(people))
    found: dict[str, Any] = {}
    for name, content in ((SHARED, with_shared_strings(inline)), (INLINE, inline)):
        turns: dict[str, list[float]] = {"bare": [], "read": [], "import": []}
        for _ in range(rounds):
            turns["bare"].append(_cpu(lambda content=content: read_bare(content)))
            turns["read"].append(_cpu(lambda content=content: office.read(content)))
            turns["import"].append(_cpu(lambda content=content: office.bring(content, keep=False)))
        bare, read, whole = (statistics.median(turns[key]) * 1000 for key in ("bare", "read", "import"))
        found[name] = {
            "kilobytes": len(content) // 1024,
            "bare_ms": bare,
            "read_ms": read,
            "import_ms": whole,
            "read_times": read / bare,
            "import_times": whole / bare,
        }
    office.bring(workbook_of(range(people, people + 300)))  # the units are there now
    begin = people + 300
    queries = [
        office.count(workbook_of(range(begin + FEW * n * (n + 1) // 2, begin + FEW * (n + 1) * (n + 2) // 2)))
        for n in range(3)
    ]
    return found | {"queries": dict(zip((FEW, 2 * FEW, 3 * FEW), queries, strict=True))}


def measure_memory(*, path: str, few: str) -> dict[str, float]:
    """By how many megabytes the process grows while it imports a file, after it has imported a small one."""
    office = Office()
    content = Path(path).read_bytes()
    office.bring(Path(few).read_bytes())
    before = _resident()
    _reset_peak()
    office.bring(content)
    return {"before_mb": before, "peak_mb": _peak(), "grown_mb": _peak() - before}


class Office:
    """A contest with its organiser; imports as the command does."""

    def __init__(self) -> None:
        from django.core.management import call_command  # needs Django set up, the file's other half does not
        from django.utils import timezone

        from accounts.models import Role
        from accounts.services import create_user, grant_role
        from contest.models import Contest
        from contest.services import create_contest
        from core.models import Edition

        call_command("migrate", verbosity=0)
        self.now = timezone.now()
        slug = f"bench-{Edition.objects.count()}"
        edition = Edition.objects.create(
            slug=slug,
            title="评测",
            year=2026,
            organiser_name="示范市科学技术协会",
            publicity_days=0,
            created_at=self.now,
        )
        self.organiser = create_user(name="郝组织", email=f"{slug}@example.com")
        grant_role(user=self.organiser, edition=edition, role=Role.ORGANISER, actor=None, now=self.now)
        self.contest: Contest = create_contest(
            edition=edition,
            title="科普讲解大赛",
            slug="speech",
            first_day=FIRST_DAY,
            preset="contest-two-groups",
            actor=self.organiser,
            now=self.now,
        )

    def read(self, content: bytes) -> Any:
        from contest.spreadsheets import read_registrations

        found = read_registrations(io.BytesIO(content), self.contest)
        if found.faults:
            raise RuntimeError(f"the benchmark's own file has faults: {found.faults[:3]}")
        return found

    def bring(self, content: bytes, *, keep: bool = True) -> None:
        from django.db import transaction

        from contest.services import import_contestants

        with transaction.atomic():
            rows = self.read(content).registrations
            outcome = import_contestants(contest=self.contest, rows=rows, actor=self.organiser, now=self.now)
            if outcome.created != len(rows):
                raise RuntimeError(f"{outcome.created} of {len(rows)} people were new")
            transaction.set_rollback(not keep)

    def count(self, content: bytes) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            self.bring(content)
        return len(captured.captured_queries)


def _cpu(act: Callable[[], object]) -> float:
    gc.collect()
    begun = time.process_time()
    act()
    return time.process_time() - begun


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024 / 1024


def _reset_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def measure(kind: str, *, quick: bool) -> dict[str, Any]:
    people = PEOPLE // 10 if quick else PEOPLE
    with tempfile.TemporaryDirectory(prefix="mingping-bench-") as name, product(kind, Path(name)) as app:
        found: dict[str, Any] = app.call("imports", "measure_imports", people=people, rounds=1 if quick else 7)
    with tempfile.TemporaryDirectory(prefix="mingping-bench-") as name, product(kind, Path(name)) as app:
        path, few = Path(name, "all.xlsx"), Path(name, "few.xlsx")
        path.write_bytes(with_shared_strings(workbook_of(range(people))))
        few.write_bytes(workbook_of(range(people, people + 10)))
        memory = app.call("imports", "measure_memory", path=str(path), few=str(few))
        return found | {"memory": memory, "people": people}


def lines_of(kind: str, found: dict[str, Any]) -> list[str]:
    lines = [f"{kind}: {found['people']} registrations; × is beside openpyxl's reading alone (≤ {MOST_TIMES:g})"]
    for name in (SHARED, INLINE):
        row = found[name]
        lines.append(
            f"  {name:<15} {row['kilobytes']:>5} kB   openpyxl {row['bare_ms']:>6.0f} ms   read and checked "
            f"{row['read_ms']:>6.0f} ms ({row['read_times']:.2f} ×)   imported {row['import_ms']:>6.0f} ms "
            f"({row['import_times']:.2f} ×)"
        )
    counted = "   ".join(f"{people}: {queries}" for people, queries in found["queries"].items())
    memory = found["memory"]
    lines.append(f"  queries by people    {counted}")
    lines.append(
        f"  resident memory      {memory['before_mb']:.0f} MB before, {memory['peak_mb']:.0f} MB at most, "
        f"{memory['grown_mb']:.0f} MB grown"
    )
    return lines


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--databases", nargs="+", choices=KINDS, default=list(KINDS))
    arguments = parser.parse_args()
    lines, figures = [], {}
    for kind in arguments.databases:
        if why := unreachable(kind):
            lines.append(f"{kind}: left out, {why}")
            continue
        figures[kind] = found = measure(kind, quick=arguments.quick)
        lines += lines_of(kind, found)
    report(lines, figures, json_only=arguments.json)


if __name__ == "__main__":
    main()
