"""The product's Celery application, which can be made to stand still in an exact gap: `celery -A
tests.certificates.drill_app worker`. Only the drill starts it.

In the folder DRILL_DIR a file `<gap>.order` says that the next process to reach this gap must wait there. It takes the
order by renaming it to `<gap>.held.<its pid>` and goes on when that file is gone.
"""

import os
import time
from pathlib import Path

from celery.signals import task_postrun

from config.celery import app

CLAIMED, RENDERED, RENAMED, FINISHED = GAPS = ("claimed", "rendered", "renamed", "finished")
FOLDER = Path(os.environ["DRILL_DIR"])
_state = {"finished": False}


def reach(gap: str) -> None:
    held = FOLDER / f"{gap}.held.{os.getpid()}"
    try:
        (FOLDER / f"{gap}.order").rename(held)
    except FileNotFoundError:
        return
    while held.exists():
        time.sleep(0.01)


@app.on_after_finalize.connect
def stand_in_the_gaps(**kwargs) -> None:
    from certificates import services  # Django is set up by now

    claim, finish, replace = services.claim_certificates, services.finish_certificates, Path.replace

    def claim_and_reach(**arguments):
        claimed = claim(**arguments)
        if claimed:
            reach(CLAIMED)
        return claimed

    def finish_and_note(**arguments):
        finished = finish(**arguments)
        _state["finished"] = bool(finished)
        return finished

    def replace_and_reach(path, target):
        is_certificate = path.suffix == ".part" and "certificates" in path.parts
        if is_certificate:
            reach(RENDERED)
        moved = replace(path, target)
        if is_certificate:
            reach(RENAMED)
        return moved

    services.claim_certificates, services.finish_certificates = claim_and_reach, finish_and_note
    Path.replace = replace_and_reach  # type: ignore[method-assign]


@task_postrun.connect
def reach_the_last_gap(**kwargs) -> None:
    """The rows are done, the message is not acknowledged yet."""
    if _state["finished"]:
        _state["finished"] = False
        reach(FINISHED)
