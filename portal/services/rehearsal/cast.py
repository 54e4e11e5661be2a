"""The people who run a demo or a rehearsal: organisers, supervisor, clerk, judges."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Role, User
from accounts.services import create_unit, create_user, find_unit, grant_role
from core.models import Edition
from portal.services.rehearsal.people import UNITS
from scoring.models import Panel
from scoring.services import add_seat, create_panel

DEMO_PASSWORD = "mingping-demo-2026"  # noqa: S105 - for accounts that exist on loopback only (design §12)
JUDGE_NAMES = (
    "钱守正 孔令仪 严复明 华罗生 金文博 魏建华 陶行之 姜维新 戚长庚 谢秋实 邹润泽 喻中流 柏松年 水清源 窦天章".split()
)


@dataclass(frozen=True)
class Cast:
    """Who acts. `assistant` is a second organiser, for acts that take two."""

    organiser: User
    assistant: User
    supervisor: User
    clerk: User
    judges: list[User]


def gather_cast(*, edition: Edition, judges: int, now: datetime, mail: Callable[[str], str]) -> Cast:
    """Make the crew's accounts and the units; `mail` turns a short name into an address."""
    for name in UNITS:
        if find_unit(name) is None:
            create_unit(name=name)
    boss = _person("郝组织", mail("organiser"))
    grant_role(user=boss, edition=edition, role=Role.ORGANISER, actor=None, now=now)

    def crew(name: str, address: str, role: Role) -> User:
        user = _person(name, mail(address))
        grant_role(user=user, edition=edition, role=role, actor=boss, now=now)
        return user

    return Cast(
        organiser=boss,
        assistant=crew("何助理", "assistant", Role.ORGANISER),
        supervisor=crew("纪监督", "supervisor", Role.SUPERVISOR),
        clerk=crew("汤统计", "clerk", Role.CLERK),
        judges=[crew(_judge_name(index), f"judge{index + 1}", Role.JUDGE) for index in range(judges)],
    )


def seat_panel(*, edition: Edition, title: str, cast: Cast, now: datetime) -> Panel:
    """Seat the judges; every third comes from a recommending unit, so that same-unit recusals occur."""
    panel = create_panel(edition=edition, title=title)
    for index, judge in enumerate(cast.judges):
        unit = find_unit(UNITS[index]) if index % 3 == 0 else None
        add_seat(panel=panel, judge=judge, unit=unit, is_chair=index == 0, actor=cast.organiser, now=now)
    return panel


def _judge_name(index: int) -> str:
    return JUDGE_NAMES[index] if index < len(JUDGE_NAMES) else f"评委{index + 1}"


def _person(name: str, email: str) -> User:
    return create_user(name=name, email=email, password=DEMO_PASSWORD)
