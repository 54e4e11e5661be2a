import pytest


@pytest.fixture
def hall(settings):
    settings.HALL_HTTP = True


@pytest.mark.parametrize("address", ["/", "/organise/2026/", "/admin/", "/results/"])
def test_hall_mode_hides_other_pages_from_the_venue(db, hall, client, address):
    response = client.get(address, REMOTE_ADDR="192.168.1.7")

    assert response.status_code == 404
    assert "现场评委" in response.content.decode()


def test_hall_mode_refuses_public_addresses_even_for_judges(db, hall, client):
    assert client.get("/judge/", REMOTE_ADDR="8.8.8.8").status_code == 404


def test_hall_mode_serves_judges_in_the_venue(db, hall, client):
    assert client.get("/judge/", REMOTE_ADDR="192.168.1.7").headers["Location"].startswith("/sign-in/")


def test_hall_mode_leaves_the_machine_itself_alone(edition, organiser, hall, client):
    assert client.get("/", REMOTE_ADDR="127.0.0.1").status_code == 200
