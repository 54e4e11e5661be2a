"""A video round: judges watch one file each of the people they judge, and nobody else does."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Role
from contest.exceptions import ContestRefused
from contest.models import Appearance, Material, MaterialRequirement
from contest.selectors import draw_blockers, without_video
from contest.services import (
    check_in,
    forfeit_without_video,
    pin_contestants_videos,
    pin_videos,
    set_draw_order,
    set_up_round,
)
from contest.services.materials import hand_in_material, take_back_material
from scoring.exceptions import ActBlocked
from scoring.models import Entry, ScoreSheet
from scoring.services import (
    add_seat,
    confirm_recusal,
    create_runoff,
    declare_recusal,
    lock_round,
    open_round,
    remove_seat,
)
from tests.contest.office import at
from tests.core.samples import mp4

BYTES = bytes(range(256)) * 8


@pytest.fixture
def wanted(contest) -> MaterialRequirement:
    return MaterialRequirement.objects.create(
        contest=contest, code="clip", title="讲解视频", formats=["mp4"], max_bytes=10_000, required=False, order=90
    )


@pytest.fixture
def hand_in(wanted, organiser, now, settings, tmp_path):
    """Return a function that puts a contestant's video on file."""
    settings.MEDIA_ROOT = tmp_path

    def do(contestant, content=BYTES) -> Material:
        Material.objects.filter(contestant=contestant).update(superseded_at=now)
        number = Material.objects.count()
        path = f"materials/{number}.mp4"
        (tmp_path / "materials").mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
        return Material.objects.create(
            contestant=contestant,
            requirement=wanted,
            path=path,
            original_name=f"{contestant.name}-某单位.mp4",
            format="mp4",
            size=len(content),
            sha256=f"{number:064d}",
            uploaded_by=organiser,
            uploaded_at=now,
        )

    return do


@pytest.fixture
def videos(adult, enter, make_panel, wanted, hand_in, organiser, now):
    """Return a function: n adults numbered in a video round in preparation; the first `given` have a video."""

    def do(count=3, given=3):
        people = enter(count)
        for contestant in people[:given]:
            hand_in(contestant)
        round = set_up_round(
            group=adult,
            panel=make_panel(),
            title="视频预赛",
            medium="video",
            video_requirement=wanted,
            advance_count=2,
            actor=organiser,
            now=now,
        )
        if given:
            order = [one.pk for one in people]
            set_draw_order(round=round, order=order, witnesses="纪监督", actor=organiser, now=now)
        return round, people

    return do


def exhibits(round) -> list[str]:
    return list(Entry.objects.filter(round=round).order_by("order").values_list("exhibit", flat=True))


def test_each_entry_shows_its_video(videos):
    round, _ = videos(2, 2)
    pks = Appearance.objects.order_by("draw_order").values_list("pk", flat=True)
    assert exhibits(round) == [f"/judge/exhibits/{pk}/" for pk in pks]


def test_nobody_has_a_video(videos):
    round, _ = videos(2, 0)
    assert draw_blockers(round.group_round) == ["本轮看视频评审，还没有一位选手提交视频"]


def test_missing_videos_block_the_opening_and_may_be_forfeited(videos, hand_in, organiser, now):
    round, people = videos(4, 2)
    assert [one.name for one in without_video(round.group_round)] == ["选手3", "选手4"]
    with pytest.raises(ActBlocked, match="03、04 号还没有可供评审的内容"):
        open_round(round=round, actor=organiser, now=now)
    third, fourth = (Appearance.objects.get(contestant=one) for one in people[2:])
    hand_in(people[2])
    with pytest.raises(ContestRefused, match="已经提交视频"):
        forfeit_without_video(appearance=third, actor=organiser, now=now)
    pin_contestants_videos(contestant_id=people[2].pk, actor=organiser, now=now)
    entry = forfeit_without_video(appearance=fourth, actor=organiser, now=now)
    assert (entry.status, entry.status_reason) == ("forfeited", "未提交视频")
    open_round(round=round, actor=organiser, now=now)
    assert [bool(each) for each in exhibits(round)] == [True, True, True, False]


def test_a_video_replaced_after_the_opening_is_not_what_judges_watch(videos, hand_in, organiser, now):
    round, people = videos(2, 2)
    first = Appearance.objects.get(contestant=people[0]).video_id
    open_round(round=round, actor=organiser, now=now)
    hand_in(people[0], b"another")
    assert pin_videos(group_round=round.group_round, actor=organiser, now=now) == 0
    assert Appearance.objects.get(contestant=people[0]).video_id == first


