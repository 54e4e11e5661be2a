"""A new selection: its rules, kinds and what they ask for (domain.md B2, B3)."""

import json
from datetime import date
from decimal import Decimal

import pytest

from core.models import Edition
from ledger.models import Event
from works.engine.titles import title_index
from works.exceptions import SettingRefused
from works.models import Selection
from works.services import create_selection

MB = 1024 * 1024


def test_a_new_selection_has_the_kinds_of_its_rules_with_the_limits_of_the_national_calls(edition, organiser, now):
    made = create_selection(edition=edition, title="作品评选", slug="works", actor=organiser, now=now)
    columns = (
        "code",
        "title",
        "form",
        "window_from",
        "window_to",
        "min_seconds",
        "max_seconds",
        "min_height",
        "aspect",
        "most_non_original",
        "paper_copies",
        "reviews_each",
        "is_blind",
    )
    assert list(made.kinds.values_list(*columns)) == [
        ("book", "图书", "book", date(2023, 1, 1), date(2025, 12, 31), None, None, None, "", None, 5, 3, False),
        (
            "video",
            "微视频",
            "video",
            date(2025, 1, 1),
            date(2025, 12, 31),
            120,
            300,
            1080,
            "16:9",
            Decimal(10),
            0,
            3,
            False,
        ),
    ]


def test_a_new_selection_asks_for_files(edition, organiser, now):
    made = create_selection(edition=edition, title="作品评选", slug="works", actor=organiser, now=now)
    asked = {
        kind.code: [
            (each.code, each.role, each.formats, each.min_bytes, each.max_bytes, each.required, each.or_link)
            for each in kind.file_requirements.all()
        ]
        for kind in made.kinds.all()
    }
    scans = ["pdf", "jpg", "png"]
    assert asked == {
        "book": [
            ("form", "stamped_form", scans, 1, 20 * MB, True, False),
            ("cover", "cover", ["jpg", "png"], 1, 10 * MB, True, False),
            ("sample", "sample", ["pdf"], 1, 100 * MB, True, False),
            ("print_run", "proof", scans, 1, 20 * MB, False, False),
            ("licence", "proof", scans, 1, 50 * MB, False, False),
        ],
        "video": [
            ("video", "main", ["mp4"], 100 * MB, 300 * MB, True, True),
            ("form", "stamped_form", scans, 1, 20 * MB, True, False),
            ("cover", "cover", ["jpg", "png"], 1, 10 * MB, False, False),
            ("broadcast", "proof", ["jpg", "png", "pdf", "mp4"], 1, 100 * MB, False, False),
            ("licence", "proof", scans, 1, 50 * MB, False, False),
        ],
    }


def test_making_a_selection_is_recorded(edition, organiser, now):
    made = create_selection(edition=edition, title="作品评选", slug="works", actor=organiser, now=now)
    event = Event.objects.filter(kind="selection_created").get()
    assert json.loads(event.payload) == {
        "selection": made.pk,
        "slug": "works",
        "preset": "works",
        "rulebook": made.rulebook_id,
    }


@pytest.mark.parametrize(
    ("slug", "preset", "field", "sentence"),
    [
        ("works", "works", "slug", "本届已有网址代号为“works”的评选，请换一个代号。"),
        ("new", "nothing", "preset", "没有这套现成的评分细则，请从列表中选择。"),
        ("new", "contest-two-groups", "preset", "这套评分细则不是用于作品的：“成年组”不是作品类别，请另选。"),
    ],
)
def test_a_selection_is_refused(selection, organiser, now, slug, preset, field, sentence):
    with pytest.raises(SettingRefused) as refused:
        create_selection(edition=selection.edition, title="又一个", slug=slug, preset=preset, actor=organiser, now=now)
    assert (refused.value.field, refused.value.message) == (field, sentence)
    assert Selection.objects.count() == 1


def test_the_same_slug_may_be_used_in_another_edition(selection, organiser, now):
    other = Edition.objects.create(slug="2027", title="2027", year=2027, organiser_name="市科协", created_at=now)
    made = create_selection(edition=other, title="作品评选", slug="works", actor=organiser, now=now)
    assert made.kinds.get(code="video").window_from == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("《仰望星空》（第2版）", "仰望星空 第２版"),
        ("Hello, 宇宙！", "HELLO宇宙"),
        ("地球—月球", "地球·月球"),
    ],
)
def test_titles_are_compared_without_marks_width_and_case(one, other):
    assert title_index(one) == title_index(other) != ""
