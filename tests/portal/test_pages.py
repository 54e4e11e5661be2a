import pytest

from accounts.models import Role, RoleGrant, User
from core.models import Edition
from ledger.selectors import ledger_root


def test_home_of_an_empty_installation_leads_to_its_set_up(db, client):
    assert client.get("/").headers["Location"] == "/setup/"


def test_setup_makes_edition_and_organiser_and_signs_in(db, client):
    answers = {
        "edition_title": "2026 科技活动周",
        "organiser_name": "示范市科学技术协会",
        "year": "2026",
        "name": "郝组织",
        "email": "boss@example.com",
        "password": "a long enough one 42",
    }

    response = client.post("/setup/", answers)

    assert response.headers["Location"] == "/start/"
    assert client.get("/start/").headers["Location"] == "/organise/2026/"
    assert Edition.objects.values_list("slug", "title").get() == ("2026", "2026 科技活动周")
    assert RoleGrant.objects.get().role == Role.ORGANISER
    assert client.get("/setup/").status_code == 404


def test_setup_with_a_weak_password_keeps_what_was_typed(db, client):
    answers = {
        "edition_title": "2026 科技活动周",
        "organiser_name": "示范市科学技术协会",
        "year": "2026",
        "name": "郝组织",
        "email": "boss@example.com",
        "password": "12345",
    }

    response = client.post("/setup/", answers)

    page = response.content.decode()
    assert response.status_code == 200
    assert 'value="2026 科技活动周"' in page
    assert "密码" in page.partition('class="field-error"')[2]
    assert Edition.objects.count() == 0
    assert User.objects.count() == 0


def test_setup_from_another_machine_is_not_found(db, client):
    assert client.get("/setup/", REMOTE_ADDR="192.168.1.7").status_code == 404


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-Ip", "X-Forwarded-Proto", "Forwarded", "Via"])
def test_setup_by_way_of_a_proxy_on_this_machine_is_not_found(db, client, header):
    """Behind a proxy every stranger comes from 127.0.0.1; the first of them would become the administrator."""
    assert client.get("/setup/", headers={header: "203.0.113.9"}).status_code == 404
    assert client.post("/setup/", {}, headers={header: "203.0.113.9"}).status_code == 404


def test_home_hides_rehearsals(edition, organiser, client):
    Edition.objects.create(
        slug="drill",
        title="演练届",
        year=2027,
        organiser_name="市科协",
        is_rehearsal=True,
        created_at=edition.created_at,
    )

    page = client.get("/").content.decode()

    assert "2026 科技活动周" in page
    assert "演练届" not in page


@pytest.mark.parametrize(
    ("roles", "address"),
    [
        ([Role.ORGANISER], "/organise/2026/"),
        ([Role.SUPERVISOR], "/supervise/2026/"),
        ([Role.JUDGE], "/judge/"),
        ([Role.CLERK], "/hall/"),
        ([], "/my/"),
    ],
)
def test_start_leads_each_role_to_its_work(make_person, signed_in, roles, address):
    client = signed_in(make_person("某人", *roles, email="someone@example.com"))

    assert client.get("/start/").headers["Location"] == address


def test_start_lets_somebody_with_two_roles_choose(make_person, signed_in):
    client = signed_in(make_person("某人", Role.ORGANISER, Role.JUDGE, email="someone@example.com"))

    page = client.get("/start/").content.decode()

    assert "2026 科技活动周：组委会" in page
    assert "评分" in page


def test_organise_home_leads_to_start(organiser, signed_in):
    assert signed_in(organiser).get("/organise/").headers["Location"] == "/start/"


def test_organise_edition_begins_with_what_to_do_next(organiser, signed_in):
    page = signed_in(organiser).get("/organise/2026/").content.decode()

    assert "下一步" in page
    assert "新建讲解大赛" in page


def test_supervise_edition_shows_the_ledger_root(supervisor, edition, signed_in):
    page = signed_in(supervisor).get("/supervise/2026/").content.decode()

    assert ledger_root(edition)[1] in page


@pytest.mark.parametrize("address", ["/organise/2026/", "/supervise/2026/"])
def test_edition_pages_are_not_found_for_others(edition, stranger, make_person, signed_in, address):
    judge = make_person("评委", Role.JUDGE, email="judge@example.com")

    assert signed_in(stranger).get(address).status_code == 404
    assert signed_in(judge).get(address).status_code == 404


def test_edition_pages_ask_strangers_to_sign_in(edition, client):
    assert client.get("/organise/2026/").headers["Location"] == "/sign-in/?next=/organise/2026/"


def test_an_unknown_address_says_so_in_chinese(edition, organiser, signed_in):
    response = signed_in(organiser).get("/organise/1999/")

    assert response.status_code == 404
    assert "没有找到这个页面" in response.content.decode()


def test_every_answer_names_its_request(edition, organiser, client):
    assert len(client.get("/").headers["X-Request-Id"]) == 12


def test_pages_forbid_inline_script_and_style(edition, organiser, client):
    policy = client.get("/").headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_form_without_its_token_changes_nothing_and_says_so(edition, organiser):
    from django.test import Client  # a client that checks tokens, unlike the fixture's

    response = Client(enforce_csrf_checks=True).post("/sign-out/")

    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()