def test_judge_watches_in_ranges_without_names(videos, signed_in, organiser, now):
    round, people = videos(2, 2)
    open_round(round=round, actor=organiser, now=now)
    seat = round.panel.seats.first()
    appearance = Appearance.objects.get(contestant=people[0])
    client = signed_in(seat.judge)
    sheet = ScoreSheet.objects.get(entry=appearance.entry, seat=seat)
    address = reverse("judge_exhibit", args=[appearance.pk])
    assert address in client.get(reverse("judge_sheet", args=[sheet.pk])).content.decode()
    page = client.get(address).content.decode()
    assert "《题目1》" in page
    assert "选手1" not in page
    assert "天文" not in page
    file = reverse("judge_exhibit_file", args=[appearance.pk])
    part = client.get(file, headers={"Range": "bytes=256-259"})
    assert (part.status_code, part["Content-Range"], part.getvalue()) == (
        206,
        f"bytes 256-259/{len(BYTES)}",
        bytes([0, 1, 2, 3]),
    )
    assert "01.mp4" in part["Content-Disposition"]
    assert client.get(file).getvalue() == BYTES


def watch_codes(client, appearance) -> set[int]:
    names = ("judge_exhibit", "judge_exhibit_file")
    answers = [client.get(reverse(name, args=[appearance.pk])) for name in names]
    for answer in answers:
        answer.getvalue()
    return {answer.status_code for answer in answers}


def test_who_may_not_watch(videos, signed_in, make_person, stranger, supervisor, organiser, judge_all, now):
    round, people = videos(2, 2)
    appearance = Appearance.objects.get(contestant=people[0])
    seats = list(round.panel.seats.order_by("number"))
    assert watch_codes(signed_in(seats[0].judge), appearance) == {404}  # in preparation: no sheet yet
    late = make_person("迟到评委", Role.JUDGE, email="late@example.com")
    add_seat(panel=round.panel, judge=late, actor=organiser, now=now)
    recusal = declare_recusal(entry=appearance.entry, seat=seats[1], reason="师生", actor=organiser, now=now)
    confirm_recusal(recusal=recusal, actor=organiser, now=now)
    open_round(round=round, actor=organiser, now=now)
    elsewhere = make_person("别组评委", Role.JUDGE, email="other@example.com")
    for person in (seats[1].judge, elsewhere, stranger, supervisor, organiser):
        assert watch_codes(signed_in(person), appearance) == {404}
    other = Appearance.objects.get(contestant=people[1])
    assert watch_codes(signed_in(seats[1].judge), other) == {200}
    assert watch_codes(signed_in(late), appearance) == {200}
    remove_seat(seat=round.panel.seats.get(judge=late), reason="有事", actor=organiser, now=now)
    assert watch_codes(signed_in(late), appearance) == {404}


def test_nobody_watches_after_the_lock_but_in_a_runoff(videos, signed_in, judge_all, organiser, now):
    round, people = videos(3, 3)
    open_round(round=round, actor=organiser, now=now)
    judge_all(round, ["49", "48", "48"])
    lock_round(round=round, actor=organiser, now=now)
    judge = round.panel.seats.first().judge
    tied = Appearance.objects.get(contestant=people[1])
    assert watch_codes(signed_in(judge), tied) == {404}
    runoff = create_runoff(round=round, entries=["02", "03"], title="加赛", actor=organiser, now=now)
    open_round(round=runoff, actor=organiser, now=now)
    assert watch_codes(signed_in(judge), tied) == {200}
    assert watch_codes(signed_in(judge), Appearance.objects.get(contestant=people[0])) == {404}


def test_nobody_signed_out_watches(videos, client, organiser, now):
    round, _ = videos(1, 1)
    open_round(round=round, actor=organiser, now=now)
    address = reverse("judge_exhibit", args=[Appearance.objects.get().pk])
    assert client.get(address).status_code == 302


def test_nobody_is_checked_in_for_a_video(videos, signed_in, organiser, now):
    round, _ = videos(1, 1)
    with pytest.raises(ContestRefused, match="不用检录"):
        check_in(appearance=Appearance.objects.get(), state="absent", seen="expected", actor=organiser, now=now)
    page = signed_in(organiser).get(reverse("hall_check_in", args=[round.pk])).content.decode()
    assert "本轮看视频评审，不用检录" in page
    assert "确认缺席" not in page


def test_a_video_handed_in_after_the_numbering_counts_by_itself(videos, wanted, organiser, now):
    round, people = videos(2, 1)
    file = SimpleUploadedFile("讲解.mp4", mp4())
    hand_in_material(contestant=people[1], requirement=wanted, file=file, actor=organiser, now=now)
    assert all(exhibits(round))
    take_back_material(material=Material.objects.get(contestant=people[1]), actor=organiser, now=now)
    assert [bool(each) for each in exhibits(round)] == [True, False]


def test_draw_page_names_who_has_no_video(videos, adult, hand_in, signed_in, organiser):
    round, people = videos(3, 1)
    client = signed_in(organiser)
    page = client.get(at("organise_draw", adult.pk)).content.decode()
    assert "2 位选手还没有提交视频" in page
    hand_in(people[1])
    page = client.post(at("organise_draw_videos", adult.pk), follow=True).content.decode()
    assert "1 位选手的视频有更新" in page
    appearance = Appearance.objects.get(contestant=people[2])
    page = client.post(at("organise_video_forfeit", appearance.pk), follow=True).content.decode()
    assert "选手3未提交视频，记为弃权" in page
    assert "还没有提交视频" not in page
    assert round.entries.get(code="03").status == "forfeited"
