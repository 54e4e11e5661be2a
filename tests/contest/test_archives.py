"""Materials: the matrix, single files, and everything as one ZIP that anybody can check."""

import hashlib
import json
import shutil
import subprocess
import tracemalloc
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from contest.models import Contestant, Material, MaterialRequirement, PersonalDataExport
from contest.services import hand_in_material
from contest.services.archives import CATALOGUE, archive_stream, plan_archive
from contest.services.material_matrix import MatrixFilter, material_matrix, people_with_materials
from ledger.models import Event
from tests.contest.office import at
from tests.core.samples import jpeg, pdf

MB = 1024 * 1024


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def asked(contest):
    """The contest asks for a script, and a photo if one likes."""
    wanted = {"contest": contest, "max_bytes": 300 * MB}
    script = MaterialRequirement.objects.create(code="script", title="讲稿", formats=["pdf"], order=1, **wanted)
    photo = MaterialRequirement.objects.create(
        code="photo", title="照片", formats=["jpg"], order=2, required=False, **wanted
    )
    return {"script": script, "photo": photo}


@pytest.fixture
def three(enter, asked):
    return enter(3)


@pytest.fixture
def hand_in(asked, organiser, now):
    def do(contestant, code="script", content=None):
        content = content or (pdf() if code == "script" else jpeg())
        file = SimpleUploadedFile("我的文件.pdf" if code == "script" else "a.jpg", content)
        return hand_in_material(contestant=contestant, requirement=asked[code], file=file, actor=organiser, now=now)

    return do


def packed(contest, now, **chosen) -> tuple[int, bytes]:
    people = people_with_materials(contest, MatrixFilter(**chosen))
    size, pieces = archive_stream(plan_archive(contest, people), now=now)
    return size, b"".join(pieces)


def sheets(content: bytes) -> list[list[list[object]]]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        workbook = load_workbook(BytesIO(archive.read(CATALOGUE)))
    return [[[cell.value for cell in row] for row in sheet.rows] for sheet in workbook.worksheets]


def test_zip_holds_everything_by_rule_and_its_own_list(contest, three, hand_in, now):
    for one in three[:2]:
        hand_in(one)
    hand_in(three[0], "photo")
    Contestant.objects.filter(pk=three[1].pk).update(name="选手1")
    size, content = packed(contest, now)
    assert len(content) == size
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert [info.filename for info in archive.infolist()] == [
            "目录.xlsx",
            "成年组/成年组-选手1-讲稿.pdf",
            "成年组/成年组-选手1-照片.jpg",
            "成年组/成年组-选手1-讲稿(2).pdf",
        ]
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        assert all(info.flag_bits & 0x800 for info in archive.infolist())  # names are UTF-8
        listed = {row[5]: row for row in sheets(content)[0] if row[0] in (1, 2, 3)}
        for name in archive.namelist()[1:]:
            assert listed[name][8] == hashlib.sha256(archive.read(name)).hexdigest()
            assert listed[name][7] == len(archive.read(name))
    gaps = [row[2:5:2] for row in sheets(content)[1] if row[0] == 1]
    assert gaps == [["选手3", "缺材料：讲稿"]]


@pytest.mark.skipif(shutil.which("unzip") is None, reason="unzip is not installed")
def test_zip_is_whole_for_unzip(contest, three, hand_in, now, tmp_path):
    hand_in(three[0])
    path = tmp_path / "a.zip"
    path.write_bytes(packed(contest, now)[1])
    told = subprocess.run(["unzip", "-t", path], capture_output=True, text=True, check=False)
    assert (told.returncode, "No errors detected" in told.stdout) == (0, True)


def test_zip_of_one_group_or_unit_only(contest, three, hand_in, now):
    for one in three:
        hand_in(one)
    unit = three[0].unit_id
    assert len(sheets(packed(contest, now, group="junior")[1])[0]) < len(sheets(packed(contest, now)[1])[0])
    assert len(sheets(packed(contest, now, unit=str(unit))[1])[0]) == len(sheets(packed(contest, now)[1])[0])


def test_replaced_files_and_who_left_are_not_in_the_zip(contest, three, hand_in, now):
    hand_in(three[0])
    hand_in(three[0], content=pdf() + b"\n%%EOF\n")
    hand_in(three[1])
    Contestant.objects.filter(pk=three[1].pk).update(status="withdrawn")
    with zipfile.ZipFile(BytesIO(packed(contest, now)[1])) as archive:
        assert [(info.filename, info.file_size) for info in archive.infolist()[1:]] == [
            ("成年组/成年组-选手1-讲稿.pdf", len(pdf()) + 7)
        ]


