"""Draws the vector art that certificates ship with: `python tools/make_certificate_art.py` writes typst/art/*.svg.

Everything is computed here, so the art is ours: no clip art, no emblem of anybody.
"""

from math import cos, pi, sin
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "certificates" / "typst" / "art"
WIDTH, HEIGHT = 297, 210
GOLD, DEEP, PALE, RED = "#b5862c", "#8a6218", "#e6d3a2", "#a9201a"


def number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def points(pairs: list[tuple[float, float]], *, close: bool = False) -> str:
    path = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in pairs)
    return path + ("z" if close else "")


def line(path: str, colour: str, width: float, extra: str = "") -> str:
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{number(width)}"{extra}/>'


def frame(inset: float, colour: str, width: float) -> str:
    return (
        f'<rect x="{number(inset)}" y="{number(inset)}" width="{number(WIDTH - 2 * inset)}" '
        f'height="{number(HEIGHT - 2 * inset)}" fill="none" stroke="{colour}" stroke-width="{number(width)}"/>'
    )


def rosette(x: float, y: float, outer: float, inner: float, petals: int, rings: int) -> list[str]:
    """A guilloche as on banknotes: waves of one shape, their phases evenly apart, within a slower one for all."""
    paths = []
    middle, swing = (outer + inner) / 2, (outer - inner) / 2
    steps = petals * 24
    for ring in range(rings):
        phase = 2 * pi * ring / rings
        pairs = []
        for step in range(steps):
            angle = 2 * pi * step / steps
            radius = middle + swing * (0.72 * sin(petals * angle + phase) + 0.28 * cos(petals / 2 * angle))
            pairs.append((x + radius * cos(angle), y + radius * sin(angle)))
        paths.append(points(pairs, close=True))
    return paths


def key_pattern(length: float, wanted: float) -> tuple[int, float]:
    count = round(length / wanted)
    return count, length / count


def meander(size: float) -> list[tuple[float, float]]:
    """One turn of the 回 pattern in a square cell, to be joined with the next."""
    unit = size / 8
    turns = [(0, 7), (0, 1), (6.4, 1), (6.4, 5.4), (2, 5.4), (2, 3.2), (4.2, 3.2)]
    return [(x * unit, y * unit) for x, y in turns]


def key_border(inset: float, band: float) -> list[str]:
    """回纹 along all four sides between square corner pieces; a double line below joins the turns."""
    parts = []
    sides = [
        (WIDTH, f"translate({number(inset)} {number(inset)})"),
        (HEIGHT, f"translate({number(WIDTH - inset)} {number(inset)}) rotate(90)"),
        (WIDTH, f"translate({number(WIDTH - inset)} {number(HEIGHT - inset)}) rotate(180)"),
        (HEIGHT, f"translate({number(inset)} {number(HEIGHT - inset)}) rotate(270)"),
    ]
    for length, where in sides:
        run = length - 2 * inset - 2 * band
        count, cell = key_pattern(run, band * 0.92)
        path = "".join(
            points([(band + place * cell + x * cell / band + cell * 0.06, y) for x, y in meander(band)])
            for place in range(count)
        )
        base = points([(band, band * 0.875), (band + run, band * 0.875)])
        parts.append(f'<g transform="{where}">{line(path, GOLD, 0.5)}{line(base, GOLD, 0.5)}</g>')
    return parts


def corner_pieces(inset: float, band: float) -> list[str]:
    parts = []
    for x in (inset, WIDTH - inset - band):
        for y in (inset, HEIGHT - inset - band):
            cx, cy, half = x + band / 2, y + band / 2, band / 2 - 0.3
            diamond = [(cx, cy - half * 0.72), (cx + half * 0.72, cy), (cx, cy + half * 0.72), (cx - half * 0.72, cy)]
            small = [(cx + (px - cx) * 0.42, cy + (py - cy) * 0.42) for px, py in diamond]
            parts.append(
                f'<rect x="{number(cx - half)}" y="{number(cy - half)}" width="{number(2 * half)}" '
                f'height="{number(2 * half)}" fill="{RED}"/>'
                + line(points(diamond, close=True), PALE, 0.45)
                + f'<path d="{points(small, close=True)}" fill="{PALE}"/>'
            )
    return parts


def curl(x: float, y: float, radius: float, turns: float) -> list[tuple[float, float]]:
    """A scroll inwards about (x, y) from its lowest point, first to the right."""
    steps = round(turns * 28)
    return [
        (x + radius * (1 - 0.84 * step / steps) * sin(turns * 2 * pi * step / steps),
         y + radius * (1 - 0.84 * step / steps) * cos(turns * 2 * pi * step / steps))
        for step in range(steps + 1)
    ]  # fmt: skip


def knot_corner() -> str:
    """A ribbon that loops over itself in the corner and ends in two scrolls, for the top left; 36 mm square."""
    at, loop, arm, end = 8.0, 4.0, 29.0, 3.4
    scroll = curl(arm, at - end, end, 1.7)
    steps = 42
    ring = [
        (loop + loop * sin(-1.5 * pi * step / steps), loop + loop * cos(-1.5 * pi * step / steps))
        for step in range(steps + 1)
    ]
    ribbon = [*reversed(scroll), *ring, *[(y, x) for x, y in scroll]]
    inner = [(arm - 3.2, at + 1.5), (at + 1.5, at + 1.5), (at + 1.5, arm - 3.2)]
    outer = [(arm - 3.2, at - 1.5), (at + 1.6, at - 1.5)]
    red = f'fill="{RED}"'
    return (
        line(points(ribbon), GOLD, 0.6)
        + line(points(inner), GOLD, 0.25)
        + line(points(outer), GOLD, 0.25)
        + line(points([(y, x) for x, y in outer]), GOLD, 0.25)
        + f'<circle cx="{number(loop)}" cy="{number(loop)}" r="1.5" {red}/>'
        + line(f"M{number(loop - 2.3)} {number(loop)}a2.3 2.3 0 1 0 4.6 0a2.3 2.3 0 1 0 -4.6 0z", GOLD, 0.25)
    )


