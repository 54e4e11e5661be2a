"""Backgrounds and seals: what is taken, what is refused and why, who may; nothing is printed in their place."""

import hashlib
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader, PdfWriter

from accounts.exceptions import RoleRefused
from accounts.models import Role
from accounts.services import accept_invitation, create_unit, grant_role, invite
from certificates.engine.layout_reading import parse_layout
from certificates.engine.preflight import STOP
from certificates.engine.shipped import shipped_document
from certificates.exceptions import CannotTypeset, IssuingBlocked, PictureRefused
from certificates.models import Asset, Certificate
from certificates.rendering import EXAMPLE, set_pdf
from certificates.rendering.pictures import path_of
from certificates.services import Award, check_awards, issue_certificates, save_layout
from certificates.services.assets import remove_background, remove_seal, upload_background, upload_seal
from certificates.tasks import make_certificate
from core.exceptions import DomainError
from ledger.models import Event
from tests.certificates.pictures import RED_FRAME, jpeg_head, png, svg

PICTURES = "/organise/2026/certificates/pictures/"
SEALS = "/organise/2026/certificates/seals/"
UNIT = "示范市科学技术协会"
SHARP = 400


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def keeper(make_person):
    return make_person("印管", Role.SEAL_KEEPER, email="keeper@example.com")


@pytest.fixture
def unit(db):
    return create_unit(name=UNIT)


@pytest.fixture
def upload(edition, organiser, now, media):
    def one(content=RED_FRAME, name="底.svg", title="红框"):
        return upload_background(edition=edition, title=title, content=content, name=name, actor=organiser, now=now)

    return one


@pytest.fixture
def bring_seal(edition, unit, keeper, now, media):
    def one(content=None, name="章.png"):
        content = content or png(SHARP, SHARP)
        return upload_seal(edition=edition, unit=unit, content=content, name=name, actor=keeper, now=now)

    return one


def pdf(pages=1, password=""):
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(842, 595)
    if password:
        writer.encrypt(password)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def refused(upload, *args):
    with pytest.raises(PictureRefused) as error:
        upload(*args)
    assert not Asset.objects.exists()
    return error.value.message


def test_upload_background_keeps_the_drawing_under_its_digest(upload, media):
    asset = upload(b"<!-- x -->" + RED_FRAME)

    content = path_of(asset).read_bytes()
    assert hashlib.sha256(content).hexdigest() == asset.sha256
    assert asset.path == f"certificates/assets/{asset.sha256[:2]}/{asset.sha256}.svg"
    assert b"x" not in content.split(b"<rect")[0].replace(b"viewBox", b"").replace(b"xmlns", b"")
    assert path_of(asset).with_suffix(".preview.png").read_bytes().startswith(b"\x89PNG")
    assert (asset.format, asset.width, asset.size) == ("svg", 0, len(content))
    assert 0 < asset.adds < 2_000
    assert Event.objects.order_by("pk").last().kind == "background_uploaded"


def test_upload_background_of_a_pdf_becomes_vector_art(upload):
    assert upload(pdf(), "底.pdf").format == "svg"


def test_upload_background_of_a_png_notes_its_pixels(upload):
    asset = upload(png(30, 20), "底.png")

    assert (asset.format, asset.width, asset.height) == ("png", 30, 20)


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (svg("<script/>"), "a.svg", "“a.svg”这个文件含有脚本"),
        (RED_FRAME[:60], "a.svg", "“a.svg”这个文件不完整或有错"),
        (b"", "a.png", "空文件"),
        (b"GIF89a" + bytes(40), "a.png", "内容是GIF 图片，这里收的是：PDF、PNG 图片、JPG 图片"),
        (png(claims=(9000, 9000)), "a.png", "有 9000 × 9000 像素，最多 4000 万像素"),
        (png()[:45] + bytes(6) + png()[51:], "a.png", "画不出来"),
        (jpeg_head(40, 30, 4), "a.jpg", "CMYK"),
        (jpeg_head(40, 30), "a.jpg", "画不出来"),
        (pdf(2), "a.pdf", "不止一页"),
        (pdf(password="x"), "a.pdf", "设有密码"),
        (b"%PDF-1.7\n%%EOF", "a.pdf", "画不出来"),
        (png() + bytes(10 * 1024 * 1024), "a.png", "最大收 10 MB"),
        (b"<svg>" + b" " * (3 * 1024 * 1024), "a.svg", "最大收 3 MB"),
    ],
)  # fmt: skip
def test_upload_background_refuses_with_a_sentence(upload, content, name, reason):
    assert reason in refused(upload, content, name)