def test_file_gone_from_the_disk_is_named_and_left_out(contest, three, hand_in, now, settings):
    gone, cut = hand_in(three[0]), hand_in(three[1])
    (Path(settings.MEDIA_ROOT) / gone.path).unlink()
    (Path(settings.MEDIA_ROOT) / cut.path).write_bytes(b"%PDF")
    _, content = packed(contest, now)
    found = [row[4] for row in sheets(content)[1] if isinstance(row[0], int)]
    assert found.count("文件读不到或不完整：讲稿，请重新上传") == 2
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.namelist() == [CATALOGUE]


def test_a_persons_words_make_no_folders(contest, three, hand_in, now):
    Contestant.objects.filter(pk=three[0].pk).update(name="../../etc/王", title="=1+1")
    hand_in(three[0])
    _, content = packed(contest, now)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.namelist()[1] == "成年组/成年组-..－etc－王-讲稿.pdf"


def test_memory_stays_flat_however_large_the_files(contest, three, hand_in, now, settings):
    """Two files of 150 MB, sparse on the disk: what is held at once is a few pieces of 256 KB."""
    for one in three[:2]:
        material = hand_in(one)
        path = Path(settings.MEDIA_ROOT) / material.path
        with path.open("r+b") as file:
            file.truncate(150 * MB)
        Material.objects.filter(pk=material.pk).update(size=150 * MB)
    people = people_with_materials(contest, MatrixFilter())
    tracemalloc.start()
    size, pieces = archive_stream(plan_archive(contest, people), now=now)
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    sent = sum(len(piece) for piece in pieces)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sent == size > 300 * MB
    assert peak - before < 4 * MB


def test_file_that_changes_under_the_download_breaks_it_off(contest, three, hand_in, now, settings):
    material = hand_in(three[0])
    people = people_with_materials(contest, MatrixFilter())
    _, pieces = archive_stream(plan_archive(contest, people), now=now)
    (Path(settings.MEDIA_ROOT) / material.path).write_bytes(b"short")
    with pytest.raises(RuntimeError):
        list(pieces)


def test_matrix_tells_per_person_group_and_unit(contest, three, hand_in):
    hand_in(three[0])
    hand_in(three[1], "photo")
    matrix = material_matrix(contest, MatrixFilter(), page=1)
    assert [(row.contestant.name, row.missing) for row in matrix.rows] == [("选手1", 0), ("选手2", 1), ("选手3", 1)]
    tallies = [(tally.title, tally.people, tally.complete, tally.missing) for tally in (*matrix.groups, *matrix.units)]
    assert tallies == [("成年组", 3, 1, 2), ("市天文爱好者协会", 3, 1, 2)]
    assert material_matrix(contest, MatrixFilter(only="missing"), page=9).total == 2


@pytest.mark.parametrize("count", [1, 3, 60])
def test_matrix_page_takes_the_same_queries(
    contest, enter, asked, hand_in, signed_in, organiser, django_assert_num_queries, count
):
    hand_in(enter(count)[0])
    client = signed_in(organiser)
    with django_assert_num_queries(10):
        client.get(at("organise_materials", contest.pk))


def test_zip_over_the_page_is_recorded(contest, three, hand_in, signed_in, organiser):
    client = signed_in(organiser)
    address = at("organise_materials_zip", contest.pk)
    assert "没有可以下载的文件" in client.post(address, {"purpose": "存档"}).content.decode()
    hand_in(three[0])
    assert "必填" in client.post(address, {"purpose": ""}).content.decode()
    assert PersonalDataExport.objects.count() == 0
    answer = client.post(f"{address}?group=adult", {"purpose": "专家审阅"})
    content = b"".join(answer.streaming_content)
    assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(len(content)))
    assert "filename*=utf-8''2026%20%E5%B9%B4" in answer.headers["Content-Disposition"]
    export = PersonalDataExport.objects.get()
    assert (export.count, export.reason) == (3, "专家审阅")
    event = Event.objects.order_by("-number")[0]
    assert (event.kind, json.loads(event.payload)["count"]) == ("personal_data_exported", 3)


def test_one_file_comes_under_its_proper_name(three, hand_in, signed_in, organiser):
    material, photo = hand_in(three[0]), hand_in(three[0], "photo")
    client = signed_in(organiser)
    answer = client.get(at("organise_material_file", material.pk))
    assert b"".join(answer.streaming_content) == pdf()
    assert "%E8%AE%B2%E7%A8%BF.pdf" in answer.headers["Content-Disposition"]
    shown = client.get(at("organise_material_file", photo.pk), {"view": "1"})
    assert shown.headers["Content-Disposition"].startswith("inline")
    shown.close()


def test_one_file_is_not_there_for_others(three, hand_in, signed_in, stranger, supervisor):
    material = hand_in(three[0])
    for person in (stranger, supervisor):
        assert signed_in(person).get(at("organise_material_file", material.pk)).status_code == 404
