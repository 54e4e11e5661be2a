"""Own tokens for programs."""

import pytest
from django.urls import reverse
from knox.models import AuthToken

from accounts.exceptions import AccountInvalid
from accounts.services import change_password, create_token, create_user
from core.models import Edition


def test_token_is_shown_once_and_kept_as_a_digest(signed_in, stranger):
    client = signed_in(stranger)
    page = client.post(reverse("my_tokens"))
    [kept] = AuthToken.objects.all()
    assert "只显示这一次" in page.text
    assert kept.digest not in page.text.partition("有效的令牌")[0]
    assert "只显示这一次" not in client.get(reverse("my_tokens")).text


def test_new_password_ends_tokens(stranger, now):
    create_token(user=stranger, now=now)
    change_password(user=stranger, old="long enough 42", new="another long one 43")
    assert not AuthToken.objects.exists()


def test_account_without_a_password_makes_none(edition: Edition, now):
    judge = create_user(name="持码评委", email="code@example.com")
    with pytest.raises(AccountInvalid, match="登录码"):
        create_token(user=judge, now=now)


def test_sixth_token_is_refused_on_the_page(signed_in, stranger, now):
    for _ in range(5):
        create_token(user=stranger, now=now)
    page = signed_in(stranger).post(reverse("my_tokens"))
    assert (page.status_code, "最多 5 个令牌" in page.text) == (409, True)


def test_pitfall_16_revoking_is_by_post_and_of_own_tokens_only(signed_in, stranger, organiser, now):
    create_token(user=organiser, now=now)
    create_token(user=stranger, now=now)
    client = signed_in(stranger)
    for token in AuthToken.objects.all():
        assert client.get(reverse("my_token_revoke", args=[token.digest])).status_code == 405
        client.post(reverse("my_token_revoke", args=[token.digest]))
    assert [token.user for token in AuthToken.objects.all()] == [organiser]
