"""Units and the other names by which workbooks call them."""

from collections.abc import Iterable

from django.db import transaction

from accounts.exceptions import UnitRefused
from accounts.models import Unit, UnitAlias
from accounts.selectors import clean_unit_name, find_unit


def create_unit(*, name: str, aliases: Iterable[str] = ()) -> Unit:
    """Add a unit with its aliases. Refuses (UnitRefused) an empty name or one that a unit has as name or alias."""
    with transaction.atomic():
        unit = Unit.objects.create(name=_free_name(name))
        for alias in aliases:
            add_alias(unit=unit, name=alias)
    return unit


def add_alias(*, unit: Unit, name: str) -> UnitAlias:
    """Add another way of writing a unit's name. Refuses (UnitRefused) an empty one or one that is taken."""
    with transaction.atomic():
        return UnitAlias.objects.create(unit=unit, name=_free_name(name))


def remove_alias(*, alias: UnitAlias) -> None:
    """Forget a way of writing; what was matched by it keeps its unit."""
    alias.delete()


def _free_name(text: str) -> str:
    name = clean_unit_name(text)
    if not name:
        raise UnitRefused("请填写单位名称。")
    if len(name) > 80:
        raise UnitRefused("单位名称不能超过 80 个字，请核对。")
    taken = find_unit(name)
    if taken is not None:
        raise UnitRefused(f"“{name}”已是“{taken.name}”的名称或别名，请核对。")
    return name
