"""The public draw: an order that nobody can have chosen and anybody can recompute (reference/vectors.md §8).

Before the draw the organiser publishes the commitment to a secret; at the draw a public number of that day (say, of
a lottery) is added; afterwards the secret is shown. Who knows the secret cannot choose the number, and who knows the
number cannot guess the secret.
"""

import hashlib
from collections.abc import Iterator, Sequence

_RANGE = 2**256


def commitment(secret: bytes) -> str:
    """What is published before the draw: the SHA-256 of the secret, in hexadecimal."""
    return hashlib.sha256(secret).hexdigest()


def draw_order(codes: Sequence[str], *, secret: bytes, public: str) -> list[str]:
    """The codes in drawn order, each order equally likely.

    Fisher-Yates over the stream SHA-256(seed ‖ be64(0)), SHA-256(seed ‖ be64(1)), …, seed = SHA-256(secret ‖ 0x00 ‖
    public in UTF-8); numbers that would favour some places are passed over. The result depends on the order of
    `codes`, which is therefore published too. Refuses (ValueError) a code that comes twice.
    """
    if len(set(codes)) != len(codes):
        raise ValueError("a code comes twice in the draw")
    stream = _stream(hashlib.sha256(secret + b"\0" + public.encode()).digest())
    order = list(codes)
    for last in range(len(order) - 1, 0, -1):
        chosen = _below(last + 1, stream)
        order[last], order[chosen] = order[chosen], order[last]
    return order


def _stream(seed: bytes) -> Iterator[int]:
    counter = 0
    while True:
        yield int.from_bytes(hashlib.sha256(seed + counter.to_bytes(8, "big")).digest(), "big")
        counter += 1


def _below(bound: int, stream: Iterator[int]) -> int:
    fair = _RANGE - _RANGE % bound
    return next(number for number in stream if number < fair) % bound
