"""Personal data at rest: encrypted values and keyed blind indexes for finding them again (design §7)."""

import base64
import binascii
import hashlib
import hmac
import os
import unicodedata
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from core.text.phones import normalise_phone

_VERSION = "v1"
_NONCE_BYTES = 12
_KEY_BYTES = 32


class DecryptionFailed(Exception):
    """A stored value that no configured key opens: a key was lost, or the value was altered."""


def encrypt(text: str) -> str:
    """Token `v1.<key id>.<nonce and ciphertext>` under the first of settings.FIELD_ENCRYPTION_KEYS.

    The same text gives another token each time, so that equal values cannot be seen to be equal.
    """
    key_id, cipher = next(iter(_ciphers().items()))
    header = f"{_VERSION}.{key_id}"
    nonce = os.urandom(_NONCE_BYTES)
    sealed = nonce + cipher.encrypt(nonce, text.encode(), header.encode())
    return f"{header}.{base64.urlsafe_b64encode(sealed).decode()}"


def decrypt(token: str) -> str:
    """Text of a token under whichever configured key its id names. Raises DecryptionFailed."""
    version, _, rest = token.partition(".")
    key_id, _, body = rest.partition(".")
    cipher = _ciphers().get(key_id)
    if version != _VERSION or cipher is None:
        raise DecryptionFailed(f"no key in FIELD_ENCRYPTION_KEYS opens a value written with key {key_id[:8]!r}")
    try:
        sealed = base64.b64decode(body, altchars=b"-_", validate=True)
        plain = cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], f"{version}.{key_id}".encode())
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise DecryptionFailed("an encrypted value was altered") from error
    return plain.decode()


def needs_rotation(token: str) -> bool:
    """Whether a token was written with another key than the first one."""
    return not token.startswith(f"{_VERSION}.{next(iter(_ciphers()))}.")


def blind_index(value: str, *, purpose: str) -> str:
    """Keyed digest by which an encrypted value is found and kept unique: HMAC-SHA-256 over its NFKC form.

    `purpose` ("phone", "id_number") keeps the same text in two fields from having the same index.
    """
    message = f"{purpose}\0{unicodedata.normalize('NFKC', value)}"
    return hmac.digest(_index_key(), message.encode(), "sha256").hex()


def phone_index(text: str) -> str:
    """Blind index of a phone however it was typed. Raises PhoneInvalid."""
    return blind_index(normalise_phone(text), purpose="phone")


def _index_key() -> bytes:
    key: str = settings.BLIND_INDEX_KEY
    if not key:
        raise ImproperlyConfigured("BLIND_INDEX_KEY is empty")
    return key.encode()


def _ciphers() -> dict[str, AESGCM]:
    return _ciphers_of(tuple(settings.FIELD_ENCRYPTION_KEYS))


@lru_cache(maxsize=8)
def _ciphers_of(keys: tuple[str, ...]) -> dict[str, AESGCM]:
    """Key id → cipher in the order of the setting; the id says which key without telling anything of it."""
    if not keys:
        raise ImproperlyConfigured("FIELD_ENCRYPTION_KEYS is empty")
    ciphers: dict[str, AESGCM] = {}
    for key in keys:
        try:
            raw = base64.urlsafe_b64decode(key)
        except (binascii.Error, ValueError) as error:
            raise ImproperlyConfigured("a key in FIELD_ENCRYPTION_KEYS is not url-safe base64") from error
        if len(raw) != _KEY_BYTES:
            raise ImproperlyConfigured("a key in FIELD_ENCRYPTION_KEYS is not 32 bytes long")
        ciphers[hashlib.sha256(b"key-id\0" + raw).hexdigest()[:8]] = AESGCM(raw)
    return ciphers


__all__ = [
    "DecryptionFailed",
    "blind_index",
    "decrypt",
    "encrypt",
    "needs_rotation",
    "normalise_phone",
    "phone_index",
]
