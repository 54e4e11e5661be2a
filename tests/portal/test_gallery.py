"""作品展示: winners of published lists and nobody else, their covers and films, and how they are found."""
# ruff: noqa: F811 (fixtures)

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from results.models import HiddenEntry, Result
from results.services import withdraw_result
from tests.core.canaries import CANARY, everything_in, jpeg_with_canaries
from tests.portal.showcase import (  # noqa: F401 (fixtures)
    accepted,
    author,
    book,
    books,
    bring_cover,
    bring_film,
    entries_of,
    films,
    locked,
    make_long,
    make_panel,
    make_work,
    opened,
    publish,
    selection,
    set_up,
    unit,
    video,
    work_of,
)
from tests.works.desk import add_file
from works.models import Work, WorkFile
from works.selectors.gallery import SHOWS_COVER_AND_BLURB, SHOWS_WHOLE_FILM
from works.services import show_copies
from works.services.declaration import TEXTS
from works.tasks import make_show_copy

FILES = ("gallery_cover", "gallery_poster", "gallery_video")


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def titles_in(page: str) -> set[str]:
    return set(re.findall(r"《(仰望星空之\d+)》", page))


def page_of(client, **query) -> str:
    response = client.get("/gallery/", query)
    assert response.status_code == 200
    return response.content.decode()


def address(name: str, result: Result, entry: str) -> str:
    return reverse(name, args=[result.pk, entry])


def titles_of(result: Result, entries) -> set[str]:
    return {work_of(result, entry).title for entry in entries}


def hide(result: Result, entry: str, organiser, now) -> None:
    HiddenEntry.objects.create(result=result, entry=entry, reason="本人要求", hidden_by=organiser, hidden_at=now)


def test_gallery_before_any_result_says_what_will_be_there(db, client):
    assert "还没有可以展示的作品" in page_of(client)


def test_gallery_shows_winners_with_their_awards_and_nobody_else(books, client):
    page = page_of(client)

    assert titles_in(page) == titles_of(books, entries_of(books))
    assert "共 6 项" in page
    assert page.count("一等奖</span>") == 1
    assert "科学普及出版社" in page


def test_pitfall_15_what_is_not_shown_is_not_found_and_counts_nowhere(books, client):
    losers = titles_of(books, entries_of(books, "–"))
    assert len(losers) == 4

    for words in (*losers, "19900007777", "内容准确", "已购授权"):
        assert "没有符合条件" in page_of(client, q=words), words
    assert 'value="优秀奖"' not in page_of(client)
    assert "共 0 项" in page_of(client, edition="2025")


def test_search_looks_in_titles_people_units_and_publishers(books, films, client):
    work = work_of(books, entries_of(books)[0])

    assert work.title in titles_in(page_of(client, q=work.title))
    assert len(titles_in(page_of(client, q=work.title))) < 12
    assert "共 12 项" in page_of(client, q="苏　作者")
    assert "共 12 项" in page_of(client, q="市天文馆")
    assert "共 6 项" in page_of(client, q="科学普及出版社")


def test_filters_by_kind_tier_and_edition_can_be_combined(books, films, client):
    assert titles_in(page_of(client, kind="video")) == titles_of(films, entries_of(films))
    assert titles_in(page_of(client, kind="book", tier="二等奖", edition="2026")) == titles_of(
        books, entries_of(books, "二等奖")
    )
    assert "共 12 项" in page_of(client, kind="nothing known", page="zero")


def test_hostile_words_are_only_words(books, client):
    page = page_of(client, q='"><script>alert(1)</script>')

    assert "<script>alert" not in page
    assert "没有符合条件" in page


@pytest.mark.parametrize("count", [3, 300])
def test_gallery_takes_the_same_queries_for_any_number(
    books, book, make_work, client, django_assert_num_queries, count
):
    make_long(books, count, works=[make_work(book, status=Work.Status.ACCEPTED) for _ in range(24)])

    with django_assert_num_queries(7):  # lists, kinds, publishers, rounds on stage, hidden rows; works and files
        page = page_of(client)

    assert page.count('<article class="winner') == min(count, 24)