def test_a_picture_that_takes_too_long_to_draw_is_refused(upload, monkeypatch):
    monkeypatch.setattr("certificates.rendering.uploads.PATIENCE", 0.001)

    assert "太复杂" in refused(upload)


def test_upload_of_the_same_background_is_refused_but_mends_a_lost_file(upload):
    asset = upload()
    with pytest.raises(PictureRefused, match="已经上传过了，名称是“红框”"):
        upload(title="又一张")

    path_of(asset).unlink()

    assert upload(title="又一张") == asset
    assert path_of(asset).is_file()


def test_upload_seal_refuses_a_picture_that_hides_the_words(bring_seal):
    assert "没有透明底" in refused(bring_seal, png(SHARP, SHARP, see_through=False))
    assert "内容是PDF，这里收的是：PNG 图片" in refused(bring_seal, pdf())


def test_upload_seal_puts_the_one_before_away(bring_seal, now):
    old = bring_seal()
    new = bring_seal(png(SHARP + 1, SHARP))
    old.refresh_from_db()

    assert (old.removed_at, new.removed_at) == (now, None)
    assert list(Event.objects.filter(kind__startswith="seal_").order_by("pk").values_list("kind", flat=True)) == [
        "seal_uploaded", "seal_removed", "seal_uploaded",
    ]  # fmt: skip


def test_a_seal_is_one_units_only(bring_seal, edition, keeper, now):
    bring_seal()

    other = create_unit(name="示范市教育局")
    with pytest.raises(PictureRefused, match=f"是“{UNIT}”的"):
        upload_seal(edition=edition, unit=other, content=png(SHARP, SHARP), name="a.png", actor=keeper, now=now)


# -- in layouts and certificates -----------------------------------------------------------------------------------


@pytest.fixture
def keep(edition, organiser, now):
    def save(version=0, **parts):
        document = {**shipped_document("classic"), "title": "本市版式", **parts}
        return save_layout(
            edition=edition, code="own", document=document, base_version=version, actor=organiser, now=now
        )

    return save


@pytest.fixture
def issue(edition, organiser, now):
    def one():
        award = Award("a", "上官思远", "同志", "荣获", "金奖", (UNIT,), "结果 1")
        [row] = issue_certificates(
            edition=edition, prefix="K", awards=[award], issued_on=date(2026, 11, 20), actor=organiser, now=now,
            layout="own",
        )  # fmt: skip
        make_certificate(certificate_id=row.pk)
        row.refresh_from_db()
        return row

    return one


def sealed(asset=""):
    box = {"kind": "seal", "name": "印章", "x": "190", "y": "145", "width": "38", "height": "38", "issuer": UNIT}
    return [*shipped_document("classic")["boxes"], {**box, "asset": asset}]


def test_missing_seal_blocks_issuing_with_its_place(keep, issue, edition):
    keep(boxes=sealed())

    with pytest.raises(IssuingBlocked) as blocked:
        issue()

    assert f"“印章”（左 190、上 145 毫米处）还没有“{UNIT}”的印章图片" in blocked.value.message
    assert not Certificate.objects.exists()
    texts = [Award("a", "王", "", "荣获", "金奖", (UNIT,), "1").text()] * 2
    first, second = check_awards(edition=edition, code="own", texts=texts, prefix="K", issued_on=date(2026, 1, 1))
    assert [(each.level, each.code) for each in first] == [(STOP, "missing_seal")]
    assert second == []


