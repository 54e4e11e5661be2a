"""A clock that the play moves itself, so that the same seed gives the same book."""

from datetime import datetime, time, timedelta

from django.utils import timezone


class PlayClock:
    """Each look is a second later than the last."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now

    def skip_to(self, moment: datetime) -> None:
        """Stand at a later moment; an earlier one changes nothing."""
        self._now = max(self._now, moment)

    def skip_to_morning(self) -> None:
        """Nine o'clock of the next day."""
        tomorrow = timezone.localdate(self._now) + timedelta(days=1)
        self.skip_to(timezone.make_aware(datetime.combine(tomorrow, time(9))))
