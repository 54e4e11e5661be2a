"""An author's pages: begun, kept as typed, handed in, replaced, taken back; another's work does not exist."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.core.samples import jpeg, pdf
from tests.works.typing import typed_book
from works.models import Work
from works.services import typed_values

Status = Work.Status


@pytest.fixture
def mine(signed_in, author):
    return signed_in(author)


@pytest.fixture
def begun(mine, book):
    """An empty draft, begun on the page."""
    mine.post(reverse("my_work_new", args=[book.selection_id]), {"kind": book.pk})
    return Work.objects.get()


def post(client, work, **typed):
    work.refresh_from_db()
    data = typed_book() | {"base_version": str(work.version)} | typed
    return client.post(reverse("my_work", args=[work.pk]), data)


def test_a_work_is_begun_by_choosing_its_kind(begun, book, author):
    assert (begun.kind, begun.user, begun.status, begun.channel) == (book, author, Status.DRAFT, "individual")


def test_the_form_lists_what_is_missing(mine, begun):
    page = mine.get(reverse("my_work", args=[begun.pk])).content.decode()
    for words in ("还缺什么", "缺书名", "缺ISBN", "缺作者", "缺材料：封面", "缺原创承诺"):
        assert words in page


def test_what_was_typed_is_kept_as_it_was_typed(mine, begun):
    typed = {"title": "《没写完", "published_on": "明年", "act": "save"}
    assert post(mine, begun, **typed).status_code == 302
    begun.refresh_from_db()
    assert (typed_values(begun)["title"], typed_values(begun)["published_on"]) == ("《没写完", "明年")
    page = mine.get(reverse("my_work", args=[begun.pk])).content.decode()
    assert 'value="明年"' in page


def test_the_pages_script_is_told_what_was_saved_and_of_a_conflict(mine, begun):
    address = reverse("my_work_autosave", args=[begun.pk])
    saved = mine.post(address, typed_book(base_version="0"))
    assert json.loads(saved.content)["version"] == 1
    stale = mine.post(address, typed_book(base_version="0", title="另一份"))
    assert (stale.status_code, json.loads(stale.content)["state"]) == (409, "conflict")


def test_a_stale_form_shows_both_versions_and_loses_neither(mine, begun):
    post(mine, begun, act="save")
    page = mine.post(reverse("my_work", args=[begun.pk]), typed_book(base_version="0", title="另一份", act="save"))
    assert page.status_code == 409
    words = page.content.decode()
    assert "这件作品在另一个窗口改过" in words
    assert "《身边的力学》" in words
    assert 'value="另一份"' in words
    begun.refresh_from_db()
    assert typed_values(begun)["title"] == "《身边的力学》"


@pytest.mark.parametrize(
    ("act", "names"),
    [
        ("authors:add", ["杨 一", "段伟", ""]),
        ("authors:remove-1", ["段伟"]),
        ("authors:down-1", ["段伟", "杨 一"]),
        ("authors:up-1", ["杨 一", "段伟"]),
    ],
)
def test_authors_are_added_removed_and_moved_without_a_script(mine, begun, act, names):
    post(mine, begun, act=act)
    begun.refresh_from_db()
    typed = typed_values(begun)
    assert [typed[f"authors.{place}.name"] for place in range(1, len(names) + 1)] == names
    assert f"authors.{len(names) + 1}.name" not in typed


def test_handing_in_gives_a_receipt(mine, begun):
    answer = post(mine, begun, act="submit")
    assert answer.url == reverse("my_work_receipt", args=[begun.pk])
    begun.refresh_from_db()
    assert (begun.status, begun.title, begun.volume_rows.get().isbn[:4]) == (Status.SUBMITTED, "身边的力学", "9787")
    assert [author.name for author in begun.authors.all()] == ["杨一", "段伟"]
    page = mine.get(answer.url).content.decode()
    assert begun.number in page
    assert "缺材料：封面" in page


def test_a_faulty_form_names_each_fault_at_its_field_and_stays_a_draft(mine, begun):
    page = post(mine, begun, act="submit", phone="12", title="", declared="", **{"volumes.1.isbn": "9787000000002"})
    words = page.content.decode()
    assert "有 4 处要改" in words
    assert "校验位不对" in words
    assert 'value="12"' in words
    begun.refresh_from_db()
    assert begun.status == Status.DRAFT


def test_what_was_handed_in_stands_until_its_change_is_handed_in(mine, begun):
    post(mine, begun, act="submit")
    post(mine, begun, act="save", title="改过的书名")
    begun.refresh_from_db()
    assert (begun.status, begun.title, typed_values(begun)["title"]) == (Status.SUBMITTED, "身边的力学", "改过的书名")
    post(mine, begun, act="submit", title="改过的书名")
    begun.refresh_from_db()
    assert (begun.title, begun.submissions.count()) == ("改过的书名", 2)
    page = mine.get(reverse("my_work_history", args=[begun.pk])).content.decode()
    assert "第 1 次" in page
    assert "第 2 次" in page
    assert "身边的力学" in page


def test_changes_can_be_dropped(mine, begun):
    post(mine, begun, act="submit")
    post(mine, begun, act="save", title="改过的书名")
    post(mine, begun, act="discard")
    begun.refresh_from_db()
    assert (begun.typed, begun.title) == (None, "身边的力学")


def test_a_submission_is_taken_back_as_a_draft(mine, begun):
    post(mine, begun, act="submit")
    mine.post(reverse("my_work_recall", args=[begun.pk]))
    begun.refresh_from_db()
    assert (begun.status, typed_values(begun)["title"]) == (Status.DRAFT, "身边的力学")


def test_a_work_is_withdrawn_with_a_reason(mine, begun):
    post(mine, begun, act="submit")
    page = mine.post(reverse("my_work_withdraw", args=[begun.pk]), {"reason": ""})
    assert "请写明原因。" in page.content.decode()
    mine.post(reverse("my_work_withdraw", args=[begun.pk]), {"reason": "改投外市"})
    begun.refresh_from_db()
    assert (begun.status, begun.status_reason) == (Status.WITHDRAWN, "改投外市")


def test_a_draft_that_was_never_handed_in_is_deleted(mine, begun):
    mine.post(reverse("my_work_withdraw", args=[begun.pk]), {"act": "delete"})
    assert not Work.objects.exists()


def test_a_file_is_handed_in_and_taken_back(mine, begun, book, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    cover = book.file_requirements.get(code="cover")
    address = reverse("my_work_hand_in", args=[begun.pk, cover.pk])
    mine.post(address, {"file": SimpleUploadedFile("封面.jpg", jpeg())})
    kept = begun.files.get()
    assert (kept.original_name, kept.format, kept.requirement) == ("封面.jpg", "jpg", cover)
    sent = mine.get(reverse("my_work_file", args=[begun.pk, kept.pk]))
    assert (b"".join(sent.streaming_content), sent["X-Content-Type-Options"]) == (jpeg(), "nosniff")
    mine.post(reverse("my_work_take_back", args=[begun.pk, kept.pk]))
    kept.refresh_from_db()
    assert kept.superseded_at is not None


def test_a_wrong_file_is_refused_in_words(mine, begun, book, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    address = reverse("my_work_hand_in", args=[begun.pk, book.file_requirements.get(code="cover").pk])
    answer = mine.post(address, {"file": SimpleUploadedFile("封面.jpg", pdf())}, headers={"accept": "application/json"})
    assert answer.status_code == 400
    assert "“封面.jpg”的内容是PDF，这里收的是：JPG 图片、PNG 图片" in json.loads(answer.content)["message"]
    assert not begun.files.exists()


def test_the_form_is_printed_as_typed(mine, begun):
    post(mine, begun, act="save")
    page = mine.get(reverse("my_work_form", args=[begun.pk])).content.decode()
    assert "推荐单位意见" in page
    assert "杨 一" in page


def test_another_persons_work_does_not_exist(begun, signed_in, stranger, book):
    client = signed_in(stranger)
    for name in ("my_work", "my_work_receipt", "my_work_history", "my_work_form", "my_work_withdraw"):
        assert client.get(reverse(name, args=[begun.pk])).status_code == 404, name
    for name in ("my_work", "my_work_autosave", "my_work_recall", "my_work_withdraw"):
        assert client.post(reverse(name, args=[begun.pk]), typed_book()).status_code == 404, name
    requirement = book.file_requirements.first()
    assert client.post(reverse("my_work_hand_in", args=[begun.pk, requirement.pk])).status_code == 404


@pytest.mark.parametrize("works", [1, 3])
def test_the_list_asks_a_fixed_number_of_queries(mine, make_work, book, author, works, django_assert_num_queries):
    for _ in range(works):
        make_work(book, user=author)
    mine.get(reverse("my_works"))
    with django_assert_num_queries(9):
        assert mine.get(reverse("my_works")).status_code == 200
