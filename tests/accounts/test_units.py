"""Units are found however a workbook writes them."""

import pytest

from accounts.exceptions import UnitRefused
from accounts.models import Unit
from accounts.selectors import units_with_aliases
from accounts.services import add_alias, create_unit, find_unit, remove_alias


@pytest.mark.parametrize(
    "typed", ["示范大学（南校区）", "示范大学(南校区)", " 示范 大学 (南校区) ", "示大南校", "ＳＵ南", "SU南"]
)
def test_find_unit_by_name_or_alias(db, typed):
    unit = create_unit(name="示范大学(南校区)", aliases=["示大南校", "ＳＵ南"])

    assert find_unit(typed) == unit


@pytest.mark.parametrize("typed", ["", " ", "示范大学"])
def test_find_unit_unknown(db, typed):
    create_unit(name="示范大学（南校区）")

    assert find_unit(typed) is None


@pytest.mark.parametrize("name", ["示范区科协", "区科协", "", "　", "单" * 81])
def test_create_unit_refuses_empty_and_taken_names(db, name):
    create_unit(name="示范区科协", aliases=["区科协"])

    with pytest.raises(UnitRefused):
        create_unit(name=name)

    assert Unit.objects.count() == 1


def test_create_unit_with_a_taken_alias_makes_nothing(db):
    create_unit(name="示范区科协")

    with pytest.raises(UnitRefused, match="“示范区科协”已是"):
        create_unit(name="示范县科协", aliases=["示范区科协"])

    assert [str(unit) for unit in Unit.objects.all()] == ["示范区科协"]


def test_remove_alias_frees_the_name(db):
    unit = create_unit(name="示范区科协")
    alias = add_alias(unit=unit, name="区科协")

    remove_alias(alias=alias)

    assert find_unit("区科协") is None


def test_units_with_aliases_finds_each_unit_once(edition):
    unit = create_unit(name="示范区科协", aliases=["区科协", "示范科协"])
    create_unit(name="示范大学")

    assert list(units_with_aliases(edition, "科协")) == [unit]
