"""Choosing a layout when issuing, and the pages that show layouts."""

from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from certificates.engine.shipped import CODES, shipped_document
from certificates.models import Certificate
from certificates.services import save_layout

PREVIEW = "/organise/2026/certificates/layouts/preview/"
TEST_PAGE = "/organise/2026/certificates/layouts/test-page/"


def keep(edition, organiser, now, *codes):
    for code in codes:
        document = {**shipped_document("classic"), "title": f"版式{code}"}
        save_layout(edition=edition, code=code, document=document, base_version=0, actor=organiser, now=now)


@pytest.mark.parametrize("rows", [1, 3])
def test_layouts_show_each_with_its_specimen_in_a_fixed_number_of_queries(
    edition, organiser, signed_in, now, rows, django_assert_num_queries
):
    keep(edition, organiser, now, *["own-a", "own-b", "own-c"][:rows])
    client = signed_in(organiser)

    with django_assert_num_queries(6):
        page = client.get("/organise/2026/certificates/layouts/").content.decode()

    assert page.count("下载套打测试页") == len(CODES) + rows
    assert "版式own-a" in page


@pytest.mark.parametrize("code", CODES)
def test_preview_is_a_picture_kept_by_the_browser(edition, organiser, signed_in, code):
    client = signed_in(organiser)

    response, again = (client.get(PREVIEW, {"code": code, "large": "1"}) for _ in range(2))

    assert response.content.startswith(b"\x89PNG")
    assert again.content == response.content
    assert (response["Content-Type"], response["Cache-Control"]) == ("image/png", "private, max-age=86400")


def test_test_page_holds_the_words_alone(edition, organiser, signed_in):
    response = signed_in(organiser).get(TEST_PAGE, {"code": "classic"})

    [page] = PdfReader(BytesIO(response.content)).pages
    assert "张三同志：" in "".join(page.extract_text().split())
    assert response["Content-Disposition"] == 'attachment; filename="test-page.pdf"'


@pytest.mark.parametrize("address", [PREVIEW, TEST_PAGE])
def test_preview_of_an_unknown_layout_says_so(edition, organiser, signed_in, address):
    response = signed_in(organiser).get(address, {"code": "../../etc/passwd"})

    assert response.status_code == 409
    assert "没有代号为" in response.content.decode()


@pytest.mark.parametrize("address", ["/organise/2026/certificates/layouts/", PREVIEW, TEST_PAGE])
def test_layouts_of_another_are_not_found(edition, signed_in, stranger, address):
    assert signed_in(stranger).get(address).status_code == 404
    assert reverse("organise_layouts", args=["2026"]) == "/organise/2026/certificates/layouts/"
    assert not Certificate.objects.exists()
