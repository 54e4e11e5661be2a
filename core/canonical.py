"""Canonical JSON and the digests of it: one spelling for everything official (docs/result-book.md, design §5)."""

import hashlib
import json
from datetime import UTC, datetime


def canonical_json(value: object) -> str:
    """Keys sorted, no spaces, no escapes beyond JSON's own.

    Refuses (TypeError) floats, Decimals, datetimes and every other type that JSON could spell in more than one
    way: official numbers and times are handed in as strings.
    """
    _refuse_ambiguous(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(value: object) -> str:
    """Lower-case hexadecimal SHA-256 of the canonical JSON of a value."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def salted_digest(salt: bytes | str, value: object) -> str:
    """Digest of a value that could be guessed: without the salt it proves nothing, and the salt can be forgotten.

    The salt's length goes before it, so that no other pair of salt and value gives the same bytes.
    """
    salt_bytes = salt.encode() if isinstance(salt, str) else salt
    prefix = len(salt_bytes).to_bytes(4, "big") + salt_bytes
    return hashlib.sha256(prefix + canonical_json(value).encode()).hexdigest()


def rfc3339(moment: datetime) -> str:
    """UTC with milliseconds and Z, e.g. 2026-05-21T02:15:30.123Z; what is finer is cut off. Refuses naive times."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone has no RFC 3339 spelling")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _refuse_ambiguous(value: object) -> None:
    if value is None or type(value) in (bool, int):
        return
    if isinstance(value, str):
        value.encode()  # a lone surrogate has no UTF-8 form
        return
    if isinstance(value, list | tuple):
        for item in value:
            _refuse_ambiguous(item)
        return
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"a key in canonical JSON must be a string, not {type(key).__name__}")
            _refuse_ambiguous(item)
        return
    raise TypeError(f"{type(value).__name__} has no canonical spelling; pass a string")
