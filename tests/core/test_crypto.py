import base64

import pytest
from django.core.exceptions import ImproperlyConfigured

from core.crypto import DecryptionFailed, blind_index, decrypt, encrypt, needs_rotation, normalise_phone, phone_index
from core.text.phones import PhoneInvalid, is_mobile

OLD_KEY = base64.urlsafe_b64encode(b"o" * 32).decode()
NEW_KEY = base64.urlsafe_b64encode(b"n" * 32).decode()


@pytest.mark.parametrize("text", ["110105194912310029", "张𠮷", ""])
def test_encrypted_text_comes_back(text):
    token = encrypt(text)

    assert decrypt(token) == text
    assert not text or text not in token


def test_equal_texts_have_different_tokens():
    assert encrypt("张三") != encrypt("张三")


def test_tokens_of_an_older_key_still_open_after_rotation(settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD_KEY]
    token = encrypt("张三")
    assert not needs_rotation(token)

    settings.FIELD_ENCRYPTION_KEYS = [NEW_KEY, OLD_KEY]

    assert decrypt(token) == "张三"
    assert needs_rotation(token)
    assert not needs_rotation(encrypt("张三"))


def test_token_of_a_key_that_is_gone_is_refused(settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD_KEY]
    token = encrypt("张三")
    settings.FIELD_ENCRYPTION_KEYS = [NEW_KEY]

    with pytest.raises(DecryptionFailed, match="no key"):
        decrypt(token)


def test_altered_token_is_refused():
    head, body = encrypt("张三").rsplit(".", 1)

    for altered in (f"{head}.{body[:-4]}AAA=", f"{head}.{body[:8]}", f"{head}.!!!!", f"v2{head[2:]}.{body}", "张三"):
        with pytest.raises(DecryptionFailed):
            decrypt(altered)


@pytest.mark.parametrize("keys", [[], ["not base64 é"], [base64.urlsafe_b64encode(b"short").decode()]])
def test_wrong_encryption_keys_are_a_configuration_error(settings, keys):
    settings.FIELD_ENCRYPTION_KEYS = keys

    with pytest.raises(ImproperlyConfigured):
        encrypt("张三")


def test_blind_index_is_the_same_for_full_width_and_differs_by_purpose_and_key(settings):
    settings.BLIND_INDEX_KEY = "one"
    first = blind_index("４１０７", purpose="id_number")

    assert first == blind_index("4107", purpose="id_number")
    assert first != blind_index("4107", purpose="phone")
    assert len(first) == 64
    settings.BLIND_INDEX_KEY = "two"
    assert first != blind_index("4107", purpose="id_number")


def test_blind_index_without_a_key_is_refused(settings):
    settings.BLIND_INDEX_KEY = ""

    with pytest.raises(ImproperlyConfigured):
        blind_index("4107", purpose="phone")


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("13800001234", "13800001234"),
        ("１３８００００１２３４", "13800001234"),
        (" 138 0000-1234 ", "13800001234"),
        ("138－0000—1234", "13800001234"),
        ("+86 138 0000 1234", "13800001234"),
        ("（+86）13800001234", "13800001234"),
        ("008613800001234", "13800001234"),
        ("8613800001234", "13800001234"),
        ("19900000001.0", "19900000001"),
        ("0373-3012345", "03733012345"),
        ("+86 0373 3012345", "03733012345"),
        ("3012345", "3012345"),
        ("+1 415 555 0100", "+14155550100"),
    ],
)
def test_phone_is_normalised(typed, normal):
    assert normalise_phone(typed) == normal
    assert phone_index(typed) == phone_index(normal)


@pytest.mark.parametrize("typed", ["", "无", "138", "12345678901", "1380000123x", "13800001234/13900001234", "1" * 16])
def test_text_that_is_no_phone_is_refused(typed):
    with pytest.raises(PhoneInvalid):
        normalise_phone(typed)


def test_mobile_is_told_from_other_phones():
    assert is_mobile("13800001234")
    assert not is_mobile("03733012345")
