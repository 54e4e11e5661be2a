"""The tus 1.0.0 protocol at /api/v1/uploads/: what is taken, what is refused with which status, and whose it is."""

import hashlib
import re

import pytest
from django.test import Client

from accounts.services import create_token
from core.models import Upload
from core.resumable.disk import place_of
from core.resumable.tasks import examine_upload
from tests.core import uploading
from tests.core.samples import pdf
from tests.core.uploading import MB, PURPOSES, Tus, checksum, encoded

CONTENT = pdf().ljust(300, b"\n") + b"%%EOF\n"
HALF = len(CONTENT) // 2


@pytest.fixture(autouse=True)
def installation(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.UPLOAD_PURPOSES = PURPOSES
    uploading.taken.clear()


@pytest.fixture
def tus(signed_in, stranger):
    return Tus(signed_in(stranger))


@pytest.fixture
def place(tus):
    """The address of an upload of CONTENT that has just begun."""
    return tus.create(len(CONTENT))["Location"]


def the_upload() -> Upload:
    return Upload.objects.get()


def kept() -> bytes:
    return place_of(the_upload().path).read_bytes()


def test_capabilities(tus):
    response = tus.client.options("/api/v1/uploads/")

    assert response.status_code == 204
    assert response["Tus-Version"] == response["Tus-Resumable"] == "1.0.0"
    assert response["Tus-Extension"] == "creation,creation-with-upload,termination,checksum,expiration"
    assert response["Tus-Checksum-Algorithm"] == "sha256,sha1"
    assert response["Tus-Max-Size"] == str(2048 * MB)


def test_upload_in_two_pieces_is_received_and_examined(tus, place):
    assert re.fullmatch(r"/api/v1/uploads/[0-9a-f]{32}/", place)
    first = tus.piece(place, 0, CONTENT[:HALF])
    assert (first.status_code, first["Upload-Offset"]) == (204, str(HALF))
    assert re.fullmatch(r"\w{3}, \d\d \w{3} 20\d\d \d\d:\d\d:\d\d GMT", first["Upload-Expires"])
    told = tus.head(place)
    assert (told.status_code, told["Upload-Offset"], told["Upload-Length"]) == (200, str(HALF), str(len(CONTENT)))
    assert told["Cache-Control"] == "no-store"

    last = tus.piece(place, HALF, CONTENT[HALF:])

    assert (last.status_code, last["Upload-Offset"]) == (204, str(len(CONTENT)))
    upload = the_upload()
    assert (upload.state, kept()) == (Upload.State.RECEIVED, CONTENT)
    assert upload.received_at
    assert upload.started_at <= upload.received_at
    examine_upload(upload_id=upload.pk)
    upload.refresh_from_db()
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert (upload.state, upload.format, upload.sha256) == (Upload.State.READY, "pdf", digest)
    assert uploading.taken == [(upload.pk, "pdf", digest)]
    assert tus.client.get(place).json()["state_label"] == "已收下"


def test_upload_that_comes_with_its_creation(tus):
    response = tus.create(len(CONTENT), CONTENT)

    assert (response.status_code, response["Upload-Offset"]) == (201, str(len(CONTENT)))
    assert the_upload().state == Upload.State.RECEIVED


def test_beginning_of_a_file_that_comes_with_its_creation(tus):
    response = tus.create(len(CONTENT), CONTENT[:10])

    assert (response.status_code, response["Upload-Offset"]) == (201, "10")
    assert the_upload().state == Upload.State.RECEIVING


def test_piece_sent_again_overlapping_or_leaving_a_gap_is_refused_and_changes_nothing(tus, place):
    tus.piece(place, 0, CONTENT[:HALF])

    for offset in (0, HALF - 1, HALF + 1):
        response = tus.piece(place, offset, CONTENT[offset : offset + 10])
        assert (response.status_code, response["Upload-Offset"]) == (409, str(HALF))
        assert response.json()["code"] == "offset_mismatch"
    assert kept() == CONTENT[:HALF]


def test_piece_past_the_end_is_refused_and_changes_nothing(tus, place):
    tus.piece(place, 0, CONTENT[:HALF])

    response = tus.piece(place, HALF, CONTENT[HALF:] + b"x")

    assert (response.status_code, response["Upload-Offset"]) == (413, str(HALF))
    assert response.json()["message"] == f"这一段超出了文件的结尾：文件有 {len(CONTENT)} 字节。"
    assert kept() == CONTENT[:HALF]


def test_last_piece_sent_again_after_its_answer_was_lost(tus, place):
    tus.piece(place, 0, CONTENT)

    again = tus.piece(place, 0, CONTENT)

    assert (again.status_code, again["Upload-Offset"]) == (409, str(len(CONTENT)))
    assert tus.head(place)["Upload-Offset"] == str(len(CONTENT))


def test_more_than_announced_with_the_creation_begins_nothing(tus):
    assert tus.create(5, b"123456").status_code == 413
    assert not Upload.objects.exists()


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
def test_piece_with_its_checksum(tus, place, algorithm):
    response = tus.piece(place, 0, CONTENT[:HALF], upload_checksum=checksum(CONTENT[:HALF], algorithm))

    assert (response.status_code, response["Upload-Offset"]) == (204, str(HALF))


def test_piece_that_was_changed_on_its_way_is_not_kept(tus, place):
    tus.piece(place, 0, CONTENT[:10])

    response = tus.piece(place, 10, b"y" * 50, upload_checksum=checksum(b"x" * 50))

    assert (response.status_code, response["Upload-Offset"]) == (460, "10")
    assert kept() == CONTENT[:10]
    assert tus.piece(place, 10, CONTENT[10:]).status_code == 204


@pytest.mark.parametrize("header", ["md5 1B2M2Y8AsgTpgAmY7PhCfg==", "sha256 nonsense", "sha256", "sha256 YWJj"])
def test_checksum_that_cannot_be_read_is_refused(tus, place, header):
    assert tus.piece(place, 0, CONTENT, upload_checksum=header).status_code == 400
    assert kept() == b""


def test_termination_removes_the_bytes(tus, place):
    tus.piece(place, 0, CONTENT[:10])
    path = place_of(the_upload().path)

    assert tus.send("DELETE", place).status_code == 204

    assert not path.exists()
    assert the_upload().state == Upload.State.CANCELLED
    for response in (tus.head(place), tus.piece(place, 10, b"x"), tus.send("DELETE", place)):
        assert response.status_code == 410


def test_what_was_taken_over_is_not_terminated(tus, place):
    tus.piece(place, 0, CONTENT)
    examine_upload(upload_id=the_upload().pk)

    assert tus.send("DELETE", place).status_code == 409
    assert kept() == CONTENT


def test_upload_of_another_person_does_not_exist(tus, place, organiser):
    other = Client()
    other.force_login(organiser, backend="accounts.backends.PhoneOrEmailBackend")
    theirs = Tus(other)

    answers = [
        theirs.head(place),
        theirs.piece(place, 0, b"x"),
        theirs.send("DELETE", place),
        other.get(place),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assert (the_upload().state, kept()) == (Upload.State.RECEIVING, b"")


def test_nobody_is_asked_to_sign_in(place):
    nobody = Tus(Client())

    assert nobody.create(10).status_code == 401
    assert nobody.head(place).status_code == 401


def test_session_without_the_csrf_token_is_refused(stranger):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(stranger, backend="accounts.backends.PhoneOrEmailBackend")

    assert Tus(strict).create(len(CONTENT)).status_code == 403
    assert not Upload.objects.exists()


def test_token_stands_for_its_account(stranger, now):
    bearer = {"authorization": f"Token {create_token(user=stranger, now=now)}"}
    tus = Tus(Client(enforce_csrf_checks=True))

    place = tus.create(len(CONTENT), **bearer)["Location"]

    assert tus.piece(place, 0, CONTENT, **bearer).status_code == 204
    assert the_upload().owner == stranger


@pytest.mark.parametrize("version", ["", "0.2.2", "1.0.1"])
def test_other_version_of_the_protocol_is_refused(tus, place, version):
    for method in ("POST", "HEAD", "PATCH", "DELETE"):
        address = "/api/v1/uploads/" if method == "POST" else place
        response = tus.send(method, address, tus_resumable=version)
        assert (response.status_code, response["Tus-Version"]) == (412, "1.0.0")


@pytest.mark.parametrize(
    ("length", "status", "message"),
    [
        ("0", 400, "“作品.pdf”是空文件（0 字节），请重新选择。"),
        ("-5", 400, "请求缺少 Upload-Length，或它不是数字；这里不收大小未知的文件。"),
        ("", 400, "请求缺少 Upload-Length，或它不是数字；这里不收大小未知的文件。"),
        (str(8 * MB + 1), 413, "“作品.pdf”有 8.1 MB，这里最大收 8 MB，请压缩后再上传。"),
        (str(10**17), 413, "“作品.pdf”有 95367431640.7 MB，这里最大收 8 MB，请压缩后再上传。"),
        ("9" * 40, 413, "这个文件太大了，这里收不下。"),
    ],
)
def test_length_that_is_refused(tus, length, status, message):
    told = encoded(filename="作品.pdf", purpose="tests.any", target="7")
    response = tus.send("POST", "/api/v1/uploads/", upload_metadata=told, upload_length=length)

    assert (response.status_code, response.json()["message"]) == (status, message)
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [("another's", 404, "not_found"), ("late", 409, "refused"), ("x" * 81, 409, "bad_target")],
)
def test_programme_decides_who_may_begin(tus, target, status, code):
    response = tus.create(len(CONTENT), target=target)

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("metadata", "code"),
    [
        ("", "unknown_purpose"),
        ("purpose bm9uZQ==", "unknown_purpose"),
        ("purpose ***", "metadata"),
        ("filename /w==", "metadata"),
    ],
)
def test_metadata_that_names_nothing(tus, metadata, code):
    response = tus.send("POST", "/api/v1/uploads/", upload_length="10", upload_metadata=metadata)

    assert (response.status_code, response.json()["code"]) == (400, code)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\张三\\作品.mp4", "作品.mp4"),
        ("/", "未命名的文件"),
        ("", "未命名的文件"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("长" * 300 + ".mp4", "长" * 196 + ".mp4"),
    ],
)
def test_name_is_for_people_and_never_part_of_a_path(tus, name, shown, tmp_path):
    tus.create(len(CONTENT), name=name)

    upload = the_upload()
    assert upload.name == shown
    assert re.fullmatch(r"uploads/([0-9a-f]{2})/\1[0-9a-f]{30}", upload.path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / upload.path]


