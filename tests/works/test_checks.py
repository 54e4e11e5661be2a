"""Machine checks of one work and beside the others (domain.md B2, B3)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.works.desk import GOOD_MEDIA, add_file, isbn
from works.models import Volume, Work
from works.services import check_work, check_works, record_paper_copies
from works.services.former_winners import FormerLine, add_former_winners


def found(work: Work, *levels: str) -> list[tuple[str, str, str, str]]:
    """Findings of these levels, all but good ones where none is named."""
    wanted = levels or ("fault", "doubt")
    checks = check_work(Work.objects.select_related("kind", "selection").get(pk=work.pk))
    return [(each.code, each.level, each.sentence, each.evidence) for each in checks if each.level in wanted]


def test_a_whole_video_is_found_good_with_what_was_compared(make_work, video):
    work = make_work(video, files=True)
    assert found(work) == []
    assert [(each.code, each.evidence) for each in check_work(work)] == [
        ("window", "首播日期 2025-05-01；要求 2025-01-01 至 2025-12-31"),
        ("non_original", "填报 5%；上限 10%"),
        ("file.video", "视频.mp4：MP4，283 字节；要求 不超过 300 MB"),
        ("file.form", "推荐表（盖章扫描件）.pdf：PDF，84 字节；要求 不超过 20 MB"),
        ("length", "文件 3 分；要求 2 分 至 5 分"),
        ("resolution", "1920×1080；要求高不低于 1080"),
        ("aspect", "16:9；要求 16:9"),
        ("duplicate", ""),
        ("former_winner", ""),
    ]


def test_a_book_lacks_its_paper_copies_as_long_as_they_are_not_all_there(make_work, book, organiser, now):
    work = make_work(book, files=True)
    assert found(work) == [("paper", "doubt", "样书还差 5 份。", "收到 0 份；要求 5 份")]
    record_paper_copies(work=work, count=5, received_on=now.date(), actor=organiser, now=now)
    assert found(work) == []


@pytest.mark.parametrize(
    ("day", "level"),
    [
        (date(2022, 12, 1), "fault"),
        (date(2023, 1, 1), "ok"),
        (date(2025, 12, 1), "ok"),
        (date(2026, 1, 1), "fault"),
    ],
)
def test_a_books_month_must_lie_in_the_window(make_work, book, day, level):
    work = make_work(book, published_on=day)
    assert [each.level for each in check_work(work) if each.code == "window"] == [level]


def test_a_window_that_begins_within_a_books_month_is_for_a_person(make_work, book):
    book.window_from = date(2023, 5, 15)
    book.save()
    work = make_work(book, published_on=date(2023, 5, 1))
    assert [(each.level, each.sentence) for each in check_work(work) if each.code == "window"] == [
        ("doubt", "出版时间的月份跨着规定范围的边，请核对具体日期。")
    ]


@pytest.mark.parametrize(
    ("duration", "level", "sentence"),
    [
        ("119.000", "fault", "时长不足，差 1 秒。"),
        ("119.960", "ok", "时长符合要求。"),
        ("120.000", "ok", "时长符合要求。"),
        ("300.400", "ok", "时长符合要求。"),
        ("301.000", "fault", "时长超出 1 秒。"),
    ],
)
def test_length_is_the_files_own_to_the_second(make_work, video, duration, level, sentence):
    work = make_work(video, files=True, seconds=None)
    add_file(work, "video", media=GOOD_MEDIA | {"duration": duration})
    assert [(each.level, each.sentence) for each in check_work(work) if each.code == "length"] == [(level, sentence)]


def test_a_stated_length_that_the_file_does_not_have_is_pointed_out(make_work, video):
    work = make_work(video, files=True, seconds=240)
    assert found(work) == [("length_stated", "doubt", "填报的时长与文件不一致。", "填报 4 分，文件 3 分")]


@pytest.mark.parametrize(
    ("media", "codes"),
    [
        ({"width": 1280, "height": 720}, ["resolution"]),
        ({"width": 1920, "height": 1440, "aspect": "4:3"}, ["aspect"]),
        ({"width": 1920, "height": 1080, "rotation": 90, "aspect": "9:16"}, ["aspect"]),
        ({"width": 3840, "height": 2160}, []),
    ],
)
def test_picture_is_measured_as_it_is_shown(make_work, video, media, codes):
    work = make_work(video, files=True)
    add_file(work, "video", media=GOOD_MEDIA | media)
    assert [code for code, *_ in found(work)] == codes


def test_a_file_is_checked_against_what_is_asked_now(make_work, video):
    work = make_work(video, files=True)
    asked = video.file_requirements.get(code="video")
    asked.min_bytes = 100 * 1024 * 1024
    asked.save()
    assert found(work) == [
        (
            "file.video",
            "fault",
            "“视频”太小，可能画质不够。",
            "视频.mp4：MP4，283 字节；要求 100 MB 至 300 MB",
        )
    ]


def test_a_file_that_cannot_be_read_and_one_that_is_being_read(make_work, video):
    work = make_work(video, files=True)
    add_file(work, "video", reading="parked", last_error="里面没有画面。")
    add_file(work, "form", reading="owed")
    assert [(code, level, sentence) for code, level, sentence, _ in found(work)] == [
        ("file.video", "fault", "“视频”打不开：里面没有画面。"),
        ("file.form", "doubt", "“推荐表（盖章扫描件）”还在读取，请稍后再看。"),
    ]


def test_missing_things_are_faults(make_work, video):
    work = make_work(video, declared_at=None, declared_by=None)
    assert [sentence for _, _, sentence, _ in found(work, "fault")] == [
        "缺原创承诺。",
        "缺材料：视频；以播放链接代替的，须提交首播证明。",
        "缺材料：推荐表（盖章扫描件）。",
    ]


def test_more_borrowed_material_than_allowed_is_a_fault(make_work, video):
    work = make_work(video, files=True, non_original_percent=Decimal("10.5"))
    assert found(work) == [("non_original", "fault", "非原创素材占比超过上限。", "填报 10.5%；上限 10%")]


def test_the_same_isbn_in_another_kind_and_unit_is_named(make_work, book, unit):
    first = make_work(book, title="星空", unit=unit, authors=("甲某",))
    second = make_work(book, title="别的书")
    Volume.objects.filter(work=second).update(isbn=first.volume_rows.get().isbn)
    faults = [line for line in found(second, "fault") if line[0].startswith("duplicate")]
    assert faults == [
        (
            "duplicate_isbn",
            "fault",
            "ISBN 与别的作品相同。",
            f"B{first.pk:04d}《星空》（图书，市天文爱好者协会，待形式审查）",
        )
    ]


def test_the_same_title_and_first_author_is_twice_and_a_namesake_is_for_a_person(make_work, video, book, unit):
    first = make_work(video, title="《看得见的声音》", authors=("张 三", "李四"), unit=unit)
    twice = make_work(book, title="看得见的声音", authors=("张三",))
    namesake = make_work(video, title="看得见的声音！", authors=("王五",))
    codes = {
        work.pk: [code for code, *_ in found(work) if "dup" in code or code == "namesake"]
        for work in (first, twice, namesake)
    }
    assert codes == {
        first.pk: ["duplicate_title"],
        twice.pk: ["duplicate_title"],
        namesake.pk: ["namesake"],
    }


def test_the_same_file_in_another_work_is_named(make_work, video):
    first, second = make_work(video, files=True), make_work(video, files=True)
    add_file(first, "video", content=b"same")
    add_file(second, "video", content=b"same")
    assert [(code, evidence) for code, _, _, evidence in found(second)] == [
        ("duplicate_file", f"V{first.pk:04d}《{first.title}》（微视频，个人申报，待形式审查）")
    ]


def test_works_that_left_are_no_duplicates(make_work, video):
    make_work(video, title="星空", status=Work.Status.REFUSED, status_reason="超出范围")
    make_work(video, title="星空", status=Work.Status.WITHDRAWN, status_reason="不报了")
    assert found(make_work(video, title="星空", files=True)) == []


def test_former_winners_by_isbn_by_title_and_author_and_by_title_alone(make_work, book, selection, organiser, now):
    by_isbn = make_work(book, title="甲书")
    by_author, by_title = make_work(book, title="乙书"), make_work(book, title="丙书")
    lines = [
        FormerLine("改了名的甲书", "", by_isbn.volume_rows.get().isbn, "2024 年市优秀科普作品"),
        FormerLine("《乙书》", "苏作者", "", "2024 年市优秀科普作品"),
        FormerLine("丙书", "", "", "2023 年省优秀科普作品"),
    ]
    assert add_former_winners(selection=selection, lines=lines, actor=organiser, now=now) == (3, 0)
    assert add_former_winners(selection=selection, lines=lines, actor=organiser, now=now) == (0, 3)
    won = {
        work.title: [line[1:] for line in found(work) if line[0] == "former_winner"]
        for work in (by_isbn, by_author, by_title)
    }
    assert won == {
        "甲书": [("fault", "往届获奖作品，ISBN 相同。", "《改了名的甲书》，2024 年市优秀科普作品")],
        "乙书": [("fault", "往届获奖作品，题名和第一作者相同。", "《《乙书》》苏作者，2024 年市优秀科普作品")],
        "丙书": [("doubt", "与往届获奖作品同名，请核对是不是同一件。", "《丙书》，2023 年省优秀科普作品")],
    }


def test_a_unit_has_places_by_its_own_order(make_work, video, unit):
    video.unit_quota = 2
    video.save()
    works = [make_work(video, unit=unit, unit_order=order, files=True) for order in (3, 1, 2, None)]
    left = make_work(video, unit=unit, unit_order=1, status=Work.Status.WITHDRAWN, status_reason="撤回")
    outside = make_work(video, unit=unit, outside_quota=True, files=True)
    places = {
        work.pk: [(each.level, each.evidence) for each in check_work(work) if each.code == "unit_quota"]
        for work in (*works, left, outside)
    }
    assert list(places.values()) == [
        [("fault", "排第 3；名额 2")],
        [("ok", "排第 1；名额 2")],
        [("ok", "排第 2；名额 2")],
        [("fault", "排第 4；名额 2")],
        [],
        [],
    ]


def test_a_first_author_has_places_as_works_were_handed_in(make_work, video, now):
    video.author_quota = 1
    video.save()
    later = make_work(video, files=True, submitted_at=now)
    earlier = make_work(video, files=True, submitted_at=now - timedelta(hours=1))
    second_author = make_work(video, files=True, authors=("别人", "苏作者"))
    levels = [
        [each.level for each in check_work(work) if each.code == "author_quota"]
        for work in (later, earlier, second_author)
    ]
    assert levels == [["fault"], ["ok"], ["ok"]]


def test_a_series_is_handed_in_whole(make_work, book):
    work = make_work(book, category=Work.Category.SERIES, volumes=3)
    Volume.objects.filter(work=work, place=3).delete()
    assert ("series", "fault", "册数与登记的 ISBN 个数不一致，丛书须整套申报。", "填报 3 册，登记 2 个 ISBN") in found(
        work
    )


def test_a_wrong_check_digit_is_told(make_work, book):
    work = make_work(book)
    Volume.objects.filter(work=work).update(isbn=isbn(7)[:-1] + str((int(isbn(7)[-1]) + 1) % 10))
    assert [level for code, level, *_ in found(work) if code == "isbn"] == ["fault"]


@pytest.mark.parametrize("count", [1, 30])
def test_any_number_of_works_takes_the_same_queries(make_work, book, video, count, django_assert_num_queries):
    book.unit_quota = video.author_quota = 2
    book.save()
    video.save()
    works = [make_work(kind, files=True) for _ in range(count) for kind in (book, video)]
    loaded = list(Work.objects.filter(pk__in=[work.pk for work in works]).select_related("selection__edition", "kind"))
    with django_assert_num_queries(4):
        assert len(check_works(loaded)) == 2 * count
