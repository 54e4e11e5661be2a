"""A unit's works: seen, completed, ordered, stamped, submitted within its places; an author's own that names it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.services import create_unit
from core.exceptions import ConflictError
from tests.core.samples import jpeg
from tests.works.desk import isbn
from tests.works.typing import typed_book
from works.exceptions import WorkRefused
from works.models import Work
from works.services import save_draft, set_unit_order, start_work, submit_unit_works, unit_kinds
from works.services.declaration import NEWEST
from works.services.places import beyond_quota, order_mark, unit_works

Status, Channel = Work.Status, Work.Channel


@pytest.fixture
def drafts(book, unit, coordinator, now):
    """Return a function: whole drafts of the unit, in its order."""

    def make(count: int, **typed: str) -> list[Work]:
        made = []
        for serial in range(1, count + 1):
            work = start_work(kind=book, channel=Channel.UNIT, unit=unit, actor=coordinator, now=now)
            words = typed_book(title=f"第{serial}本书", **{"volumes.1.isbn": isbn(serial)}) | typed
            made.append(save_draft(work=work, typed=words, seen=0, actor=coordinator, now=now))
        return made

    return make


@pytest.fixture
def page(signed_in, coordinator, unit):
    client = signed_in(coordinator)

    def get(name: str, *more: int):
        return client.get(reverse(name, args=["2026", unit.pk, *more]))

    get.client = client
    return get


def submit(unit, selection, works, coordinator, now, **more):
    seen = {work.pk: work.version for work in works}
    return submit_unit_works(unit=unit, selection=selection, works=seen, actor=coordinator, now=now, **more)


def test_all_are_submitted_in_the_units_order(drafts, unit, selection, coordinator, now):
    outcome = submit(unit, selection, drafts(3), coordinator, now)
    assert [work.title for work in outcome.done] == ["第1本书", "第2本书", "第3本书"]
    assert outcome.refused == []


def test_as_many_go_through_as_there_are_places(drafts, book, unit, selection, coordinator, now):
    book.unit_quota = 2
    book.save()
    one, two, three = drafts(3)
    set_unit_order(unit=unit, kind=book, works=[three.pk, one.pk, two.pk], actor=coordinator, now=now)
    outcome = submit(unit, selection, [one, two, three], coordinator, now)
    assert [work.pk for work in outcome.done] == [three.pk, one.pk]
    [(refused, reason)] = outcome.refused
    assert (refused.pk, reason[:19]) == (two.pk, "图书每个单位 2 件，名额已满。可以先")


def test_what_a_colleague_typed_meanwhile_is_named_not_submitted(drafts, unit, selection, coordinator, now):
    [work] = drafts(1)
    save_draft(work=work, typed=typed_book(title="改过"), seen=work.version, actor=coordinator, now=now)
    outcome = submit(unit, selection, [work], coordinator, now)
    assert (outcome.done, outcome.refused[0][1][:19]) == ([], "您打开这一页之后，这件作品已被改动，刚")


def test_the_coordinator_declares_for_all(drafts, unit, selection, coordinator, now):
    works = drafts(1, declared="")
    assert submit(unit, selection, works, coordinator, now).done == []
    [done] = submit(unit, selection, works, coordinator, now, declared=True).done
    assert (done.declared_by, done.declared_version) == (coordinator, NEWEST)


def test_an_order_from_a_stale_page_is_refused(drafts, book, unit, coordinator, now):
    works = drafts(2)
    keys = [work.pk for work in works]
    seen = order_mark(works)
    set_unit_order(unit=unit, kind=book, works=keys[::-1], actor=coordinator, now=now, seen=seen)
    with pytest.raises(ConflictError):
        set_unit_order(unit=unit, kind=book, works=keys, actor=coordinator, now=now, seen=seen)


@pytest.mark.parametrize("wrong", [[], [1], [1, 1], [1, 2, 3]])
def test_an_order_holds_each_work_once(drafts, book, unit, coordinator, now, wrong):
    keys = [work.pk for work in drafts(2)]
    order = [keys[place - 1] if place <= 2 else 999 for place in wrong]
    with pytest.raises(WorkRefused, match="各一次"):
        set_unit_order(unit=unit, kind=book, works=order, actor=coordinator, now=now)


def test_an_authors_own_work_counts_once_the_unit_gave_it_a_place(make_work, book, unit, coordinator, now):
    book.unit_quota = 1
    own = make_work(book, unit=unit, channel=Channel.INDIVIDUAL)
    [kind, _] = unit_kinds(unit, [book.selection])[book.selection_id]
    assert (kind.held, kind.lines[0].waits_for_place) == (0, True)
    set_unit_order(unit=unit, kind=book, works=[own.pk], actor=coordinator, now=now)
    [kind, _] = unit_kinds(unit, [book.selection])[book.selection_id]
    assert (kind.held, kind.lines[0].waits_for_place) == (1, False)
    late = make_work(book, unit=unit, status=Status.DRAFT)
    assert beyond_quota(book, list(unit_works(unit))) == {late.pk}


def test_an_authors_own_work_is_seen_and_stamped_but_not_changed(make_work, book, unit, page, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    own = make_work(book, unit=unit, channel=Channel.INDIVIDUAL)
    address = reverse("unit_work", args=[own.pk])
    assert "作者本人申报，请本单位推荐" in page.client.get(address).content.decode()
    for name in ("unit_work", "unit_work_autosave", "unit_work_recall", "unit_work_withdraw"):
        assert page.client.post(reverse(name, args=[own.pk]), typed_book()).status_code == 404
    form, cover = (book.file_requirements.get(code=code) for code in ("form", "cover"))
    for requirement, status in ((form, 302), (cover, 404)):
        file = {"file": SimpleUploadedFile("推荐表.jpg", jpeg())}
        answer = page.client.post(reverse("unit_work_hand_in", args=[own.pk, requirement.pk]), file)
        assert answer.status_code == status
    assert own.files.get().requirement == form


def test_an_authors_draft_is_none_of_the_units_business(book, unit, author, page, now):
    work = start_work(kind=book, channel=Channel.INDIVIDUAL, user=author, actor=author, now=now)
    Work.objects.filter(pk=work.pk).update(unit=unit)
    assert page.client.get(reverse("unit_work", args=[work.pk])).status_code == 404
    assert list(unit_works(unit)) == []


def test_the_page_submits_what_is_ticked_or_all(drafts, unit, selection, page):
    one, two = drafts(2)
    address = reverse("unit_works_submit", args=["2026", unit.pk, selection.pk])
    seen = [f"{work.pk}-{work.version}" for work in (one, two)]
    page.client.post(address, {"seen": seen, "work": [two.pk], "act": "chosen"})
    assert list(Work.objects.filter(status=Status.SUBMITTED)) == [two]
    page.client.post(address, {"seen": seen[:1], "act": "all"})
    assert Work.objects.filter(status=Status.SUBMITTED).count() == 2


def test_the_order_is_changed_by_buttons_and_by_numbers(drafts, book, unit, page):
    one, two, three = drafts(3)
    address = reverse("unit_works_order", args=["2026", unit.pk, book.pk])
    page.client.post(address, {"seen": order_mark([one, two, three]), "move": f"up-{three.pk}"})
    assert [work.pk for work in unit_works(unit)] == [one.pk, three.pk, two.pk]
    numbers = {f"place-{one.pk}": 3, f"place-{three.pk}": 2, f"place-{two.pk}": 3}
    page.client.post(address, {"seen": order_mark([one, three, two]), **numbers, f"place-{two.pk}": ""})
    assert [work.pk for work in unit_works(unit)] == [three.pk, two.pk, one.pk]


def test_another_units_coordinator_finds_nothing(drafts, unit, book, selection, make_coordinator, signed_in):
    [work] = drafts(1)
    client = signed_in(make_coordinator("别单位", create_unit(name="市气象学会")))
    own = [reverse("unit_work", args=[work.pk]), reverse("unit_work_history", args=[work.pk])]
    desk = [reverse("unit_works", args=["2026", unit.pk]), reverse("unit_works_order", args=["2026", unit.pk, book.pk])]
    desk.append(reverse("unit_works_import", args=["2026", unit.pk, selection.pk]))
    assert {client.get(address).status_code for address in (*own, *desk)} == {404}


@pytest.mark.parametrize("count", [1, 3])
def test_the_units_list_asks_a_fixed_number_of_queries(drafts, page, count, django_assert_num_queries):
    drafts(count)
    page("unit_works")
    with django_assert_num_queries(13):
        assert page("unit_works").status_code == 200
