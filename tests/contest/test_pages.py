"""The organiser's and the participant's pages of a contest."""

from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.models import Role
from contest.models import Appearance, Contest, Contestant, Finalist
from core.models import Edition
from ledger.models import Event
from results.models import Result
from scoring.models import Round
from tests.contest.office import at

FOLDER = Path(__file__).parent / "workbooks"


def organise_addresses(contest) -> dict[str, str]:
    """Every page of the organiser about this contest, by URL name."""
    slug = contest.edition.slug
    round = Round.objects.first()
    ids = {
        "organise_contest": contest.pk,
        "organise_contestants": contest.pk,
        "organise_contestant_new": contest.pk,
        "organise_contestants_export": contest.pk,
        "organise_import": contest.pk,
        "organise_close_drafts": contest.pk,
        "organise_materials": contest.pk,
        "organise_contestant": Contestant.objects.first().pk,
        "organise_contestant_edit": Contestant.objects.first().pk,
        "organise_round_new": contest.groups.get(code="junior").pk,
        "organise_draw": contest.groups.get(code="adult").pk,
        "organise_advancement": round.pk,
        "organise_running_order": round.pk,
        "organise_running_order_print": round.pk,
        "organise_running_order_xlsx": round.pk,
        "organise_propose": round.pk,
        "organise_finalists": Result.objects.get().pk,
    }
    addresses = {name: reverse(name, args=[slug, pk]) for name, pk in ids.items()}
    return addresses | {"organise_contest_new": at("organise_contest_new")}


def test_pages_open_for_the_organiser(contest, finished, signed_in, organiser):
    client = signed_in(organiser)
    assert {
        name: client.get(address).status_code for name, address in organise_addresses(contest).items()
    } == dict.fromkeys(organise_addresses(contest), 200)


def test_pages_are_not_there_for_others(contest, finished, signed_in, stranger, supervisor, make_person, now):
    other = Edition.objects.create(slug="2027", title="别届", year=2027, organiser_name="别市", created_at=now)
    judge = make_person("评委", Role.JUDGE, email="judge@example.com")
    neighbour = make_person("别届组委会", email="other@example.com")
    neighbour.grants.create(edition=other, role=Role.ORGANISER, granted_at=now)
    addresses = organise_addresses(contest)
    for person in (stranger, supervisor, judge, neighbour):
        client = signed_in(person)
        assert {name: client.get(address).status_code for name, address in addresses.items()} == dict.fromkeys(
            addresses, 404
        )


def test_pages_ask_to_sign_in(contest, finished, client):
    for address in organise_addresses(contest).values():
        assert client.get(address).status_code == 302


def acts(contest) -> dict[str, str]:
    slug = contest.edition.slug
    adult, result = contest.groups.get(code="adult"), Result.objects.get()
    finalist = Finalist.objects.first()
    ids = {
        "organise_contestants_export": contest.pk,
        "organise_import_confirm": contest.pk,
        "organise_import_discard": contest.pk,
        "organise_contestant_account": Contestant.objects.first().pk,
        "organise_contestant_leave": Contestant.objects.first().pk,
        "organise_contestant_decide": Contestant.objects.first().pk,
        "organise_contestant_reveal": Contestant.objects.first().pk,
        "organise_contestant_note": Contestant.objects.first().pk,
        "organise_batch": contest.pk,
        "organise_materials_zip": contest.pk,
        "organise_draw_commit": adult.pk,
        "organise_draw_lots": adult.pk,
        "organise_draw_order": adult.pk,
        "organise_draw_kinship": adult.pk,
        "organise_draw_videos": adult.pk,
        "organise_redraw": adult.pk,
        "organise_video_forfeit": Appearance.objects.first().pk,
        "organise_advancement_move_up": Round.objects.first().pk,
        "organise_finalists_record": result.pk,
        "organise_finalist_withdraw": finalist.pk,
        "organise_finalist_move_up": finalist.pk,
    }
    return {name: reverse(name, args=[slug, pk]) for name, pk in ids.items()}


def test_acts_are_not_there_for_others(contest, finished, signed_in, stranger, supervisor):
    events = Event.objects.count()
    for person in (stranger, supervisor):
        client = signed_in(person)
        assert {name: client.post(address).status_code for name, address in acts(contest).items()} == dict.fromkeys(
            acts(contest), 404
        )
    assert Event.objects.count() == events


