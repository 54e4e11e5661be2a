"""Counting wrong codes by address. The limit is generous: two hundred people may share one address (pitfall 29)."""

from datetime import datetime, timedelta

from accounts.exceptions import TooManyAttempts
from accounts.models import FailedCode
from accounts.selectors import address_index, too_many_failures

_KEPT = timedelta(days=1)


def check_attempts(*, address: str, now: datetime) -> None:
    """Refuse (TooManyAttempts) an address that is guessing codes."""
    if too_many_failures(address=address, now=now):
        raise TooManyAttempts("这一网络在 15 分钟内输错的次数过多，请稍后再试，或请工作人员扫码协助登录。")


def record_failed_code(*, address: str, now: datetime) -> None:
    """Remember one wrong code, and forget those of yesterday."""
    FailedCode.objects.filter(at__lt=now - _KEPT).delete()
    FailedCode.objects.create(address_index=address_index(address), at=now)
