"""A clock that the play moves itself, so that the same seed gives the same book."""

from datetime import datetime, timedelta


class PlayClock:
    """Each look is a second later than the last."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now
