"""推荐（省级评选）: the city's ordered choice among the winners, and the package for the province."""

import hashlib
import io
import zipfile

import pytest
from docx import Document
from openpyxl import load_workbook

from ledger.models import Event
from results.models import Result
from results.services import confirm_result
from tests.works.desk import works_address
from tests.works.jury import MARKS
from works.exceptions import WorkRefused
from works.models import ContactExport, Recommendation, Work
from works.selectors.recommendations import candidates
from works.services import withdraw_work
from works.services.outcomes import propose_kind_result
from works.services.recommendations import recommend_works, withdraw_recommendation

# Of five films the preset's tiers take four: 一等奖 1, 二等奖 1, 三等奖 2; marks fall from code to code.


@pytest.fixture
def result(accepted, locked, video, organiser, supervisor, now):
    """Return a function: the confirmed result of five films; `by_code` are marks of single ones."""

    def do(by_code=None) -> Result:
        accepted(video, 5, files=True)
        roster = propose_kind_result(round=locked(video, by_code), actor=organiser, now=now)
        confirm_result(roster=roster, actor=supervisor, now=now)
        return Result.objects.get(pk=roster.result_id)

    return do


@pytest.fixture
def recommend(organiser, now):
    def do(result, works, *, seen=(), reason="") -> list[str]:
        made = recommend_works(result=result, works=works, seen=list(seen), reason=reason, actor=organiser, now=now)
        return [row.work.title for row in made]

    return do


def winners(result) -> list[Work]:
    return [each.work for each in candidates(result)]


def standing(result) -> list[tuple[int, str]]:
    rows = Recommendation.objects.filter(result=result, state="standing").order_by("place")
    return [(row.place, row.work.title) for row in rows]


def test_the_best_are_recommended_in_their_order(result, recommend):
    done = result()
    first, second = winners(done)[:2]

    assert recommend(done, [first.pk, second.pk]) == [first.title, second.title]
    assert standing(done) == [(1, first.title), (2, second.title)]
    assert Event.objects.filter(kind="works_recommended").count() == 1


def test_another_order_takes_a_reason(result, recommend):
    done = result()
    first, second = winners(done)[:2]

    with pytest.raises(WorkRefused, match="推荐顺序与获奖名次不同"):
        recommend(done, [second.pk, first.pk])
    assert recommend(done, [second.pk, first.pk], reason="题材更适合省级评选") == [second.title, first.title]


def test_equal_ranks_are_not_parted_in_silence(result, recommend):
    same = {**MARKS, "science": "25"}
    done = result({"V03": same, "V04": same})
    order = [work.pk for work in winners(done)]
    assert [each.rank for each in candidates(done)] == [1, 2, 3, 3]

    with pytest.raises(WorkRefused, match="并列"):
        recommend(done, order[:3])
    assert len(recommend(done, order[:2])) == 2
    assert len(recommend(done, order[:3], seen=order[:2], reason="评审会合议")) == 3


def test_a_list_is_replaced_and_the_earlier_one_kept(result, recommend):
    done = result()
    first, second = winners(done)[:2]
    recommend(done, [first.pk, second.pk])

    with pytest.raises(WorkRefused, match="没有变化"):
        recommend(done, [first.pk, second.pk], seen=[first.pk, second.pk])
    recommend(done, [first.pk], seen=[first.pk, second.pk])

    assert standing(done) == [(1, first.title)]
    assert Recommendation.objects.filter(result=done, state="withdrawn").count() == 2


def test_pitfall_20_a_list_that_changed_meanwhile_is_not_overwritten(result, recommend):
    done = result()
    first, second = winners(done)[:2]
    recommend(done, [first.pk])

    with pytest.raises(WorkRefused, match="推荐名单已有变动"):
        recommend(done, [first.pk, second.pk], seen=[])
    assert standing(done) == [(1, first.title)]


def test_pitfall_01_who_has_left_or_won_nothing_cannot_be_recommended(result, recommend, organiser, now):
    done = result()
    ranked = winners(done)
    gone = ranked[0]
    withdraw_work(work=gone, reason="授权到期", actor=organiser, now=now)
    nothing = Work.objects.exclude(pk__in=[work.pk for work in ranked]).first()

    for pk in (gone.pk, nothing.pk):
        with pytest.raises(WorkRefused, match="没有获奖或已经退出"):
            recommend(done, [pk])
    assert recommend(done, [ranked[1].pk]) == [ranked[1].title]


def test_the_quota_and_a_repeated_work(result, recommend, video):
    video.province_quota = 1
    video.save()
    done = result()
    first, second = winners(done)[:2]

    with pytest.raises(WorkRefused, match="名额 1 件，选了 2 件"):
        recommend(done, [first.pk, second.pk])
    with pytest.raises(WorkRefused, match="列了两次"):
        recommend(done, [first.pk, first.pk])
    with pytest.raises(WorkRefused, match="至少选一件"):
        recommend(done, [])


def test_before_the_confirmation_nothing_is_recommended(accepted, locked, video, recommend, organiser, now):
    accepted(video)
    roster = propose_kind_result(round=locked(video), actor=organiser, now=now)

    with pytest.raises(WorkRefused, match="经监督员确认之后"):
        recommend(roster.result, [1])


