"""The demo's second contest: its call is public, registrations come in, and the office is at work on them."""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from accounts.models import Role, Unit, User
from accounts.selectors import find_unit
from accounts.services import create_user, grant_role
from contest.models import Contest, Contestant, Group
from contest.services.calls import change_call, publish_call
from contest.services.consents import give_consent, record_guardian_consent
from contest.services.contestants import withdraw_contestant
from contest.services.contests import basics_of, change_contest, create_contest
from contest.services.defaults import call_draft
from contest.services.drafts import save_draft, start_registration, submit_registration
from contest.services.exclusions import Exclusion, add_exclusions
from contest.services.materials import asked_materials, hand_in_material
from contest.services.registrations import Registration
from contest.services.review import accept_registrations, refuse_registrations, return_registrations
from contest.services.settings import GroupSettings, change_groups
from contest.services.unit_entries import set_unit_order
from core.models import Edition
from portal.services.rehearsal.cast import DEMO_PASSWORD, Cast
from portal.services.rehearsal.clock import PlayClock
from portal.services.rehearsal.papers import paper_for
from portal.services.rehearsal.people import UNITS, Person, invent_people

TITLE = "2026 年科普讲解大赛（校园专场）"
QUOTA = 3
PHONES = "1990001"  # nobody of the other contest has such a number
Status, Channel = Contestant.Status, Contestant.Channel


@dataclass(frozen=True)
class Registrants:
    """Who registers: a unit's coordinator, a contestant by himself, a guardian for her children."""

    coordinator: User
    entrant: User
    guardian: User
    unit: Unit


def stage_campus(*, edition: Edition, cast: Cast, entrant: Person, first_day: date, clock: PlayClock) -> Contest:
    """Make the contest with registrations in every state; nothing of it is drawn yet."""
    contest = _call(edition, cast, first_day + timedelta(days=45), clock)
    adult, junior = contest.groups.order_by("pk")
    who = _registrants(edition, cast, entrant, clock)
    rng = random.Random(45)  # noqa: S311 - invented people
    people = invent_people(rng, groups=["成年组", "少年组"], count=16, first_day=contest.first_day)
    adults, juniors = (_renamed(people[start::2]) for start in (0, 1))
    _send_adults(contest, adult, adults, who, cast, clock)
    _send_juniors(contest, junior, juniors, who, cast, clock)
    own = replace(entrant, talk="一滴水的体检报告", unit=UNITS[0])
    _register_alone(contest, adult, own, who, cast, clock)
    _register_children(junior, juniors[5:7], who, clock)
    return contest


def _call(edition: Edition, cast: Cast, first_day: date, clock: PlayClock) -> Contest:
    contest = create_contest(
        edition=edition,
        title=TITLE,
        slug="campus",
        first_day=first_day,
        preset="contest-two-groups",
        materials=True,
        actor=cast.organiser,
        now=clock(),
    )
    now = clock()
    basics = replace(
        basics_of(contest),
        venue="示范市科技馆报告厅",
        registration_opens_at=now - timedelta(days=7),
        registration_closes_at=now.replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=21),
    )
    contest = change_contest(contest=contest, basics=basics, actor=cast.organiser, now=clock())
    quotas = [
        GroupSettings(group.pk, group.title, group.min_age, group.max_age, QUOTA) for group in contest.groups.all()
    ]
    change_groups(contest=contest, groups=quotas, actor=cast.organiser, now=clock())
    change_call(contest=contest, text=call_draft(contest), actor=cast.organiser, now=clock())
    winner = Exclusion(name="高清扬", document_number="", award="2025 年科普讲解大赛金奖")
    add_exclusions(contest=contest, rows=[winner], actor=cast.organiser, now=clock())
    return publish_call(contest=contest, actor=cast.organiser, now=clock())


def _registrants(edition: Edition, cast: Cast, entrant: Person, clock: PlayClock) -> Registrants:
    coordinator = create_user(name="连报送", email="coordinator@demo.invalid", password=DEMO_PASSWORD)
    unit = find_unit(UNITS[0])
    assert unit is not None
    role = Role.COORDINATOR
    grant_role(user=coordinator, edition=edition, role=role, unit=unit, actor=cast.organiser, now=clock())
    return Registrants(
        coordinator=coordinator,
        entrant=User.objects.get(name=entrant.name, email="entrant@demo.invalid"),
        guardian=create_user(name="罗知秋", email="guardian@demo.invalid", phone="19900020001", password=DEMO_PASSWORD),
        unit=unit,
    )


def _send_adults(
    contest: Contest, group: Group, people: list[Person], who: Registrants, cast: Cast, clock: PlayClock
) -> None:
    """Of the unit's five one is accepted, one waits, one came back, one is behind the last place, one is half typed."""
    accepted, waiting, returned, beyond, half = (_begin(group, one, who, clock) for one in people[:5])
    for one, person in ((accepted, people[0]), (waiting, people[1]), (returned, people[2])):
        _hand_in(one, who.coordinator, clock, leave_out=("review",) if one == returned else ())
        _submit(one, person, who.coordinator, clock)
    _type(beyond, people[3], who.coordinator, clock)
    _type(half, replace(people[4], talk="", phone=""), who.coordinator, clock)
    order = [accepted.pk, waiting.pk, returned.pk, beyond.pk, half.pk]
    set_unit_order(unit=who.unit, group=group, contestants=order, actor=who.coordinator, now=clock())
    accept_registrations(contest=contest, contestants=[accepted.pk], actor=cast.organiser, now=clock())
    _return(contest, returned, "请补齐缺少的材料。", cast, clock)


