"""Uploaded pictures before anything is decoded: what is in an SVG, and how large a PNG or JPEG says it is."""

import base64

import pytest

from certificates.engine.raster import Raster, RasterUnreadable, read_raster
from certificates.engine.shipped import CODES
from certificates.engine.svg import SvgRefused, clean_svg
from certificates.rendering.typesetting import FOLDER
from tests.certificates.pictures import jpeg_head, png, svg

PNG = base64.b64encode(png()).decode()


def refusal(content):
    with pytest.raises(SvgRefused) as refused:
        clean_svg(content)
    return str(refused.value)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<script>alert(1)</script>", "含有脚本"),
        ('<g onclick="alert(1)"/>', "含有脚本"),
        ('<g style="fill:url(javascript:alert(1))"/>', "含有脚本"),
        ("<foreignObject><p/></foreignObject>", "foreignObject"),
        ('<image href="file:///etc/passwd"/>', "文件以外的内容（file:///etc/passwd）"),
        ('<image href="/etc/passwd"/>', "文件以外的内容（/etc/passwd）"),
        ('<image href="data:image/svg+xml;base64,PHN2Zy8+"/>', "文件以外的内容"),
        ('<image href="data:image/png;base64,AAAA"/>', "损坏"),
        ('<use href="https://example.com/a.svg#a"/>', "文件以外的内容（https://example.com/a.svg#a）"),
        ('<rect fill="url(https://example.com/p)"/>', "文件以外的内容（https://example.com/p）"),
        ('<rect style="fill:url(//example.com/p)"/>', "文件以外的内容（//example.com/p）"),
        ('<rect fill="url(#a"/>', "文件以外的内容"),
        ("<style>@import 'a.css';</style>", "@ 规则"),
        ("<style>.a{fill:url(a.svg)}</style>", "文件以外的内容（a.svg）"),
        ("<text>奖</text>", "转成曲线"),
        ("<filter/>", "滤镜"),
        ("<g><feTurbulence/></g>", "滤镜"),
        ("<animate/>", "动画"),
        ("<a><path/></a>", "超链接"),
        ("<video/>", "不收的内容（video）"),
        ("<g>" * 60 + "</g>" * 60, "太复杂"),
        ('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>', "循环"),
        ("<g>", "不完整或有错（第 1 行）"),
    ],
)
def test_clean_svg_refuses_whatever_is_not_drawing(body, reason):
    assert reason in refusal(svg(body))


def test_clean_svg_refuses_a_few_lines_that_unfold_to_billions():
    levels = "".join(f'<g id="g{n}">' + f'<use href="#g{n + 1}"/>' * 10 + "</g>" for n in range(12))

    assert "画不出来" in refusal(svg(levels + '<path id="g12"/>'))


def test_clean_svg_refuses_embedded_pictures_that_are_huge_together():
    bomb = base64.b64encode(png(claims=(20_000, 20_000))).decode()

    assert "里嵌的点阵图太大：共 40000 万像素" in refusal(svg(f'<image href="data:image/png;base64,{bomb}"/>'))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html/>", "不是 SVG 图"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>', "实体声明"),
        (b'<?xml version="1.0" encoding="nonsense"?><svg/>', "编码认不出来"),
        (b"", "不完整或有错"),
    ],
)
def test_clean_svg_refuses_what_is_no_svg(content, reason):
    assert reason in refusal(content)


def test_clean_svg_keeps_the_drawing_and_drops_what_programs_noted():
    noted = (
        b'<?xml version="1.0"?><!-- drawn by somebody --><svg xmlns="http://www.w3.org/2000/svg" width="1" height="1" '
        b'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
        b'inkscape:version="1"><metadata>x</metadata><title>t</title><inkscape:grid/><defs><g id="a"/></defs>'
        b'<use xlink:href="#a" xlink:show="new" inkscape:label="x"/><style>.a{fill:#fff}</style>'
        b'<image href="data:image/png;base64,' + PNG.encode() + b'"/></svg>'
    )

    assert clean_svg(noted).decode() == (
        '<svg width="1" height="1" xmlns="http://www.w3.org/2000/svg"><defs><g id="a" /></defs><use href="#a" />'
        f'<style>.a{{fill:#fff}}</style><image href="data:image/png;base64,{PNG}" /></svg>'
    )
    assert clean_svg(clean_svg(noted)) == clean_svg(noted)


@pytest.mark.parametrize("code", CODES)
def test_clean_svg_takes_the_art_that_ships(code):
    assert clean_svg((FOLDER / "art" / f"{code}.svg").read_bytes())


def test_read_raster_by_the_head_alone():
    assert read_raster(png(3, 5)) == Raster("png", 3, 5, True)
    assert read_raster(png(3, 5, see_through=False)) == Raster("png", 3, 5, False)
    assert read_raster(png(claims=(90_000, 90_000))).pixels == 8_100_000_000
    assert read_raster(jpeg_head(40, 30)) == Raster("jpg", 40, 30, False, 3)
    assert read_raster(b"\xff\xd8\xff" + jpeg_head(40, 30)[2:]) == Raster("jpg", 40, 30, False, 3)


def test_read_raster_of_a_palette_with_transparent_colours():
    head, rest = png(see_through=False)[:33], png(see_through=False)[33:]

    assert read_raster(head + b"\0\0\0\1tRNS\0\0\0\0\0" + rest).is_see_through


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a", png()[:20], png(claims=(0, 5)), b"\x89PNG\r\n\x1a\n\0\0\0\rXXXX" + bytes(20),
     b"\xff\xd8\xff\xe0\0\4", b"\xff\xd8\xff\xdb\0\4\0\0\0\0\0\0", b"\xff\xd8\xff\xd9\xff\xd9"],
)  # fmt: skip
def test_read_raster_of_what_is_no_picture_or_cut_off_is_refused(content):
    with pytest.raises(RasterUnreadable):
        read_raster(content)
