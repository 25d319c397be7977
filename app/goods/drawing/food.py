"""Milk, rice and snacks."""

from app.goods.drawing.kit import (
    blur,
    cloth,
    dark,
    disc,
    faint,
    group,
    leaf,
    light,
    line,
    oval,
    rect,
    shadow,
    shape,
    within,
)


def _carton(c: str) -> str:
    """A milk carton with a slanted roof, about 300 x 460 around (300, 320)."""
    front, side = "M160 214 H388 V538 H160Z", "M388 214 L446 190 V512 L388 538Z"
    art = rect(160, 214, 228, 330, 0, "#fdfefe") + disc(274, 330, 190, light(c, 0.85))
    art += shape("M160 420 C210 374 250 452 300 410 C340 378 366 408 388 396 V540 H160Z", "url(#body)")
    art += shape("M160 448 C210 402 250 480 300 438 C340 406 366 436 388 424 V540 H160Z", light(c, 0.3), faint(0.45))
    art += shape("M274 250 C300 296 324 322 324 352 A50 50 0 0 1 224 352 C224 322 248 296 274 250Z", "url(#body)")
    art += shape(
        "M246 350 A30 30 0 0 0 274 380",
        "none",
        'stroke="#ffffff" stroke-width="7" stroke-linecap="round" opacity=".75"',
    )
    art += "".join(
        disc(x, y, r, "#ffffff", faint(0.85))
        for x, y, r in ((206, 470, 9), (232, 492, 6), (330, 462, 8), (352, 488, 12), (290, 508, 7))
    )
    out = shape("M160 214 L198 128 H430 L388 214Z", "#eef2f6") + shape("M388 214 L430 128 L446 190Z", "#c5ced8")
    out += rect(192, 92, 242, 40, 4, "#dde5ee") + rect(192, 126, 242, 5, 1, "#c5ced8")
    out += "".join(rect(200 + n * 14, 98, 5, 22, 2, "#f3f6f9") for n in range(17))
    out += shape("M160 214 L198 128 H262 L214 214Z", "#ffffff", faint(0.8))
    out += within(front, art) + rect(160, 210, 22, 330, 0, "#ffffff", blur(8, 0.5))
    out += cloth(
        side,
        "#dfe6ee",
        shape("M380 420 L450 392 V540 H380Z", dark(c, 0.2)) + rect(388, 180, 30, 360, 0, "#0b1020", blur(16, 0.2)),
    )
    out += line("M160 214 H388 L446 190", "#c9d2dc", 2) + disc(300, 170, 26, dark(c, 0.2))
    return out + disc(298, 166, 25, "url(#ball)") + disc(298, 166, 15, c)


def milk(c: str) -> str:
    return shadow(308, 542, 190, 18) + _carton(c)


def milk_2(c: str) -> str:
    """The carton behind a full glass."""
    out = shadow(220, 526, 170, 16) + group(_carton(c), "translate(-60 26) scale(.92)") + shadow(440, 556, 110, 14)
    glass = "M362 316 H520 L502 536 Q500 552 482 552 H400 Q382 552 380 536Z"
    out += shape(glass, "#ffffff", faint(0.55))
    out += shape("M367 360 H515 L500 530 Q498 544 482 544 H400 Q384 544 382 530Z", "#ffffff")
    out += oval(441, 360, 74, 13, "#f4f1ea")
    out += within(
        glass,
        rect(370, 300, 18, 250, 9, "#ffffff", blur(3, 0.9)) + rect(478, 320, 40, 240, 0, "#7d94ad", blur(16, 0.4)),
    )
    out += oval(441, 316, 79, 13, "none", 'stroke="#b9c9d6" stroke-width="3"')
    return out + shape(glass, "none", 'stroke="#b9c9d6" stroke-width="2.5"')