def _send_juniors(
    contest: Contest, group: Group, people: list[Person], who: Registrants, cast: Cast, clock: PlayClock
) -> None:
    """One accepted with a consent on paper, one without; one who left, one refused, one who may be a former winner."""
    accepted, waiting, namesake = (_begin(group, one, who, clock) for one in people[:3])
    people = [*people[:2], replace(people[2], name="高清扬"), *people[3:]]
    for one, person in zip((accepted, waiting, namesake), people, strict=False):
        _hand_in(one, who.coordinator, clock)
        _submit(one, person, who.coordinator, clock)
    chosen = [accepted.pk, namesake.pk]
    record_guardian_consent(contest=contest, contestants=chosen, actor=cast.organiser, now=clock())
    accept_registrations(contest=contest, contestants=[accepted.pk], actor=cast.organiser, now=clock())
    for person, is_refused in ((people[3], True), (people[4], False)):
        one = _begin(group, person, who, clock, actor=cast.organiser)
        _submit(one, person, cast.organiser, clock)
        if is_refused:
            reason = "同一人重复报名。"
            refuse_registrations(
                contest=contest, contestants=[one.pk], reason=reason, actor=cast.organiser, now=clock()
            )
        else:
            withdraw_contestant(contestant=one, reason="与期末考试冲突", actor=cast.organiser, now=clock())


def _register_alone(
    contest: Contest, group: Group, person: Person, who: Registrants, cast: Cast, clock: PlayClock
) -> None:
    """The demo's contestant, by himself: handed in, and returned because a scan cannot be read."""
    one = start_registration(
        contest=contest, group=group, channel=Channel.INDIVIDUAL, owner=who.entrant, actor=who.entrant, now=clock()
    )
    _hand_in(one, who.entrant, clock, leave_out=("video",))
    _submit(one, person, who.entrant, clock)
    _return(contest, one, "上传的文件看不清或打不开，请重新上传。", cast, clock)


def _register_children(group: Group, people: list[Person], who: Registrants, clock: PlayClock) -> None:
    """One guardian's children: for one she has consented, for the other she is still to."""
    text = group.contest.consent_texts.get()
    for place, person in enumerate(people):
        name = f"{who.guardian.name[0]}{person.name[1:]}"
        child = replace(person, name=name, guardian=who.guardian.name, phone=who.guardian.phone or "")
        one = start_registration(
            contest=group.contest,
            group=group,
            channel=Channel.INDIVIDUAL,
            owner=who.guardian,
            actor=who.guardian,
            now=clock(),
        )
        _hand_in(one, who.guardian, clock)
        _submit(one, child, who.guardian, clock)
        if place == 0:
            give_consent(contestant=one, text=text, actor=who.guardian, now=clock())


def _begin(
    group: Group, person: Person, who: Registrants, clock: PlayClock, *, actor: User | None = None
) -> Contestant:
    return start_registration(
        contest=group.contest,
        group=group,
        channel=Channel.UNIT if actor is None else Channel.OFFICE,
        unit=who.unit,
        owner=None,
        actor=actor or who.coordinator,
        now=clock(),
    )


def _type(one: Contestant, person: Person, actor: User, clock: PlayClock) -> None:
    """Kept as typed, not handed in."""
    typed = {
        "group": str(one.group_id),
        "name": person.name,
        "gender": person.gender,
        "id_number": person.id_number,
        "workplace": person.unit,
        "title": person.talk,
        "phone": person.phone,
    }
    save_draft(contestant=one, typed=typed, base_version=one.version, actor=actor, now=clock())


def _submit(one: Contestant, person: Person, actor: User, clock: PlayClock) -> None:
    registration = Registration(
        group=one.group,
        name=person.name,
        gender=person.gender,
        birth_date=person.birth_date,
        id_number=person.id_number,
        workplace=person.unit,
        title=person.talk,
        phone=person.phone,
        email=person.email,
        guardian_name=person.guardian,
        guardian_phone=person.phone if person.guardian else "",
    )
    submit_registration(contestant=one, registration=registration, base_version=one.version, actor=actor, now=clock())


def _hand_in(one: Contestant, actor: User, clock: PlayClock, *, leave_out: tuple[str, ...] = ()) -> None:
    for requirement in asked_materials(one):
        if requirement.code not in leave_out:
            file = paper_for(requirement.formats, requirement.title, shade=one.pk)
            hand_in_material(contestant=one, requirement=requirement, file=file, actor=actor, now=clock())


def _return(contest: Contest, one: Contestant, reason: str, cast: Cast, clock: PlayClock) -> None:
    now = clock()
    return_registrations(
        contest=contest,
        contestants=[one.pk],
        reason=reason,
        due_at=now + timedelta(days=5),
        actor=cast.organiser,
        now=now,
    )


def _renamed(people: list[Person]) -> list[Person]:
    """The unit's people, with phones that nobody of the other contest has."""
    return [replace(one, unit=UNITS[0], phone=PHONES + one.phone[-4:]) for one in people]