def test_gallery_has_24_to_the_page_and_keeps_what_was_asked(books, client):
    make_long(books, 50)

    last = page_of(client, kind="book", page="3")

    assert last.count('<article class="winner') == 2
    assert 'href="?kind=book&amp;page=2"' in last


def test_a_withdrawn_result_takes_its_works_away_at_once(books, organiser, now, client):
    entry = entries_of(books)[0]
    bring_cover(work_of(books, entry))
    assert client.get(address("gallery_cover", books, entry)).getvalue()

    withdraw_result(result=books, reason="名单有误", actor=organiser, now=now)

    assert "还没有可以展示的作品" in page_of(client)
    assert client.get(address("gallery_work", books, entry)).status_code == 404
    assert client.get(address("gallery_cover", books, entry)).status_code == 404


def test_hidden_people_are_left_out_everywhere(books, organiser, now, client):
    entry = entries_of(books)[0]
    title = work_of(books, entry).title
    bring_cover(work_of(books, entry))

    hide(books, entry, organiser, now)

    assert f"《{title}》" not in page_of(client)
    assert title not in titles_in(page_of(client, q=title))
    for name in ("gallery_work", "gallery_cover"):
        assert client.get(address(name, books, entry)).status_code == 404


def test_a_rehearsals_works_are_not_shown(books, edition, client):
    edition.is_rehearsal = True
    edition.save()

    assert "还没有可以展示的作品" in page_of(client)
    assert client.get(address("gallery_work", books, entries_of(books)[0])).status_code == 404


def test_a_book_has_a_page_with_metadata_for_whoever_shares_it(books, client, settings):
    settings.PUBLIC_ORIGIN = "https://mingping.example"
    entry = entries_of(books, "一等奖")[0]
    work = work_of(books, entry)
    bring_cover(work)
    own = address("gallery_work", books, entry)

    page = client.get(own).content.decode()

    assert f'<meta property="og:title" content="《{work.title}》">' in page
    assert '<meta property="og:description" content="带孩子认识四季星空。">' in page
    assert f'<meta property="og:url" content="https://mingping.example{own}">' in page
    assert f'<meta property="og:image" content="https://mingping.example{own}cover/">' in page
    for words in ("一等奖", "苏作者", "市天文馆", "科学普及出版社", "2025 年 5 月", "内容简介"):
        assert words in page
    for hidden in ("19900007777", "内容准确，插图精美", "example.com/v/1"):
        assert hidden not in page


def test_works_that_won_nothing_and_what_does_not_exist_have_no_page(books, client):
    loser = entries_of(books, "–")[0]
    bring_cover(work_of(books, loser))

    for result, entry in ((books.pk, loser), (books.pk, "B99"), (books.pk + 1, entries_of(books)[0])):
        for name in ("gallery_work", *FILES):
            assert client.get(reverse(name, args=[result, entry])).status_code == 404


def test_a_film_plays_from_a_copy_that_says_nothing_of_its_maker(films, client):
    entry = entries_of(films)[0]
    file = bring_film(work_of(films, entry))
    video = address("gallery_video", films, entry)

    page = client.get(address("gallery_work", films, entry)).content.decode()
    whole = client.get(video)
    part = client.get(video, headers={"Range": "bytes=4-7"})

    poster = address("gallery_poster", films, entry)
    assert f'<video class="film mb-3" controls playsinline preload="none" poster="{poster}"' in page
    assert f'<source src="{video}">' in page
    assert 'rel="noopener noreferrer nofollow">到平台观看' in page
    content = whole.getvalue()
    assert whole["Content-Type"] == "video/mp4"
    assert CANARY.encode() not in content
    assert (part.status_code, part.getvalue()) == (206, b"ftyp")
    assert part["Content-Range"] == f"bytes 4-7/{len(content)}"
    assert client.get(video, headers={"Range": f"bytes={len(content)}-"}).status_code == 416
    assert client.head(video)["Content-Length"] == str(len(content))
    assert file.original_name not in whole["Content-Disposition"]


