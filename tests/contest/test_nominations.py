"""名额外推荐, the delegation, and the package for the province."""

import hashlib
import subprocess
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.conf import settings
from docx import Document
from openpyxl import load_workbook

from contest.documents import nomination_docx, province_package, registration_docx
from contest.exceptions import ContestRefused
from contest.models import Contestant, Delegation, Finalist, Material, MaterialRequirement
from contest.selectors import basis_of, extra_places, nominees
from contest.services import (
    DelegationDetails,
    move_up_reserve,
    nominate_extra,
    propose_group_result,
    record_finalists,
    set_delegation,
    withdraw_finalist,
)
from contest.services.nominations import package_gaps
from ledger.models import Event
from results.services import confirm_result
from scoring.services import revise_rulebook

DELEGATION = DelegationDetails(
    name="示范市代表队",
    leader_name="宋领队",
    leader_phone="199 0000 9001",
    contact_name="柳联络",
    contact_phone="19900009002",
    observers=2,
)


@pytest.fixture
def result(contest, organiser, supervisor, now, locked):
    """A confirmed result of six adults whose rules allow one nominee outside the quota; finalists are recorded."""
    document = contest.rulebook.document
    groups = [{**group, "extra_nominees": 1} for group in document["groups"]]
    contest.rulebook = revise_rulebook(
        rulebook=contest.rulebook,
        document={**document, "groups": groups},
        reason="基地另推荐一人",
        actor=organiser,
        now=now,
    )
    contest.save()
    roster = propose_group_result(round=locked(), actor=organiser, now=now)
    confirm_result(roster=roster, actor=supervisor, now=now)
    record_finalists(result=roster.result, actor=organiser, now=now)
    return roster.result


def person(name: str) -> Contestant:
    return Contestant.objects.get(name=name)


def names(contest) -> list[str]:
    return [row.contestant.name for row in nominees(contest)]


def test_nominees_are_finalists_then_reserves_who_moved_up_then_extra_ones(contest, result, organiser, now):
    rows = {row.contestant.name: row for row in Finalist.objects.select_related("contestant")}
    withdraw_finalist(finalist=rows["选手2"], reason="出国", actor=organiser, now=now)
    move_up_reserve(finalist=rows["选手4"], actor=organiser, now=now)
    nominate_extra(result=result, contestant=person("选手6"), reason="科普基地推荐", actor=organiser, now=now)
    assert names(contest) == ["选手1", "选手3", "选手4", "选手6"]
    assert basis_of(nominees(contest)) == ["成年组定格成绩第 1 号、名册 v1"]
    event = Event.objects.order_by("-number")[0]
    assert event.kind == "extra_nominated"
    assert "科普基地" not in event.payload


def test_extra_nominee_beyond_the_rules(result, organiser, now):
    assert extra_places(result) == 1
    nominate_extra(result=result, contestant=person("选手6"), reason="科普基地推荐", actor=organiser, now=now)
    assert extra_places(result) == 0
    with pytest.raises(ContestRefused, match="人数已满"):
        nominate_extra(result=result, contestant=person("选手5"), reason="科普基地推荐", actor=organiser, now=now)


@pytest.mark.parametrize(
    ("name", "reason", "refused"), [("选手1", "基地", "已经在推荐名单中"), ("选手6", " ", "请写明名额外推荐的依据")]
)
def test_extra_nominee_refused(result, organiser, now, name, reason, refused):
    with pytest.raises(ContestRefused, match=refused):
        nominate_extra(result=result, contestant=person(name), reason=reason, actor=organiser, now=now)


def test_pitfall_01_withdrawn_contestant_is_no_extra_nominee(result, organiser, now):
    Contestant.objects.filter(name="选手6").update(status=Contestant.Status.WITHDRAWN)
    with pytest.raises(ContestRefused, match="已退出"):
        nominate_extra(result=result, contestant=person("选手6"), reason="基地", actor=organiser, now=now)


def test_reserve_nominated_outside_the_quota_is_no_reserve_any_more(contest, result, organiser, now):
    nominate_extra(result=result, contestant=person("选手4"), reason="科普基地推荐", actor=organiser, now=now)
    rows = Finalist.objects.order_by("kind", "place").values_list("kind", "contestant__name", "state")
    assert list(rows) == [
        ("extra", "选手4", "standing"),
        ("finalist", "选手1", "standing"),
        ("finalist", "选手2", "standing"),
        ("finalist", "选手3", "standing"),
        ("reserve", "选手5", "standing"),
    ]
    with pytest.raises(ContestRefused, match="已经确认"):
        record_finalists(result=result, actor=organiser, now=now)


def test_delegation_with_a_phone_that_is_none(contest, organiser, now):
    details = DelegationDetails(**{**DELEGATION.__dict__, "leader_phone": "12345"})
    with pytest.raises(ContestRefused, match="领队电话"):
        set_delegation(contest=contest, details=details, actor=organiser, now=now)
    assert not Delegation.objects.exists()


