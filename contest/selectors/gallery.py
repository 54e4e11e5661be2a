"""Which results are a contest's: of their winners the public sees name, unit and title, as the roster has them."""

from collections.abc import Iterable

from contest.models import GroupRound


def contest_rounds(round_ids: Iterable[int]) -> frozenset[int]:
    """Those of the rounds in which people were on stage (or on video), not works under review."""
    return frozenset(GroupRound.objects.filter(round__in=list(round_ids)).values_list("round_id", flat=True))
