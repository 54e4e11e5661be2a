"""A server's clock that a test moves; browsers keep the real one, so sessions of people end as days go by."""

import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).resolve().parent / "moved"
SHANGHAI = ZoneInfo("Asia/Shanghai")


class MovedClock:
    """Processes started with `environment` look at this clock."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "clock"
        self.file.write_text("0")

    @property
    def environment(self) -> dict[str, str]:
        paths = [str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])]
        return {"PYTHONPATH": os.pathsep.join(paths), "MOVED_CLOCK": str(self.file)}

    def set(self, *moment: int) -> None:
        """Let it be this moment in Shanghai: year, month, day, hour, minute, second."""
        ahead = datetime(*moment, tzinfo=SHANGHAI) - datetime.now(UTC)  # type: ignore[misc]  # never a microsecond's worth
        partial = self.file.with_suffix(".part")
        partial.write_text(str(ahead.total_seconds()))
        partial.rename(self.file)
