"""What a group waits for, from its first registration to its certificates."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.models import Role
from contest.exceptions import ContestRefused
from contest.models import Contestant, GroupRound
from contest.selectors import first_step, group_states
from contest.services import (
    accept_registrations,
    advance_contestants,
    create_contest,
    discard_upload,
    import_contestants,
    keep_upload,
    open_upload,
    propose_group_result,
    record_guardian_consent,
    set_draw_order,
    set_room_orders,
    set_up_round,
    take_phone_as_guardians,
)
from core.models import Edition
from results.models import Result
from results.services import confirm_result, publish_result, withdraw_result
from scoring.models import Round
from scoring.services import add_seat, create_panel, create_round, lock_round, open_round
from tests.contest.office import id_number


def step_of(contest, code="adult") -> tuple[str, tuple[str, ...], str]:
    step = next(state.step for state in group_states(contest) if state.group.code == code)
    return step.title, step.blockers, step.waits_for


def test_next_steps_from_nothing_to_publication(
    contest, adult, enter, edition, make_person, judge_all, organiser, supervisor, now
):
    assert step_of(contest) == ("成年组：导入报名表", (), "organiser")
    people = enter(4)
    assert step_of(contest) == ("成年组：建立轮次，选定评委组", (), "organiser")
    panel = create_panel(edition=edition, title="评委组")
    round = set_up_round(group=adult, panel=panel, title="决赛", actor=organiser, now=now)
    assert step_of(contest) == ("决赛：抽签排定出场顺序", (), "organiser")
    set_draw_order(round=round, order=[one.pk for one in people], witnesses="纪监督", actor=organiser, now=now)
    assert step_of(contest) == ("决赛：安排评委", ("评委组还没有评委",), "organiser")
    for number in range(3):
        judge = make_person(f"评委{number}", Role.JUDGE, email=f"j{number}@example.com")
        add_seat(panel=panel, judge=judge, is_chair=number == 0, actor=organiser, now=now)
    assert step_of(contest) == ("决赛：核对回避，开放评分", (), "organiser")
    open_round(round=round, actor=organiser, now=now)
    assert step_of(contest) == ("决赛：评分，然后封存", ("还有 12 份评分表未提交",), "organiser")
    judge_all(round, ["49", "48", "47", "46"])
    assert step_of(contest) == ("决赛：评分，然后封存", (), "organiser")
    lock_round(round=round, actor=organiser, now=now)
    assert step_of(contest) == ("决赛：提出获奖人员名册", (), "organiser")
    roster = propose_group_result(round=Round.objects.get(), actor=organiser, now=now)
    assert step_of(contest) == ("决赛：等待监督员确认名册", (), "supervisor")
    confirm_result(roster=roster, actor=supervisor, now=now)
    assert step_of(contest) == ("决赛：公布结果", (), "organiser")
    publish_result(result=roster.result, actor=organiser, now=now)
    assert step_of(contest) == ("决赛：已公布，可以签发证书、办理晋级", (), "")
    withdraw_result(result=Result.objects.get(), reason="有误", actor=organiser, now=now)
    assert step_of(contest) == ("决赛：公布结果", (), "organiser")


def test_next_steps_of_a_preliminary_in_two_rooms(contest, adult, enter, make_panel, judge_all, organiser, now):
    people = [one.pk for one in enter(4)]
    rooms = [
        set_up_round(
            group=adult,
            panel=make_panel(f"{room} 组评委"),
            title=f"预赛 {room}",
            room=room,
            advance_count=1,
            actor=organiser,
            now=now,
        )
        for room in "AB"
    ]
    set_room_orders(round=rooms[0], orders=[people[:2], people[2:]], witnesses="纪监督", actor=organiser, now=now)
    for round in rooms:
        open_round(round=round, actor=organiser, now=now)
    judge_all(rooms[0], ["49", "48"])
    lock_round(round=rooms[0], actor=organiser, now=now)
    assert step_of(contest) == ("预赛 B：评分，然后封存", ("还有 6 份评分表未提交",), "organiser")
    judge_all(rooms[1], ["49", "48"])
    lock_round(round=rooms[1], actor=organiser, now=now)
    for round, name in zip(rooms, "AB", strict=True):
        waiting = (f"“预赛 {name}”的晋级名单还没有确认",)
        assert step_of(contest) == (f"预赛 {name}：确认晋级下一轮的名单", waiting, "organiser")
        advance_contestants(group_round=round.group_round, actor=organiser, now=now)
    assert step_of(contest) == ("成年组：晋级名单已确认，建立下一轮", (), "organiser")
    set_up_round(group=adult, panel=make_panel("决赛评委"), title="决赛", actor=organiser, now=now)
    assert step_of(contest) == ("决赛：抽签排定出场顺序", (), "organiser")


def test_a_junior_group_waits_for_guardians(contest, junior, registration, organiser, now):
    born = date(2014, 5, 1)
    row = registration(1, group=junior, birth_date=born, id_number=id_number(born), guardian_name="家长")
    import_contestants(contest=contest, rows=[row], actor=organiser, now=now)
    assert step_of(contest, "junior")[0] == "少年组：收齐监护人同意，受理资料齐全的选手"
    child = [Contestant.objects.get().pk]
    record_guardian_consent(contest=contest, contestants=child, actor=organiser, now=now)
    take_phone_as_guardians(contest=contest, contestants=child, actor=organiser, now=now)
    assert step_of(contest, "junior")[0] == "少年组：收齐监护人同意，受理资料齐全的选手"
    accept_registrations(contest=contest, contestants=child, actor=organiser, now=now)
    assert step_of(contest, "junior")[0] == "少年组：建立轮次，选定评委组"


def test_first_step_is_the_organisers_before_the_supervisors(contest, locked, organiser, now):
    propose_group_result(round=locked(), actor=organiser, now=now)
    states = group_states(contest)
    assert first_step(states).title == "少年组：导入报名表"
    assert first_step(states[:1]).title == "成年组决赛：等待监督员确认名册"
    assert first_step([]) is None


def test_propose_a_round_of_no_group(edition, contest, make_panel, organiser, now):
    round = create_round(
        edition=edition,
        title="别的",
        group="adult",
        rulebook=contest.rulebook,
        panel=make_panel(),
        actor=organiser,
        now=now,
    )
    with pytest.raises(ContestRefused, match="不属于任何组别"):
        propose_group_result(round=round, actor=organiser, now=now)


def test_propose_before_the_lock(drawn, organiser, now):
    with pytest.raises(ContestRefused, match="还没有封存"):
        propose_group_result(round=drawn(3), actor=organiser, now=now)


def test_set_up_with_a_panel_of_another_edition(adult, organiser, now):
    other = Edition.objects.create(slug="2027", title="别届", year=2027, organiser_name="别市", created_at=now)
    panel = create_panel(edition=other, title="别届评委组")
    with pytest.raises(ContestRefused, match="不属于本届"):
        set_up_round(group=adult, panel=panel, title="决赛", actor=organiser, now=now)
    assert GroupRound.objects.count() == 0


@pytest.mark.parametrize(
    ("preset", "slug", "message"), [("none", "new", "评分细则"), ("contest-one-group", "jiangjie", "代号")]
)
def test_create_contest_refused(edition, contest, organiser, now, preset, slug, message):
    with pytest.raises(ContestRefused, match=message):
        create_contest(
            edition=edition,
            title="大赛",
            slug=slug,
            first_day=date(2026, 5, 1),
            preset=preset,
            actor=organiser,
            now=now,
        )


def test_one_group_has_no_age_limits(edition, organiser, now):
    contest = create_contest(
        edition=edition,
        title="大赛",
        slug="one",
        first_day=date(2026, 5, 1),
        preset="contest-one-group",
        actor=organiser,
        now=now,
    )
    assert list(contest.groups.values_list("code", "min_age", "max_age")) == [("all", None, None)]


def test_upload_is_kept_encrypted_and_for_a_day(now):
    token = keep_upload(BytesIO(b"secret workbook"), now=now)
    path = settings.MEDIA_ROOT / "imports" / token
    assert b"secret" not in path.read_bytes()
    assert open_upload(token).read() == b"secret workbook"
    keep_upload(BytesIO(b"another"), now=now + timedelta(days=20000))
    assert open_upload(token) is None
    discard_upload(token)


def test_upload_with_a_strange_token_or_content(now):
    assert open_upload("../../etc/passwd") is None
    discard_upload("../../etc/passwd")
    token = keep_upload(BytesIO(b"x"), now=now)
    (settings.MEDIA_ROOT / "imports" / token).write_text("v1.none.none", encoding="ascii")
    assert open_upload(token) is None


def test_a_tie_across_a_line_is_decided_before_the_roster(contest, locked):
    locked(("49", "48", "47", "47", "45", "44"))
    assert step_of(contest) == ("成年组决赛：名额线上还有并列，先分出先后", (), "organiser")


def test_a_contests_address_in_chinese_is_refused_in_plain_words(edition, signed_in, organiser):
    fields = {"title": "讲解大赛", "slug": "讲解", "first_day": "2026-11-20", "preset": "contest-two-groups"}
    page = signed_in(organiser).post(reverse("organise_contest_new", args=["2026"]), fields).content.decode()
    assert "不能有汉字和空格" in page
    assert 'value="讲解大赛"' in page
