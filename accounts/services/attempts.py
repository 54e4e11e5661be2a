"""Counting wrong codes, failed look-ups and sign-ups by address.

The limit is generous: two hundred people may share one address (pitfall 29).
"""

from datetime import datetime, timedelta

from accounts.exceptions import TooManyAttempts
from accounts.models import FailedCode
from accounts.selectors import (
    address_index,
    look_up_place,
    objection_place,
    sign_up_place,
    too_many_failures,
    too_many_objections,
    too_many_sign_ups,
)

_KEPT = timedelta(days=1)


def check_attempts(*, address: str, now: datetime) -> None:
    """Refuse (TooManyAttempts) an address that is guessing codes."""
    if too_many_failures(address=address, now=now):
        raise TooManyAttempts("这一网络在 15 分钟内输错的次数过多，请稍后再试，或请工作人员扫码协助登录。")


def record_failed_code(*, address: str, now: datetime) -> None:
    """Remember one wrong code, and forget those of yesterday."""
    FailedCode.objects.filter(at__lt=now - _KEPT).delete()
    FailedCode.objects.create(address_index=address_index(address), at=now)


def check_look_ups(*, address: str, now: datetime) -> None:
    """Refuse (TooManyAttempts) an address that tries out numbers and names of certificates."""
    if too_many_failures(address=look_up_place(address), now=now):
        raise TooManyAttempts("这一网络在 15 分钟内没有查到的次数过多，请稍后再试，或扫描证书上的二维码查验。")


def record_failed_look_up(*, address: str, now: datetime) -> None:
    """Remember one look-up that found nothing; it does not count against signing in."""
    record_failed_code(address=look_up_place(address), now=now)


def check_sign_ups(*, address: str, account: str, now: datetime) -> None:
    """Refuse (TooManyAttempts) an address that makes accounts by the dozen, or that tries one account too often."""
    if too_many_sign_ups(address=address, account=account, now=now):
        raise TooManyAttempts("这一网络在 15 分钟内注册的次数过多，请稍后再试。已有账号的请直接登录。")


def record_sign_up(*, address: str, account: str, now: datetime) -> None:
    """Remember one sign-up, by address and by address with account."""
    FailedCode.objects.filter(at__lt=now - _KEPT).delete()
    places = [sign_up_place(address), sign_up_place(address, account)]
    FailedCode.objects.bulk_create([FailedCode(address_index=address_index(place), at=now) for place in places])


def check_objections(*, address: str, about: str, now: datetime) -> None:
    """Refuse (TooManyAttempts) the fourth objection of a phone to one result (`about`) within the hour, and the
    twenty-first of an address."""
    if too_many_objections(address=address, about=about, now=now):
        raise TooManyAttempts(
            "一小时内提交的异议过多，这一份没有收下。请过一小时再提交，或把材料寄送、当面交给组委会。"
        )


def record_objection(*, address: str, about: str, now: datetime) -> None:
    """Remember one objection, by address and by phone with result; both as keyed digests, for a day."""
    FailedCode.objects.filter(at__lt=now - _KEPT).delete()
    places = [objection_place(address), objection_place(about)]
    FailedCode.objects.bulk_create([FailedCode(address_index=address_index(place), at=now) for place in places])