def corners(inset: float, drawing: str) -> list[str]:
    turns = [(inset, inset, 1, 1), (WIDTH - inset, inset, -1, 1), (inset, HEIGHT - inset, 1, -1)]
    turns.append((WIDTH - inset, HEIGHT - inset, -1, -1))
    return [
        f'<g transform="translate({number(x)} {number(y)}) scale({sx} {sy})">{drawing}</g>' for x, y, sx, sy in turns
    ]


def ribbon_rule(y: float, half: float) -> str:
    middle = WIDTH / 2
    diamond = points([(middle, y - 1.3), (middle + 1.3, y), (middle, y + 1.3), (middle - 1.3, y)], close=True)
    tapered = "".join(
        f'<path d="M{number(middle + side * 3.2)} {number(y - 0.22)}L{number(middle + side * half)} {number(y)}'
        f'L{number(middle + side * 3.2)} {number(y + 0.22)}z" fill="{GOLD}"/>'
        for side in (-1, 1)
    )
    return tapered + f'<path d="{diamond}" fill="{RED}"/>'


def document(parts: list[str], *, below: str = "") -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}mm" height="{HEIGHT}mm" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">{below}{"".join(parts)}</svg>\n'
    )


def classic() -> str:
    """Red and gold: 回纹 border, knots in the corners, a guilloche behind the words."""
    mark = [line(path, "#f1e6c9", 0.22) for path in rosette(WIDTH / 2, 120, 58, 24, 12, 8)]
    return document(
        [
            *mark,
            frame(5.2, GOLD, 1.5),
            frame(7.2, GOLD, 0.3),
            *key_border(8.6, 8),
            *corner_pieces(8.6, 8),
            frame(17.6, RED, 0.55),
            frame(19, GOLD, 0.25),
            *corners(21.4, knot_corner()),
            ribbon_rule(68, 62),
        ]
    )


def official() -> str:
    """Plain and official: two red rules, cut-in corners, nothing else."""
    cut, inset = 9.0, 13.0
    right, low = WIDTH - inset, HEIGHT - inset
    arc = (
        f"M{inset + cut} {inset}H{right - cut}A{cut} {cut} 0 0 0 {right} {inset + cut}V{low - cut}"
        f"A{cut} {cut} 0 0 0 {right - cut} {low}H{inset + cut}A{cut} {cut} 0 0 0 {inset} {low - cut}"
        f"V{inset + cut}A{cut} {cut} 0 0 0 {inset + cut} {inset}z"
    )
    dots = "".join(
        f'<circle cx="{number(x)}" cy="{number(y)}" r="1.5" fill="{RED}"/>'
        for x in (inset + 2.2, right - 2.2)
        for y in (inset + 2.2, low - 2.2)
    )
    return document([frame(9, RED, 1.1), line(arc, RED, 0.35), dots])


def wave(base: float, swing: float, phase: float, turns: float) -> list[tuple[float, float]]:
    return [
        (x, base + swing * sin(turns * 2 * pi * x / WIDTH + phase) * sin(pi * x / WIDTH) ** 0.6)
        for x in range(0, WIDTH + 1, 3)
    ]


def modern() -> str:
    """For micro-videos: a band of deep blue on the left with frames of film, waves of light along the foot."""
    gradient = (
        '<defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#0d2c54"/>'
        '<stop offset="1" stop-color="#123f73"/></linearGradient></defs>'
    )
    band = '<rect width="64" height="210" fill="url(#g)"/>'
    holes = "".join(
        f'<rect x="{x}" y="{number(y)}" width="3.6" height="5" rx="0.9" fill="#fff" fill-opacity="0.16"/>'
        for x in (4, 56.4)
        for y in [4 + (HEIGHT - 13) / 21 * step for step in range(22)]
    )
    inner = line(points([(12, 12), (52, 12), (52, 198), (12, 198)], close=True), "#7fb2e5", 0.25)
    rays = inner + "".join(line(path, "#6ea3d8", 0.18) for path in rosette(32, 160, 15.5, 5, 8, 6))
    play = (
        '<circle cx="32" cy="46" r="13.4" fill="none" stroke="#e8b64c" stroke-width="0.9"/>'
        '<circle cx="32" cy="46" r="11.4" fill="none" stroke="#e8b64c" stroke-width="0.25"/>'
        '<path d="M28.2 39.4L40 46L28.2 52.6z" fill="#e8b64c"/>'
    )
    lines = [wave(199 - step * 0.9, 3 + step * 0.7, step * 0.35, 2) for step in range(9)]
    scale = (WIDTH - 64) / WIDTH
    waves = "".join(line(points([(64 + x * scale, y) for x, y in each]), "#c3d5e8", 0.18) for each in lines)
    edge = '<rect x="64" y="0" width="1.1" height="210" fill="#e8b64c"/>'
    return document([band, holes, rays, play, edge, waves], below=gradient)


def plain() -> str:
    """Two rules in gold and red and one under the heading: what was there before layouts."""
    under = line(points([(WIDTH / 2 - 58, 54), (WIDTH / 2 + 58, 54)]), GOLD, 0.25)
    return document([frame(9, GOLD, 0.78), frame(12, RED, 0.25), under])


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for draw in (classic, official, modern, plain):
        (FOLDER / f"{draw.__name__}.svg").write_text(draw(), encoding="utf-8")


if __name__ == "__main__":
    main()