def test_a_cover_is_drawn_anew_small_and_without_metadata(books, client):
    entry = entries_of(books)[0]
    bring_cover(work_of(books, entry))

    response = client.get(address("gallery_cover", books, entry))

    content = response.getvalue()
    assert response["Content-Type"] == "image/jpeg"
    assert CANARY.encode() not in everything_in(content)
    assert f'<img class="cover" src="{address("gallery_cover", books, entry)}"' in page_of(client)


@pytest.mark.parametrize(
    ("version", "shown"),
    [(None, [404, 404, 404]), (1, [404, 200, 404]), (2, [404, 200, 200])],
)
def test_only_what_was_agreed_to_is_shown(films, client, version, shown):
    """The first declaration allowed cover, blurb and clips; the second one the whole film."""
    entry = entries_of(films)[0]
    work = work_of(films, entry)
    bring_film(work)
    Work.objects.filter(pk=work.pk).update(declared_version=version)

    answers = [client.get(address(name, films, entry)) for name in FILES]
    page = client.get(address("gallery_work", films, entry)).content.decode()

    for answer in answers:
        if answer.streaming:
            answer.getvalue()  # closes the file
    assert [answer.status_code for answer in answers] == shown
    assert ("<video" in page) == (version == 2)
    assert ("带孩子认识四季星空" in page) == (version is not None)


def test_every_declaration_says_what_may_be_shown():
    assert set(TEXTS) == SHOWS_COVER_AND_BLURB
    assert {version for version, lines in TEXTS.items() if any("全片" in line for line in lines)} == SHOWS_WHOLE_FILM


def test_pitfall_3_of_a_winner_who_left_the_list_stays_and_the_rest_goes(films, client):
    entry = entries_of(films)[0]
    work = work_of(films, entry)
    bring_film(work)

    Work.objects.filter(pk=work.pk).update(status=Work.Status.WITHDRAWN, status_reason="撤回")

    page = client.get(address("gallery_work", films, entry)).content.decode()
    assert work.title in page
    assert "<video" not in page
    assert "带孩子认识四季星空" not in page
    assert [client.get(address(name, films, entry)).status_code for name in FILES] == [404, 404, 404]


def test_pitfall_18_a_later_change_of_title_or_names_changes_nothing(books, client):
    entry = entries_of(books)[0]
    work = work_of(books, entry)
    before = work.title
    Work.objects.filter(pk=work.pk).update(title="改过的书名")
    work.authors.update(name="另一人")

    page = page_of(client)

    assert before in page
    assert "改过的书名" not in page
    assert "另一人" not in page


@pytest.mark.parametrize("name", ["gallery_work", *FILES])
def test_pitfall_16_nothing_here_takes_anything(books, client, name):
    assert client.post(address(name, books, entries_of(books)[0])).status_code == 405


def test_winning_works_owe_their_copies_and_others_do_not(books, now, monkeypatch):
    owed = []
    monkeypatch.setattr(show_copies, "enqueue", lambda name, **arguments: owed.append((name, arguments)))
    files = {}
    for entry in (entries_of(books)[0], entries_of(books, "–")[0]):
        files[entry] = _unread_cover(work_of(books, entry))

    show_copies.sweep_show_copies(now=now)

    assert owed == [("works.tasks.make_show_copy", {"file_id": files[entries_of(books)[0]].pk})]


def test_a_picture_that_cannot_be_drawn_is_given_up_with_its_reason(books, now):
    file = _unread_cover(work_of(books, entries_of(books)[0]), b"no picture")
    make_show_copy(file_id=file.pk)
    make_show_copy(file_id=file.pk)

    file.refresh_from_db()
    assert (file.poster_path, file.last_error) == ("", "不能用于作品展示：这张图片画不出来，不能用于展示。")
    assert file.lease_until is None


def test_a_claimed_copy_is_nobody_elses(books, now):
    file = _unread_cover(work_of(books, entries_of(books)[0]))

    assert show_copies.claim_show_copy(file_id=file.pk, now=now) == file
    assert show_copies.claim_show_copy(file_id=file.pk, now=now) is None


def _unread_cover(work: Work, content: bytes | None = None) -> WorkFile:
    """A cover of which the gallery has no picture yet."""
    file = add_file(work, "cover")
    (Path(settings.MEDIA_ROOT) / file.path).write_bytes(jpeg_with_canaries() if content is None else content)
    return file
