"""Units and the other names by which workbooks call them."""

from collections import Counter
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


def add_units(*, names: Iterable[str]) -> list[Unit]:
    """Add many units, in as many queries as one. Refuses (UnitRefused) all where `create_unit` would refuse one, or
    where a name comes twice."""
    cleaned = [_clean(name) for name in names]
    taken = {
        *Unit.objects.filter(name__in=cleaned).values_list("name", flat=True),
        *UnitAlias.objects.filter(name__in=cleaned).values_list("name", flat=True),
    }
    refused = taken or {name for name, times in Counter(cleaned).items() if times > 1}
    if refused:
        raise UnitRefused(f"“{min(refused)}”已有单位用作名称或别名，请核对。")
    return Unit.objects.bulk_create([Unit(name=name) for name in cleaned], batch_size=500)


def add_alias(*, unit: Unit, name: str) -> UnitAlias:
    """Add another way of writing a unit's name. Refuses (UnitRefused) an empty one or one that is taken."""
    with transaction.atomic():
        return UnitAlias.objects.create(unit=unit, name=_free_name(name))


def remove_alias(*, alias: UnitAlias) -> None:
    """Forget a way of writing; what was matched by it keeps its unit."""
    alias.delete()


def _clean(text: str) -> str:
    name = clean_unit_name(text)
    if not name:
        raise UnitRefused("请填写单位名称。")
    if len(name) > 80:
        raise UnitRefused("单位名称不能超过 80 个字，请核对。")
    return name


def _free_name(text: str) -> str:
    name = _clean(text)
    taken = find_unit(name)
    if taken is not None:
        raise UnitRefused(f"“{name}”已是“{taken.name}”的名称或别名，请核对。")
    return name
