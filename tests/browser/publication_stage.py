"""The small contest of tests.browser.stage, judged and locked, its tie decided: what comes next is the list.

python -m tests.browser.publication_stage
"""

from tests.browser.stage import TIED, set_stage

PUBLICITY_DAYS = 5


def finish_judging() -> None:
    from scoring.services import lock_round, record_tie_decision

    round, cast, clock = set_stage(publicity_days=PUBLICITY_DAYS, owed=())
    lock_round(round=round, actor=cast.organiser, now=clock())
    reason = "评审组合议：比较内容陈述的逻辑层次"
    record_tie_decision(round=round, order=list(TIED), reason=reason, actor=cast.organiser, now=clock())


if __name__ == "__main__":
    import django

    django.setup()
    finish_judging()
