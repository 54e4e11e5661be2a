import hashlib

import pytest

from core.draw import commitment, draw_order

SECRET = bytes.fromhex("00112233445566778899aabbccddeeff" * 2)
PUBLIC = "2026-05-20 双色球 2026057期 03 08 14 19 27 31 + 11"
CODES = [f"C{number:02}" for number in range(1, 13)]


def test_commitment_is_the_reference_value():
    """vectors.md §8."""
    assert commitment(SECRET) == "4773d12e2371bb935b9a0f5439b4a1c3ad3f2414b86980f8418d1cfabdfadfef"


def test_draw_gives_the_reference_order():
    seed = hashlib.sha256(SECRET + b"\0" + PUBLIC.encode()).hexdigest()
    assert seed == "0d1001545b01b2e089aea45081a6303c5d9c1e280952da528bcab198d6b5b117"

    drawn = draw_order(CODES, secret=SECRET, public=PUBLIC)

    assert drawn == ["C01", "C10", "C08", "C07", "C06", "C09", "C12", "C04", "C11", "C03", "C02", "C05"]


def test_another_public_number_gives_another_order_of_the_same_codes():
    drawn = draw_order(CODES, secret=SECRET, public="other")

    assert sorted(drawn) == CODES
    assert drawn != draw_order(CODES, secret=SECRET, public=PUBLIC)


@pytest.mark.parametrize("codes", [[], ["C01"]])
def test_draw_of_nothing_or_one_changes_nothing(codes):
    assert draw_order(codes, secret=SECRET, public=PUBLIC) == codes


def test_draw_refuses_a_code_twice():
    with pytest.raises(ValueError, match="twice"):
        draw_order(["C01", "C01"], secret=SECRET, public=PUBLIC)


def test_draw_favours_no_place():
    firsts = [draw_order(["A", "B", "C"], secret=SECRET, public=str(number))[0] for number in range(600)]

    assert all(150 < firsts.count(code) < 250 for code in "ABC")