def test_certificate_bears_the_seal_and_the_background(upload, bring_seal, keep, issue):
    keep(boxes=sealed(bring_seal().sha256), background={"asset": upload().sha256})

    row = issue()

    assert (row.state, row.last_error) == (Certificate.State.ISSUED, "")
    [page] = PdfReader(settings.MEDIA_ROOT / row.file).pages
    pictures = [each.get_object() for each in page["/Resources"]["/XObject"].values()]
    assert (SHARP, SHARP) in [(each.get("/Width"), each.get("/Height")) for each in pictures]


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(RED_FRAME)])
def test_a_lost_or_changed_seal_blocks_issuing_and_fails_closed_later(bring_seal, keep, issue, harm):
    asset = bring_seal()
    keep(boxes=sealed(asset.sha256))
    row = issue()
    Certificate.objects.filter(pk=row.pk).update(state=Certificate.State.OWED, file="", award_key="b")
    harm(path_of(asset))

    make_certificate(certificate_id=row.pk)
    row.refresh_from_db()
    with pytest.raises(IssuingBlocked, match="的文件丢失或被改动过，不能印"):
        issue()

    assert (row.state, row.file) == (Certificate.State.OWED, "")
    assert row.last_error == f"图片“{UNIT}”的文件丢失或被改动过，不能印；请重新上传同一张图片。"


def test_a_seal_that_was_put_away_blocks_new_certificates_and_leaves_the_old(
    bring_seal, keep, issue, keeper, now, edition, organiser
):
    asset = bring_seal()
    keep(boxes=sealed(asset.sha256))
    row = issue()
    digest = row.file_sha256
    remove_seal(asset=asset, actor=keeper, now=now)

    Certificate.objects.filter(pk=row.pk).update(state=Certificate.State.OWED)
    make_certificate(certificate_id=row.pk)
    row.refresh_from_db()

    assert (row.state, row.file_sha256) == (Certificate.State.ISSUED, digest)
    award = Award("b", "王二", "", "荣获", "金奖", (UNIT,), "1")
    with pytest.raises(IssuingBlocked, match="已停用"):
        issue_certificates(
            edition=edition, prefix="K", awards=[award], issued_on=now.date(), actor=organiser, now=now, layout="own"
        )
    with pytest.raises(DomainError, match="已经停用了"):
        remove_seal(asset=asset, actor=keeper, now=now)


def test_a_background_in_use_is_not_put_away(upload, keep, organiser, now):
    asset = upload()
    keep(background={"asset": asset.sha256})

    with pytest.raises(DomainError, match="版式“本市版式”正在用“红框”"):
        remove_background(asset=asset, actor=organiser, now=now)

    keep(version=1)
    remove_background(asset=asset, actor=organiser, now=now)
    asset.refresh_from_db()
    assert asset.removed_at == now


def test_a_layout_can_not_show_another_editions_picture(upload, keep, issue, edition):
    asset = upload()
    Asset.objects.filter(pk=asset.pk).update(edition=type(edition).objects.create(
        slug="2025", title="去年", year=2025, organiser_name="x", created_at=asset.uploaded_at
    ))  # fmt: skip
    keep(background={"asset": asset.sha256})

    with pytest.raises(IssuingBlocked, match="“底图”用的图片不在本届的图片里"):
        issue()


# -- pages ---------------------------------------------------------------------------------------------------------


def file(content, name):
    return SimpleUploadedFile(name, content)