def _ear(x: float, y: float, turn: float, ink: str) -> str:
    """An ear of rice."""
    out = line("M0 0 C10 -60 20 -110 60 -150", ink, 5)
    for n in range(6):
        px, py = 8 + n * 8, -40 - n * 19
        out += oval(px + 16, py - 6, 8, 15, ink, f'transform="rotate(50 {px + 16} {py - 6})"')
        out += oval(px - 10, py - 4, 8, 15, ink, f'transform="rotate(-20 {px - 10} {py - 4})"')
    return group(out, f"translate({x} {y}) rotate({turn})")


def _sack(c: str) -> str:
    sack = (
        "M150 96 H450 C456 150 442 180 446 230 C452 330 466 430 456 520 Q456 542 430 546 Q300 562 170 "
        "546 Q144 542 144 520 C134 430 148 330 154 230 C158 180 144 150 150 96Z"
    )
    inner = rect(166, 80, 60, 480, 20, "#ffffff", blur(16, 0.4)) + rect(408, 80, 60, 480, 0, "#0b1020", blur(16, 0.35))
    inner += rect(140, 500, 320, 60, 0, "#0b1020", blur(16, 0.3))
    inner += line("M170 150 Q220 240 190 330", "#ffffff", 12, blur(8, 0.3))
    inner += line("M430 160 Q400 260 424 340", "#0b1020", 12, blur(8, 0.22))
    out = cloth(sack, "url(#body)", inner) + rect(146, 84, 308, 44, 6, "url(#deep)")
    out += line("M152 106 H448", "#fff7e0", 3, 'stroke-dasharray="10 6"')
    out += oval(300, 330, 112, 142, "#fff9ea")
    out += oval(300, 330, 102, 132, "none", f'stroke="{dark(c, 0.2)}" stroke-width="2.5"')
    return out + _ear(276, 420, -14, "#d7a23c") + group(_ear(0, 0, -14, "#c08a2c"), "translate(326 420) scale(-1 1)")


def rice(c: str) -> str:
    return shadow(300, 550, 200, 18) + _sack(c)


def _heap(seeds: int, fill: tuple[str, ...], y: float, rx: float, ry: float, big: float) -> str:
    out = ""
    for n in range(seeds):
        gx, gy = (n * 61 % 100) / 50 - 1, (n * 37 % 100) / 100
        x, top = 300 + gx * rx * (1 - gy * 0.7), y - gy * ry
        out += oval(
            x, top, big, big * 0.5, fill[n % len(fill)], f'transform="rotate({n * 47 % 180} {x:.0f} {top:.0f})"'
        )
    return out


def rice_2(c: str) -> str:
    out = shadow(300, 470, 190, 12) + group(_sack(c), "translate(84 -24) scale(.82) translate(60 0)", "")
    out += shadow(300, 562, 200, 16)
    bowl = "M112 396 H488 C480 490 420 552 344 556 H256 C180 552 120 490 112 396Z"
    out += shape("M124 400 C170 300 430 300 476 400Z", "#fbf8ef")
    out += within("M124 400 C170 300 430 300 476 400Z", _heap(150, ("#ffffff", "#ece5d2", "#f7f2e4"), 404, 190, 90, 9))
    out += cloth(
        bowl,
        "url(#white)",
        rect(130, 390, 40, 170, 20, "#ffffff", blur(8, 0.9))
        + rect(400, 390, 100, 180, 0, "#6f86a5", blur(30, 0.5))
        + shape("M112 430 Q300 470 488 430 V452 Q300 492 112 452Z", c, faint(0.85)),
    )
    return out + oval(300, 398, 188, 14, "none", 'stroke="#dfe5ec" stroke-width="5"')


