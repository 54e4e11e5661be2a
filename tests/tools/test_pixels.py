import struct
import zlib

from tools.pixels import small_png


def colours_of(png):
    """Width, and the colour of each pixel, of a palette PNG without filters."""
    chunks, place = {}, 8
    while place < len(png):
        (size,) = struct.unpack_from(">I", png, place)
        chunks[png[place + 4 : place + 8]] = png[place + 8 : place + 8 + size]
        place += 12 + size
    width, height = struct.unpack_from(">II", chunks[b"IHDR"])
    rows = zlib.decompress(chunks[b"IDAT"])
    palette = [tuple(each) for each in struct.iter_unpack("BBB", chunks[b"PLTE"])]
    return width, [palette[rows[row * (width + 1) + 1 + column]] for row in range(height) for column in range(width)]


def test_few_colours_are_kept_as_they_are():
    pixels = [(255, 255, 255), (20, 80, 140), (247, 246, 242), (20, 80, 140)]

    png = small_png(2, b"".join(bytes([*pixel, 255]) for pixel in pixels))

    assert colours_of(png) == (2, pixels)


def test_rare_colours_take_the_nearest_that_is_kept():
    greys = [(level, level, level) for level in range(256)] * 2
    gold, nearly_gold = (138, 93, 13), (139, 93, 13)

    _, shown = colours_of(small_png(515, b"".join(bytes([*each, 255]) for each in [*greys, gold, gold, nearly_gold])))

    assert shown[-3:] == [gold, gold, gold]
    assert all(max(abs(a - b) for a, b in zip(*pair, strict=True)) <= 8 for pair in zip(greys, shown, strict=False))
