import hashlib
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from core.canonical import canonical_json, digest, rfc3339, salted_digest

BALLOTS = [
    (
        {
            "ts": "2026-05-21T02:15:30.123Z",
            "ballot": 1,
            "contestant": "C07",
            "judge": "J1",
            "marks": {"image": "18.00", "content": "36.50", "delivery": "33.00"},
            "rev": 1,
            "total": "87.50",
        },
        "bbbbb3aef565e5bbf436077a9a535e22d3ebcd28fd5143ea84690566de289b10",
    ),
    (
        {
            "ballot": 2,
            "contestant": "C07",
            "judge": "J2",
            "marks": {"content": "35.00", "delivery": "34.50", "image": "17.50"},
            "rev": 1,
            "total": "87.00",
            "ts": "2026-05-21T02:15:31.456Z",
        },
        "686932b738afedc857cf44dd5af48a0355491db8332906b4ed43427b05061738",
    ),
    (
        {
            "ballot": 3,
            "contestant": "C08",
            "judge": "J1",
            "marks": {"content": "38.00", "delivery": "35.50", "image": "18.50"},
            "note": "讲解流畅",
            "rev": 1,
            "total": "92.00",
            "ts": "2026-05-21T02:22:01.000Z",
        },
        "0c4aeca8f38af0967191599b7b1103847175a3364eb336235323d9a3054483af",
    ),
]


@pytest.mark.parametrize(("ballot", "leaf"), BALLOTS)
def test_canonical_json_of_a_ballot_is_the_reference_leaf(ballot, leaf):
    """vectors.md §10; a leaf is RFC 6962's SHA-256 of a zero byte and the text."""
    assert hashlib.sha256(b"\0" + canonical_json(ballot).encode()).hexdigest() == leaf


def test_canonical_json_sorts_keys_and_keeps_chinese():
    value = {"b": [1, None, True, "“引号”\n"], "a": {"名": "𠮷", "code": ()}}

    assert canonical_json(value) == '{"a":{"code":[],"名":"𠮷"},"b":[1,null,true,"“引号”\\n"]}'


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        Decimal("1.50"),
        datetime(2026, 5, 21, tzinfo=UTC),
        datetime(2026, 5, 21, tzinfo=UTC).date(),
        b"bytes",
        {"nested": [{"deep": 0.1}]},
        {1: "number as key"},
        {"set": {1}},
    ],
)
def test_canonical_json_refuses_what_has_two_spellings(value):
    with pytest.raises(TypeError):
        canonical_json(value)


def test_canonical_json_refuses_a_lone_surrogate():
    with pytest.raises(UnicodeEncodeError):
        canonical_json(["\ud800"])


def test_digest_is_sha256_of_the_canonical_text():
    assert digest({"a": "1"}) == hashlib.sha256(b'{"a":"1"}').hexdigest()


def test_salted_digest_depends_on_salt_and_value():
    digests = {
        salted_digest("salt", "13800001234"),
        salted_digest("salt2", "13800001234"),
        salted_digest("salt", "13800001235"),
    }

    assert len(digests) == 3
    assert salted_digest(b"salt", "13800001234") == salted_digest("salt", "13800001234")
    assert salted_digest("ab", ["c"]) != salted_digest('ab["c"]', "")


def test_rfc3339_is_utc_with_milliseconds():
    shanghai = timezone(timedelta(hours=8))

    assert rfc3339(datetime(2026, 5, 21, 10, 15, 30, 123999, tzinfo=shanghai)) == "2026-05-21T02:15:30.123Z"
    assert rfc3339(datetime(2026, 5, 21, 2, 22, 1, tzinfo=UTC)) == "2026-05-21T02:22:01.000Z"


def test_rfc3339_of_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        rfc3339(datetime(2026, 5, 21))