def test_pitfall_16_acts_do_not_act_on_get(contest, finished, signed_in, organiser):
    client = signed_in(organiser)
    events = Event.objects.count()
    codes = {name: client.get(address).status_code for name, address in acts(contest).items()}
    assert codes == dict.fromkeys(acts(contest), 405) | {"organise_contestants_export": 200}
    assert Event.objects.count() == events


def test_new_contest_from_a_preset(edition, signed_in, organiser):
    client = signed_in(organiser)
    form = {"title": "2026 年科普讲解大赛", "slug": "jj", "first_day": "2026-11-20", "preset": "contest-two-groups"}
    response = client.post(at("organise_contest_new"), form)
    contest = Contest.objects.get()
    assert response.url == reverse("organise_contest", args=[edition.slug, contest.pk])
    assert list(contest.groups.values_list("code", "title", "min_age", "max_age")) == [
        ("adult", "成年组", 17, None),
        ("junior", "少年组", None, 16),
    ]
    page = client.get(response.url).content.decode()
    assert "下一步：定下报名时间" in page
    assert "直接导入报名表" in page


def test_new_contest_with_a_taken_slug_keeps_what_was_typed(contest, signed_in, organiser):
    form = {"title": "另一场", "slug": "jiangjie", "first_day": "2026-11-20", "preset": "contest-one-group"}
    page = signed_in(organiser).post(at("organise_contest_new"), form).content.decode()
    assert "请换一个代号" in page
    assert 'value="另一场"' in page


def upload(client, contest, name):
    with (FOLDER / name).open("rb") as file:
        return client.post(at("organise_import", contest.pk), {"file": file}, follow=True)


def stored_files() -> list[Path]:
    folder = Path(settings.MEDIA_ROOT) / "imports"
    return list(folder.iterdir()) if folder.exists() else []


def test_import_previews_and_then_imports(contest, signed_in, organiser):
    client = signed_in(organiser)
    before = stored_files()
    page = upload(client, contest, "registrations-clean.xlsx").content.decode()
    assert "新增 36 人" in page
    assert "卫滨区科学技术协会" in page
    assert Contestant.objects.count() == 0
    (kept,) = set(stored_files()) - set(before)
    assert "990484197209124929" not in kept.read_text(encoding="ascii")
    confirm = at("organise_import_confirm", contest.pk)
    page = client.post(confirm, follow=True).content.decode()
    assert "导入完成：新增 36 人" in page
    assert Contestant.objects.count() == 36
    assert not kept.exists()
    page = client.post(confirm, follow=True).content.decode()
    assert "预览已过期" in page


def test_import_again_says_that_nothing_is_new(contest, signed_in, organiser):
    client = signed_in(organiser)
    for _ in range(2):
        page = upload(client, contest, "registrations-clean.xlsx").content.decode()
        client.post(at("organise_import_confirm", contest.pk))
    assert "36 人已在名单中，不会改动" in page
    assert Contestant.objects.count() == 36


def test_import_of_something_else(contest, signed_in, organiser):
    file = BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest")
    file.name = "a.xlsx"
    client = signed_in(organiser)
    page = client.post(at("organise_import", contest.pk), {"file": file})
    assert "旧版 .xls" in page.content.decode()


def test_import_discarded(contest, signed_in, organiser):
    client = signed_in(organiser)
    before = stored_files()
    upload(client, contest, "registrations-clean.xlsx")
    client.post(at("organise_import_discard", contest.pk))
    assert stored_files() == before
    assert Contestant.objects.count() == 0


def test_preview_belongs_to_one_session(contest, signed_in, organiser, make_person):
    upload(signed_in(organiser), contest, "registrations-clean.xlsx")
    second = make_person("另一位", Role.ORGANISER, email="second@example.com")
    page = signed_in(second).get(at("organise_import", contest.pk)).content.decode()
    assert "确认导入" not in page


@pytest.mark.parametrize("count", [3, 30])
def test_overview_takes_few_queries(contest, drawn, signed_in, organiser, django_assert_max_num_queries, count):
    drawn(count)
    client = signed_in(organiser)
    with django_assert_max_num_queries(14):
        client.get(at("organise_contest", contest.pk))