def test_gaps_name_what_is_missing_until_nothing_is(contest, result, organiser, now):
    junior = "少年组还没有结果"
    assert package_gaps(contest, nominees(contest)) == [junior, "代表队信息还没有填写"]
    set_delegation(contest=contest, details=DELEGATION, actor=organiser, now=now)
    rows = {row.contestant.name: row for row in Finalist.objects.select_related("contestant")}
    withdraw_finalist(finalist=rows["选手2"], reason="出国", actor=organiser, now=now)
    assert package_gaps(contest, nominees(contest)) == [junior, "成年组还有 1 个晋级名额空缺，可由递补选手补上"]


@pytest.fixture
def photo(contest, organiser, now, tmp_path, settings):
    """Return a function: a file handed in by a contestant as one kind of material."""
    settings.MEDIA_ROOT = tmp_path

    def hand_in(contestant: Contestant, content: bytes = b"\x89PNG", sha256: str = "") -> Material:
        requirement, _ = MaterialRequirement.objects.get_or_create(
            contest=contest,
            code="script",
            defaults={"title": "讲稿", "formats": ["pdf"], "max_bytes": 10_000, "order": 1, "required": False},
        )
        path = f"materials/{contestant.pk}"
        (tmp_path / "materials").mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
        return Material.objects.create(
            contestant=contestant,
            requirement=requirement,
            path=path,
            original_name="最终版(3).pdf",
            format="pdf",
            size=len(content),
            sha256=sha256 or hashlib.sha256(content).hexdigest(),
            uploaded_by=organiser,
            uploaded_at=now,
        )

    return hand_in


def unpacked(contest, now) -> dict[str, bytes]:
    content = b"".join(province_package(contest, nominees(contest), now=now))
    with ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_package_holds_lists_forms_and_media_renamed_by_rule(contest, result, organiser, now, photo):
    photo(person("选手1"))
    set_delegation(contest=contest, details=DELEGATION, actor=organiser, now=now)
    files = unpacked(contest, now)
    assert sorted(files) == [
        "SHA256SUMS.txt",
        "代表队信息表.docx",
        "报名表/01-成年组-选手1-报名表.docx",
        "报名表/02-成年组-选手2-报名表.docx",
        "报名表/03-成年组-选手3-报名表.docx",
        "推荐名单汇总表.docx",
        "推荐名单汇总表.xlsx",
        "材料/01-成年组-选手1-讲稿.pdf",
        "缺件清单.txt",
    ]
    assert files["缺件清单.txt"].decode("utf-8-sig").splitlines()[-1] == "1. 少年组还没有结果"


def test_package_checksums_verify_as_sha256sum_reads_them(contest, result, now, photo, tmp_path):
    photo(person("选手1"))
    files = unpacked(contest, now)
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS.txt"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.count(": OK")) == (0, len(files) - 1), done.stderr


def test_package_names_a_file_that_is_not_what_was_handed_in(contest, result, now, photo):
    photo(person("选手1"), sha256="0" * 64)
    Material.objects.filter(pk=photo(person("选手2")).pk).update(path="materials/gone")
    told = unpacked(contest, now)["缺件清单.txt"].decode("utf-8-sig")
    assert "材料/01-成年组-选手1-讲稿.pdf：与提交时的校验值不一致，请重新上传" in told
    assert "材料/02-成年组-选手2-讲稿.pdf：文件读取失败，请重新上传" in told


def test_nomination_workbook_keeps_numbers_as_text(contest, result, organiser, now, photo):
    sheet = load_workbook(BytesIO(unpacked(contest, now)["推荐名单汇总表.xlsx"])).active
    first = person("选手1")
    assert [cell.value for cell in sheet[4]] == [
        1, "成年组", "选手1", "女", "1990.05", "市天文爱好者协会", "题目1", None, first.phone, first.id_number, 1, None
    ]  # fmt: skip
    assert (sheet["I4"].data_type, sheet["J4"].data_type) == ("s", "s")


def words(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_pitfall_21_words_of_people_are_no_template(contest, result, now):
    Contestant.objects.filter(name="选手1").update(title="{{ 比赛 }}{% raw %}<b>&")
    text = words(registration_docx(person("选手1"), on=date(2026, 11, 20)))
    assert "{{ 比赛 }}{% raw %}<b>&" in text
    assert "填表日期：2026年11月20日" in text


def test_pitfall_22_long_and_rare_names_are_whole_on_word_forms(contest, result, now):
    long = "欧阳𠮷䶮·买买提吐尔逊" * 5
    Contestant.objects.filter(name="选手1").update(name=long)
    assert long in words(registration_docx(Contestant.objects.get(name=long), on=date(2026, 11, 20)))
    assert long in words(nomination_docx(contest, nominees(contest), on=date(2026, 11, 20)))


def test_media_root_is_not_in_the_package(contest, result, now, photo):
    photo(person("选手1"))
    assert all(str(settings.MEDIA_ROOT).encode() not in content for content in unpacked(contest, now).values())