def test_piece_of_another_type_or_without_offset_is_refused(tus, place):
    assert tus.send("PATCH", place, b"x", upload_offset="0", content_type="text/plain").status_code == 415
    assert tus.send("PATCH", place, b"x").status_code == 400
    assert tus.send("PATCH", place, b"x", upload_offset="-1").status_code == 400
    assert kept() == b""


def test_other_method_behind_a_post(tus, place):
    response = tus.send("POST", place, CONTENT[:HALF], upload_offset="0", x_http_method_override="PATCH")

    assert (response.status_code, response["Upload-Offset"]) == (204, str(HALF))
    assert tus.send("POST", place).status_code == 405


def test_get_stays_a_get_whatever_it_says_it_is(tus, place):
    assert tus.send("GET", place, x_http_method_override="DELETE").status_code == 200
    assert the_upload().state == Upload.State.RECEIVING


def test_account_has_only_so_many_open(tus, place, settings):
    settings.UPLOAD_MOST_OPEN = 1

    response = tus.create(len(CONTENT))

    assert response.status_code == 413
    assert response.json()["message"] == "您有 1 个文件还没有传完或检查完，最多 1 个。请先等它们完成，或取消不要的。"
    tus.send("DELETE", place)
    assert tus.create(len(CONTENT)).status_code == 201


def test_account_has_only_so_many_bytes_open(tus, place, settings):
    settings.UPLOAD_MOST_OPEN_BYTES = 2 * len(CONTENT) - 1

    assert tus.create(len(CONTENT)).status_code == 413
    assert tus.create(len(CONTENT) - 1).status_code == 201


def test_uploads_are_not_in_the_description_of_the_api(client):
    schema = client.get("/api/v1/schema/", headers={"accept": "application/json"})

    assert "/api/v1/uploads/" not in schema.content.decode()
