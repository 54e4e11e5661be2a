import pytest


@pytest.mark.parametrize(
    "address",
    [
        "/organise/2026/people/?q=%00",
        "/organise/2026/units/?q=a%00b",
        "/organise/2026/certificates/?source=%00",
        "/supervise/2026/ledger/?kind=%00",
        "/v/a%00b/",
    ],
)
def test_a_nul_in_an_address_is_not_found_on_every_database(signed_in, organiser, address):
    response = signed_in(organiser).get(address)

    assert (response.status_code, response.content.decode()) == (404, "没有这个网址，请核对。")
    assert response["X-Request-Id"]