def test_backgrounds_page_takes_a_picture_and_serves_it_as_png_or_attachment(edition, organiser, signed_in, media):
    client = signed_in(organiser)

    page = client.post(PICTURES, {"title": "红框", "file": file(RED_FRAME, "底.svg")}, follow=True).content.decode()
    asset = Asset.objects.get()
    shown = client.get(f"{PICTURES}{asset.pk}/preview/")
    picture = b"".join(shown)
    saved = client.get(f"{PICTURES}{asset.pk}/file/")

    assert "底图“红框”已上传" in page
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert (saved["Content-Type"], saved["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert saved["Content-Disposition"].startswith("attachment;")
    assert (picture[:4], b"".join(saved)[:4]) == (b"\x89PNG", b"<svg")


def test_backgrounds_page_says_at_the_file_what_is_wrong(edition, organiser, signed_in, media):
    client = signed_in(organiser)

    page = client.post(PICTURES, {"title": "红框", "file": file(svg("<script/>"), "底.svg")}).content.decode()
    empty = client.post(PICTURES, {"title": "红框"}).content.decode()

    assert "“底.svg”这个文件含有脚本" in page
    assert 'value="红框"' in page
    assert "请先选择文件，再上传" in empty


@pytest.mark.parametrize("rows", [1, 3])
def test_backgrounds_page_asks_a_fixed_number_of_queries(
    edition, organiser, signed_in, upload, rows, django_assert_num_queries
):
    for number in range(rows):
        upload(png(10 + number, 10), "底.png", f"底{number}")
    client = signed_in(organiser)

    with django_assert_num_queries(6):
        page = client.get(PICTURES).content.decode()

    assert page.count("每张证书增加") == rows


def test_seals_page_is_the_keepers_and_the_organiser_only_sees_what_is_there(
    edition, organiser, keeper, unit, signed_in, media
):
    answer = signed_in(keeper).post(SEALS, {"unit": unit.pk, "file": file(png(SHARP, SHARP), "章.png")}, follow=True)
    asset = Asset.objects.get()
    own = [b"".join(signed_in(keeper).get(f"{PICTURES}{asset.pk}/{what}/"))[:4] for what in ("preview", "file")]

    client = signed_in(organiser)
    page = client.get(SEALS).content.decode()
    others = [client.get(f"{PICTURES}{asset.pk}/{what}/").status_code for what in ("preview", "file")]
    acts = [client.post(SEALS, {"unit": unit.pk}), client.post(f"{PICTURES}{asset.pk}/remove/")]

    assert f"“{UNIT}”的印章已上传" in answer.content.decode()
    assert own == [b"\x89PNG"] * 2
    assert UNIT in page
    assert "上传和停用只有印章管理员能做" in page
    assert 'type="file"' not in page
    assert others == [404, 404]
    assert [each.status_code for each in acts] == [404, 404]


def test_nobody_makes_himself_keeper_of_seals(edition, organiser, make_person, now):
    with pytest.raises(RoleRefused, match="印章管理员不能由本人授予自己"):
        grant_role(user=organiser, edition=edition, role=Role.SEAL_KEEPER, actor=organiser, now=now)
    _, token = invite(edition=edition, role=Role.SEAL_KEEPER, name="自己", actor=organiser, now=now)
    with pytest.raises(RoleRefused, match="印章管理员不能由本人授予自己"):
        accept_invitation(token=token, user=organiser, now=now)

    other = make_person("另一位")
    assert (
        grant_role(user=other, edition=edition, role=Role.SEAL_KEEPER, actor=organiser, now=now).role == "seal_keeper"
    )


def test_keeper_puts_a_seal_away_and_sees_no_organisers_pages(edition, keeper, bring_seal, signed_in):
    asset = bring_seal()
    client = signed_in(keeper)

    page = client.post(f"{PICTURES}{asset.pk}/remove/", follow=True).content.decode()

    assert f"印章“{UNIT}”已停用" in page
    assert "还没有上传印章" in page
    assert client.get(PICTURES).status_code == 404
    assert client.get("/start/").url == SEALS


@pytest.mark.parametrize("rows", [1, 3])
def test_seals_page_asks_a_fixed_number_of_queries(
    edition, keeper, now, signed_in, media, rows, django_assert_num_queries
):
    for number in range(rows):
        unit = create_unit(name=f"单位{number}")
        content = png(SHARP + number, SHARP)
        upload_seal(edition=edition, unit=unit, content=content, name="章.png", actor=keeper, now=now)
    client = signed_in(keeper)

    with django_assert_num_queries(6):
        page = client.get(SEALS).content.decode()

    assert page.count("校验值") == rows


@pytest.mark.parametrize("address", [PICTURES, SEALS])
def test_pictures_of_another_are_not_found(edition, stranger, supervisor, signed_in, address):
    assert [signed_in(who).get(address).status_code for who in (stranger, supervisor)] == [404, 404]


def test_set_pdf_without_a_picture_that_belongs_on_it_is_refused(upload):
    design = parse_layout({**shipped_document("classic"), "background": {"asset": upload().sha256}})

    with pytest.raises(CannotTypeset, match="“底图”的图片没有上传"):
        set_pdf(design, EXAMPLE, qr="<svg/>", assets={}, day=date(2026, 1, 1))
