"""The organiser's pages of people, invitations and units."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation, ResetCode, Role, RoleGrant, Unit, User
from accounts.services import add_alias, create_unit, grant_role, invite
from ledger.models import Event


@pytest.fixture
def office(signed_in, organiser):
    """The test client, signed in as the organiser."""
    return signed_in(organiser)


def text(response):
    return response.content.decode()


def test_people_page_lists_people_with_their_roles(office, edition, judge, supervisor):
    page = text(office.get(reverse("organise_people", args=["2026"])))

    for wanted in ("郝组织", "组委会", "柳评委", "评委", "纪监督", "监督员"):
        assert wanted in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "柳"}, True),
        ({"q": "138 0000 1234"}, True),
        ({"q": "judge@example.com"}, True),
        ({"role": "judge"}, True),
        ({"q": "1380000"}, False),
        ({"role": "clerk"}, False),
    ],
)
def test_people_page_searches(office, edition, judge, query, found):
    page = text(office.get(reverse("organise_people", args=["2026"]), query))

    assert (">柳评委<" in page) is found


@pytest.mark.parametrize("rows", [1, 3])
def test_people_page_queries(office, edition, organiser, make_person, rows, django_assert_num_queries):
    for number in range(rows):
        make_person(f"评委{number}", Role.JUDGE, Role.CLERK)
        invite(edition=edition, role=Role.HOST, name="某", actor=organiser, now=timezone.now())

    with django_assert_num_queries(9):
        office.get(reverse("organise_people", args=["2026"]))


@pytest.mark.parametrize("rows", [1, 3])
def test_units_page_queries(office, edition, rows, django_assert_num_queries):
    for number in range(rows):
        create_unit(name=f"单位{number}", aliases=[f"别名{number}"])

    with django_assert_num_queries(9):
        office.get(reverse("organise_units", args=["2026"]))


def test_add_person_page_leads_to_the_person(office, edition):
    assert office.get(reverse("organise_person_add", args=["2026"])).status_code == 200

    response = office.post(
        reverse("organise_person_add", args=["2026"]), {"name": "新评委", "phone": "13900000000", "role": "judge"}
    )

    person = User.objects.get(name="新评委")
    assert response["Location"] == reverse("organise_person", args=["2026", person.pk])
    page = text(office.get(response["Location"]))
    assert "139****0000" in page
    assert "13900000000" not in page


def test_add_person_page_with_a_mistake_keeps_what_was_typed(office, edition):
    page = text(
        office.post(
            reverse("organise_person_add", args=["2026"]), {"name": "联络", "phone": "12", "role": "coordinator"}
        )
    )

    assert "不是电话号码" in page
    assert 'value="联络"' in page
    assert "必须属于一个单位" in text(
        office.post(reverse("organise_person_add", args=["2026"]), {"name": "联络", "role": "coordinator"})
    )
    assert not User.objects.filter(name="联络").exists()


def test_grant_and_revoke_on_the_pages(office, edition, judge):
    office.post(reverse("organise_grant", args=["2026", judge.pk]), {"role": "clerk"})
    judge.forget_roles()
    assert judge.roles_in(edition) == {"judge", "clerk"}

    again = office.post(reverse("organise_grant", args=["2026", judge.pk]), {"role": "clerk"})
    assert "已经是统计员，不必重复授予" in text(again)
    assert "field-error" in text(office.post(reverse("organise_grant", args=["2026", judge.pk]), {"role": "x"}))

    grant = RoleGrant.objects.get(user=judge, role="clerk")
    response = office.post(reverse("organise_revoke", args=["2026", grant.pk]), follow=True)
    assert "已收回柳评委的“统计员”" in text(response)
    assert "已经收回" in text(office.post(reverse("organise_revoke", args=["2026", grant.pk]), follow=True))


def test_reset_code_is_shown_once_and_never_stored_by_caches(office, edition, judge):
    response = office.post(reverse("organise_reset_code", args=["2026", judge.pk]))

    found = re.search(r"<code class=\"text-reset\">([0-9A-Z]{5}-[0-9A-Z]{5})</code>", text(response))
    assert found is not None
    assert "no-store" in response["Cache-Control"]
    assert found[1] not in text(office.get(reverse("organise_person", args=["2026", judge.pk])))


def test_reset_code_refused_says_why(office, edition, supervisor):
    response = office.post(reverse("organise_reset_code", args=["2026", supervisor.pk]), follow=True)

    assert "监督员的密码只能由本人用邮箱重设" in text(response)
    assert not ResetCode.objects.exists()


def test_revoke_codes_page(office, edition, judge, issued):
    url = reverse("organise_codes_revoke", args=["2026", judge.pk])

    assert "登录码已作废" in text(office.post(url, follow=True))
    assert "没有可用的登录码" in text(office.post(url, follow=True))


def test_invite_page_shows_the_link_once_with_a_code(office, edition):
    assert office.get(reverse("organise_invite", args=["2026"])).status_code == 200

    response = office.post(reverse("organise_invite", args=["2026"]), {"name": "统小计", "role": "clerk"})

    found = re.search(r'value="http://testserver(/invitation/[^"]+)"', text(response))
    assert found is not None
    assert "<svg" in text(response)
    assert "no-store" in response["Cache-Control"]
    assert office.get(found[1]).status_code == 200
    assert "尚未接受的邀请" in text(office.get(reverse("organise_people", args=["2026"])))


def test_invite_page_with_a_mistake_keeps_what_was_typed(office, edition):
    page = text(office.post(reverse("organise_invite", args=["2026"]), {"name": "联络", "role": "coordinator"}))

    assert "必须属于一个单位" in page
    assert 'value="联络"' in page
    assert not Invitation.objects.exists()


def test_invitation_revoked_on_the_page(office, edition, organiser):
    made, _ = invite(edition=edition, role=Role.CLERK, name="统小计", actor=organiser, now=timezone.now())
    url = reverse("organise_invitation_revoke", args=["2026", made.pk])

    assert "给统小计的邀请已撤销" in text(office.post(url, follow=True))
    assert "已经被接受或撤销" in text(office.post(url, follow=True))


def test_units_page_adds_and_finds(office, edition):
    office.post(reverse("organise_units", args=["2026"]), {"name": "示范大学(南区)"})
    taken = office.post(reverse("organise_units", args=["2026"]), {"name": "示范大学（南区）"})

    assert "已是“示范大学（南区）”的名称或别名" in text(taken)
    assert [str(unit) for unit in Unit.objects.all()] == ["示范大学（南区）"]
    assert "没有这样的单位" in text(office.get(reverse("organise_units", args=["2026"]), {"q": "科协"}))
    assert ">示范大学（南区）<" in text(office.get(reverse("organise_units", args=["2026"]), {"q": "(南区)"}))


def test_unit_coordinator_is_invited_in_two_clicks(office, edition, organiser, stranger, now):
    unit = create_unit(name="示范大学")

    units = text(office.get(reverse("organise_units", args=["2026"])))
    form_page = f"{reverse('organise_invite', args=['2026'])}?role=coordinator&amp;unit={unit.pk}"
    assert f'href="{form_page}"' in units
    form = text(office.get(form_page.replace("&amp;", "&")))
    assert '<option value="coordinator" selected>' in form
    assert f'<option value="{unit.pk}" selected>' in form
    office.post(reverse("organise_invite", args=["2026"]), {"name": "连联络", "role": "coordinator", "unit": unit.pk})

    assert "连联络 <span" in text(office.get(reverse("organise_unit", args=["2026", unit.pk])))
    grant_role(user=stranger, edition=edition, role="coordinator", unit=unit, actor=organiser, now=now)
    assert ">路人</a>" in text(office.get(reverse("organise_unit", args=["2026", unit.pk])))
    assert form_page not in text(office.get(reverse("organise_units", args=["2026"])))


def test_unit_page_adds_and_removes_aliases(office, edition):
    unit = create_unit(name="示范大学")
    url = reverse("organise_unit", args=["2026", unit.pk])

    office.post(url, {"name": "示大"})
    assert "已是“示范大学”" in text(office.post(url, {"name": "示大"}))
    alias = unit.aliases.get()
    assert str(alias) == "示大"
    response = office.post(reverse("organise_alias_remove", args=["2026", unit.pk, alias.pk]), follow=True)

    assert "已删除别名示大" in text(response)
    assert not unit.aliases.exists()


def pages(edition, organiser, judge) -> dict[str, list[int]]:
    unit = create_unit(name="示范区科协")
    alias = add_alias(unit=unit, name="区科协")
    made, _ = invite(edition=edition, role=Role.CLERK, name="某", actor=organiser, now=timezone.now())
    return {
        "organise_people": [],
        "organise_person_add": [],
        "organise_person": [judge.pk],
        "organise_grant": [judge.pk],
        "organise_reset_code": [judge.pk],
        "organise_codes_revoke": [judge.pk],
        "organise_revoke": [judge.grants.get().pk],
        "organise_invite": [],
        "organise_invitation_revoke": [made.pk],
        "organise_units": [],
        "organise_unit": [unit.pk],
        "organise_alias_remove": [unit.pk, alias.pk],
    }


POST_ONLY = {
    "organise_grant",
    "organise_reset_code",
    "organise_codes_revoke",
    "organise_revoke",
    "organise_invitation_revoke",
    "organise_alias_remove",
}


@pytest.mark.parametrize("who", ["supervisor", "stranger", "judge"])
def test_pages_of_people_are_not_for_others(signed_in, edition, organiser, judge, request, who):
    addresses = pages(edition, organiser, judge)
    client = signed_in(request.getfixturevalue(who))
    events = Event.objects.count()

    for name, arguments in addresses.items():
        url = reverse(name, args=["2026", *arguments])
        assert client.post(url).status_code == (405 if name in {"organise_people", "organise_person"} else 404), name
        if name not in POST_ONLY:
            assert client.get(url).status_code == 404, name
    assert Event.objects.count() == events


def test_pitfall_16_acts_on_people_refuse_get(office, edition, organiser, judge):
    addresses = pages(edition, organiser, judge)
    events = Event.objects.count()

    for name in POST_ONLY:
        assert office.get(reverse(name, args=["2026", *addresses[name]])).status_code == 405, name
    assert Event.objects.count() == events


def test_person_without_a_role_here_is_not_found(office, edition, stranger):
    assert office.get(reverse("organise_person", args=["2026", stranger.pk])).status_code == 404
    assert office.post(reverse("organise_grant", args=["2026", stranger.pk]), {"role": "judge"}).status_code == 404


def test_superuser_without_a_role_is_not_let_in(signed_in, edition, stranger):
    stranger.is_superuser = stranger.is_staff = True
    stranger.save()

    assert signed_in(stranger).get(reverse("organise_people", args=["2026"])).status_code == 404
