from datetime import date, timedelta

from django.db import migrations

HOLIDAY, WORKDAY = "holiday", "workday"

# As 国务院办公厅 announced them: holidays by first and last day with the festival, then the weekends that are worked.
KNOWN = {
    2023: (
        "国务院办公厅关于2023年部分节假日安排的通知（国办发明电〔2022〕16号）",
        [
            ("2022-12-31", "2023-01-02", "元旦"),
            ("2023-01-21", "2023-01-27", "春节"),
            ("2023-04-05", "2023-04-05", "清明节"),
            ("2023-04-29", "2023-05-03", "劳动节"),
            ("2023-06-22", "2023-06-24", "端午节"),
            ("2023-09-29", "2023-10-06", "中秋节、国庆节"),
        ],
        [
            ("2023-01-28", "春节"),
            ("2023-01-29", "春节"),
            ("2023-04-23", "劳动节"),
            ("2023-05-06", "劳动节"),
            ("2023-06-25", "端午节"),
            ("2023-10-07", "中秋节、国庆节"),
            ("2023-10-08", "中秋节、国庆节"),
        ],
    ),
    2024: (
        "国务院办公厅关于2024年部分节假日安排的通知（国办发明电〔2023〕7号）",
        [
            ("2024-01-01", "2024-01-01", "元旦"),
            ("2024-02-10", "2024-02-17", "春节"),
            ("2024-04-04", "2024-04-06", "清明节"),
            ("2024-05-01", "2024-05-05", "劳动节"),
            ("2024-06-10", "2024-06-10", "端午节"),
            ("2024-09-15", "2024-09-17", "中秋节"),
            ("2024-10-01", "2024-10-07", "国庆节"),
        ],
        [
            ("2024-02-04", "春节"),
            ("2024-02-18", "春节"),
            ("2024-04-07", "清明节"),
            ("2024-04-28", "劳动节"),
            ("2024-05-11", "劳动节"),
            ("2024-09-14", "中秋节"),
            ("2024-09-29", "国庆节"),
            ("2024-10-12", "国庆节"),
        ],
    ),
    2025: (
        "国务院办公厅关于2025年部分节假日安排的通知（国办发明电〔2024〕12号）",
        [
            ("2025-01-01", "2025-01-01", "元旦"),
            ("2025-01-28", "2025-02-04", "春节"),
            ("2025-04-04", "2025-04-06", "清明节"),
            ("2025-05-01", "2025-05-05", "劳动节"),
            ("2025-05-31", "2025-06-02", "端午节"),
            ("2025-10-01", "2025-10-08", "国庆节、中秋节"),
        ],
        [
            ("2025-01-26", "春节"),
            ("2025-02-08", "春节"),
            ("2025-04-27", "劳动节"),
            ("2025-09-28", "国庆节、中秋节"),
            ("2025-10-11", "国庆节、中秋节"),
        ],
    ),
    2026: (
        "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）",
        [
            ("2026-01-01", "2026-01-03", "元旦"),
            ("2026-02-15", "2026-02-23", "春节"),
            ("2026-04-04", "2026-04-06", "清明节"),
            ("2026-05-01", "2026-05-05", "劳动节"),
            ("2026-06-19", "2026-06-21", "端午节"),
            ("2026-09-25", "2026-09-27", "中秋节"),
            ("2026-10-01", "2026-10-07", "国庆节"),
        ],
        [
            ("2026-01-04", "元旦"),
            ("2026-02-14", "春节"),
            ("2026-02-28", "春节"),
            ("2026-05-09", "劳动节"),
            ("2026-09-20", "国庆节"),
            ("2026-10-10", "国庆节"),
        ],
    ),
}


def know_years(apps, schema_editor):
    Year = apps.get_model("notices", "CalendarYear")
    Day = apps.get_model("notices", "CalendarDay")
    for number, (source, holidays, workdays) in KNOWN.items():
        year, is_new = Year.objects.get_or_create(year=number, defaults={"source": source})
        if not is_new:
            continue
        days = [Day(year=year, date=date.fromisoformat(day), kind=WORKDAY, title=title) for day, title in workdays]
        for first, last, title in holidays:
            day = date.fromisoformat(first)
            while day <= date.fromisoformat(last):
                days.append(Day(year=year, date=day, kind=HOLIDAY, title=title))
                day += timedelta(days=1)
        Day.objects.bulk_create(days)


class Migration(migrations.Migration):
    """The years whose arrangement was announced when this was shipped; later ones are added on the organiser's page."""

    dependencies = [("notices", "0002_append_only")]
    operations = [migrations.RunPython(know_years, migrations.RunPython.noop)]
