"""Works for programs: state, what lacks, files; nobody else's."""

import pytest

from tests.works.desk import PASSWORD
from works.models import Work


@pytest.fixture
def signed_in(client):
    def do(user):
        client.force_login(user)
        return client

    return do


def test_own_works_with_what_they_lack(signed_in, make_work, author, video, book):
    film = make_work(video)
    make_work(book, files=True)

    answer = signed_in(author).get("/api/v1/works/").json()

    assert answer["count"] == 2
    row = answer["results"][1]
    assert (row["number"], row["kind"], row["status"], row["title"]) == (film.number, "video", "submitted", film.title)
    assert "file.form" in {item["code"] for item in row["missing"]}


def test_a_work_names_its_files_and_where_to_send_them(signed_in, make_work, author, book):
    work = make_work(book, files=True)

    answer = signed_in(author).get(f"/api/v1/works/{work.pk}/").json()

    cover = next(slot for slot in answer["files"] if slot["code"] == "cover")
    handed_in = work.files.get(requirement__code="cover")
    assert (cover["purpose"], cover["target"]) == ("works.file", f"{work.pk}-{handed_in.requirement_id}")
    assert (cover["file"]["sha256"], cover["file"]["reading"]) == (handed_in.sha256, "done")
    assert next(slot for slot in answer["files"] if slot["code"] == "licence")["file"] is None


def test_another_may_not(signed_in, client, make_work, make_coordinator, author, coordinator, book, unit):
    own = make_work(book)
    units = make_work(book, unit=unit)
    assert client.get("/api/v1/works/").status_code == 401

    signed_in(coordinator)
    assert [row["id"] for row in client.get("/api/v1/works/").json()["results"]] == [units.pk]
    assert client.get(f"/api/v1/works/{own.pk}/").status_code == 404
    signed_in(author)
    assert client.get(f"/api/v1/works/{units.pk}/").status_code == 404
    assert PASSWORD not in client.get("/api/v1/works/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_few_queries(signed_in, make_work, author, book, count, django_assert_num_queries):
    for _ in range(count):
        make_work(book)
    client = signed_in(author)
    client.get("/api/v1/works/")

    with django_assert_num_queries(9):
        client.get("/api/v1/works/")
    assert Work.objects.count() == count