def _pouch(c: str) -> str:
    bag = (
        "M158 78 H442 C450 150 436 190 440 240 C446 340 458 430 452 530 Q452 544 438 546 Q300 558 162 "
        "546 Q148 544 148 530 C142 430 154 340 160 240 C164 190 150 150 158 78Z"
    )
    inner = rect(172, 60, 46, 500, 20, "#ffffff", blur(16, 0.55)) + rect(410, 60, 60, 500, 0, "#0b1020", blur(16, 0.35))
    inner += line("M170 140 Q214 230 182 330", "#ffffff", 10, blur(8, 0.5))
    inner += line("M430 140 Q396 240 420 330", "#0b1020", 14, blur(8, 0.25))
    inner += shape("M140 150 Q300 230 460 150 V60 H140Z", light(c, 0.3), faint(0.55))
    inner += rect(140, 510, 320, 50, 0, "#0b1020", blur(16, 0.3))
    out = cloth(bag, "url(#body)", inner)
    out += "".join(rect(160 + n * 14, 82, 6, 32, 3, dark(c, 0.25), faint(0.5)) for n in range(20))
    out += disc(300, 100, 9, "#ffffff", faint(0.85))
    window = "M300 250 C380 250 410 300 410 366 S372 478 300 478 S190 432 190 366 S220 250 300 250Z"
    out += shape(window, "#fff6e2") + within(window, _nuts(300, 480, 118, 12))
    out += shape(window, "none", 'stroke="#ffffff" stroke-width="6"')
    out += within(window, shape("M180 240 H330 L190 470Z", "url(#glare)", faint(0.9)))
    return out + leaf(286, 226, 64, -50, "#f4e2a6") + leaf(306, 226, 64, -112, "#fff1c4")


def _nuts(x: float, y: float, rx: float, rows: int) -> str:
    """Rows of nuts and biscuit rounds, piled from y upwards."""
    hues = ("#c98a4e", "#e3b071", "#a9672f", "#d9a05c")
    out = ""
    for row in range(rows):
        for n in range(7):
            px, py = x - rx + n * rx / 3 + (row % 2) * 18, y - row * 21
            fill = hues[(n * 3 + row) % 4]
            turn = (n * 53 + row * 31) % 180
            if (n + row) % 3:
                out += oval(px, py, 21, 14, dark(fill, 0.3), f'transform="rotate({turn} {px:.0f} {py})"')
                out += oval(px - 1, py - 2, 20, 12.5, fill, f'transform="rotate({turn} {px:.0f} {py})"')
                out += oval(px - 5, py - 6, 7, 3, "#ffffff", faint(0.35))
            else:
                out += disc(px, py, 18, dark(fill, 0.25)) + disc(px - 1, py - 2, 17, "#efc888")
                out += "".join(
                    disc(px + dx, py + dy, 2, "#b07a3c") for dx, dy in ((-6, -6), (5, -5), (0, 4), (-7, 5), (7, 5))
                )
    return out


def snackbag(c: str) -> str:
    return shadow(300, 550, 190, 16) + _pouch(c)


def snackbag_2(c: str) -> str:
    out = shadow(380, 500, 150, 12) + group(_pouch(c), "translate(166 -4) rotate(8 300 300) scale(.84)")
    out += shadow(240, 562, 220, 16)
    heap = "M60 420 C110 330 390 330 440 420Z"
    bowl = "M44 416 H456 C446 500 390 552 310 556 H190 C110 552 54 500 44 416Z"
    out += within(heap, _nuts(250, 440, 220, 6))
    out += cloth(
        bowl,
        "url(#wood)",
        rect(70, 410, 40, 150, 20, "#ffffff", blur(16, 0.55)) + rect(350, 410, 120, 150, 0, "#5a3713", blur(30, 0.5)),
    )
    out += "".join(
        line(f"M52 {440 + n * 26} Q250 {470 + n * 26} 448 {440 + n * 26}", "#8f6a40", 2, faint(0.3)) for n in range(3)
    )
    out += oval(250, 417, 206, 12, "none", 'stroke="#e6c699" stroke-width="6"')
    return out + group(_nuts(0, 0, 40, 1), "translate(480 566) scale(.8)")