def test_taking_one_back_needs_a_reason_once(result, recommend, organiser, now):
    done = result()
    recommend(done, [winners(done)[0].pk])
    row = Recommendation.objects.get(state="standing")

    with pytest.raises(WorkRefused, match="写明不再推荐的理由"):
        withdraw_recommendation(recommendation=row, reason=" ", actor=organiser, now=now)
    withdraw_recommendation(recommendation=row, reason="作者要求", actor=organiser, now=now)
    with pytest.raises(WorkRefused, match="已经不在推荐名单里"):
        withdraw_recommendation(recommendation=row, reason="作者要求", actor=organiser, now=now)
    assert standing(done) == []


def test_the_page_recommends_and_gives_the_package(client, result, selection, organiser):
    done = result()
    first, second = winners(done)[:2]
    client.force_login(organiser)
    page = works_address("organise_recommendation", selection, selection.pk)
    assert first.title in client.get(page).content.decode()

    prefix = f"result-{done.pk}"
    form = {f"{prefix}-seen": "", f"{prefix}-place-{first.pk}": "1", f"{prefix}-place-{second.pk}": "2"}
    address = works_address("organise_recommend", selection, selection.pk, done.pk)
    assert client.post(address, {**form, f"{prefix}-place-{second.pk}": "1"}).status_code == 200
    assert client.post(address, form).status_code == 302
    assert standing(done) == [(1, first.title), (2, second.title)]

    package = works_address("organise_recommendation_package", selection, selection.pk)
    assert "须写明用途" in client.post(package, {"purpose": ""}).content.decode()
    answer = client.post(package, {"purpose": "报送省级评选"})
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert ContactExport.objects.get().count == 2
    check_package(files, done, [first, second])


def check_package(files, result, works) -> None:
    """Checksums verify, the list is the ranking, each work has its form and its film under the rule's name."""
    listed = dict(line.split("  ", 1)[::-1] for line in files["SHA256SUMS.txt"].decode().splitlines())
    assert listed == {name: hashlib.sha256(body).hexdigest() for name, body in files.items() if name in listed}
    assert set(files) - set(listed) == {"SHA256SUMS.txt"}
    sheet = load_workbook(io.BytesIO(files["推荐汇总表.xlsx"]))["微视频"]
    lines = [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]
    assert [(row[1], row[8], row[-1]) for row in lines] == [
        (work.title, "19900007777", place) for place, work in enumerate(works, start=1)
    ]
    assert "定格成绩第 1 号、名册 v1" in str(sheet["A2"].value)
    for place, work in enumerate(works, start=1):
        stem = f"{place:02d}-微视频-{work.number}-{work.title}"
        form = Document(io.BytesIO(files[f"微视频/推荐表/{stem}-推荐表.docx"]))
        words = "\n".join(cell.text for row in form.tables[0].rows for cell in row.cells)
        assert work.title in words
        assert "{{" not in words
        assert "ISBN" not in words
        film = next(each for each in work.files.all() if each.requirement.code == "video")
        assert hashlib.sha256(files[f"微视频/材料/{stem}-视频.mp4"]).hexdigest() == film.sha256


def test_a_file_that_changed_on_disk_is_named_in_the_package(client, result, recommend, selection, organiser, settings):
    done = result()
    work = winners(done)[0]
    recommend(done, [work.pk])
    film = next(each for each in work.files.all() if each.requirement.code == "video")
    (settings.MEDIA_ROOT / film.path).write_bytes(b"something else")
    client.force_login(organiser)

    package = works_address("organise_recommendation_package", selection, selection.pk)
    answer = client.post(package, {"purpose": "报送"})
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        gaps = archive.read("缺件清单.txt").decode("utf-8-sig")

    assert "与提交时的校验值不一致" in gaps
    assert "图书还没有结果" in gaps


def test_the_template_can_be_restyled(client, selection, organiser):
    client.force_login(organiser)
    address = works_address("organise_work_template", selection, selection.pk, "recommendation_form")
    shipped = b"".join(client.get(address).streaming_content)
    upload = works_address("organise_work_template_upload", selection, selection.pk)

    bad = io.BytesIO(b"no word file")
    bad.name = "a.docx"
    assert "不是 Word 文档" in client.post(upload, {"document": "recommendation_form", "file": bad}).content.decode()
    good = io.BytesIO(shipped)
    good.name = "推荐表.docx"
    assert client.post(upload, {"document": "recommendation_form", "file": good}).status_code == 302
    assert (
        "本单位的版式" in client.get(works_address("organise_recommendation", selection, selection.pk)).content.decode()
    )
    reset = works_address("organise_work_template_reset", selection, selection.pk, "recommendation_form")
    assert client.post(reset).status_code == 302


def test_another_may_not(client, result, selection, coordinator, supervisor):
    for user in (coordinator, supervisor):
        client.force_login(user)
        assert client.get(works_address("organise_recommendation", selection, selection.pk)).status_code == 404
        package = works_address("organise_recommendation_package", selection, selection.pk)
        assert client.post(package, {"purpose": "x"}).status_code == 404
