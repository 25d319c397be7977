"""Sneakers, backpacks and suitcases."""

from app.goods.drawing.kit import (
    blur,
    box,
    brightness,
    cloth,
    dark,
    disc,
    faint,
    group,
    light,
    line,
    oval,
    rect,
    shadow,
    shape,
)

_UPPER = (
    "M66 404 C56 360 66 300 80 246 C84 228 104 224 112 240 C128 268 176 276 206 246 L226 196 C230 "
    "184 244 180 254 188 L290 218 "
    "C328 262 368 300 410 318 C462 332 520 346 544 388 L546 408 Q300 430 66 404Z"
)
_SOLE = (
    "M52 396 C160 412 250 394 330 396 C420 398 500 400 552 384 C564 392 564 412 554 426 C540 448 512 "
    "456 480 458 "
    "C360 466 220 464 96 460 C66 458 48 436 52 396Z"
)


def _accent(c: str) -> str:
    return light(c, 0.75) if brightness(c) < 0.6 else dark(c, 0.62)


def _laces(c: str) -> str:
    lace, out = "#ffffff" if brightness(c) < 0.8 else "#dfe4ea", ""
    for n in range(6):
        x, y = 238 + n * 28.5, 224 + n * 20.5 + (2 if n > 2 else 0)
        out += disc(x - 10, y + 24, 4.5, "#14171c", faint(0.7))
        out += line(f"M{x - 10} {y + 24} L{x + 12} {y - 6}", "#0b1020", 11, faint(0.2))
        out += line(f"M{x - 10} {y + 22} L{x + 12} {y - 8}", lace, 9)
    return out + line("M254 188 C276 150 316 160 300 196 C292 214 262 206 250 214", lace, 7)


def _side(c: str) -> str:
    """One shoe from the side, toe to the right."""
    ink = dark(c, 0.5) if brightness(c) > 0.25 else "#000000"
    mesh = "".join(
        disc(250 + x * 11 + (y % 2) * 5.5, 190 + y * 9, 1.7, ink, faint(0.22)) for y in range(26) for x in range(28)
    )
    inner = mesh + oval(190, 320, 100, 60, "#ffffff", blur(30, 0.28))
    inner += oval(440, 340, 90, 24, "#ffffff", blur(16, 0.35)) + rect(50, 380, 520, 40, 0, ink, blur(8, 0.35))
    inner += shape("M56 410 C50 340 70 290 84 240 L120 250 C136 300 138 360 120 412Z", dark(c, 0.3), faint(0.75))
    inner += shape("M424 324 C408 360 416 396 430 412 H560 V380 C530 346 470 336 424 324Z", dark(c, 0.16), faint(0.75))
    inner += shape("M150 416 C210 404 268 372 300 330 L350 356 C310 396 240 420 176 424Z", _accent(c))
    inner += shape("M196 420 C250 410 310 388 352 358 L380 372 C350 404 290 424 230 426Z", _accent(c), faint(0.55))
    out = shape(
        ("M84 250 C96 226 112 236 116 248 C140 270 180 272 204 248 L222 214 L262 230 C230 290 130 300 84 250Z"),
        dark(c, 0.55),
    )
    out += shape("M206 250 L224 184 Q232 164 252 174 L282 196 L262 260Z", dark(c, 0.24))
    out += cloth(_UPPER, "url(#body)", inner)
    stay = "M232 214 C236 204 246 206 252 214 C300 268 350 308 404 330 L386 356 C322 338 262 300 214 262Z"
    out += shape(stay, dark(c, 0.3)) + line("M214 262 C262 300 322 338 386 356", light(c, 0.3), 2, faint(0.6))
    out += _laces(c)
    out += line("M74 236 C58 214 84 196 96 228", _accent(c), 8)
    sole = oval(300, 400, 260, 14, "#ffffff", faint(0.9)) + rect(40, 436, 530, 30, 0, "#9aa6b4", blur(8, 0.55))
    sole += line("M60 424 C200 438 400 430 556 412", "#c3cbd5", 3)
    out += cloth(_SOLE, "#f8fafc", sole)
    out += shape(
        (
            "M60 446 C100 462 200 462 300 463 C420 463 500 462 540 440 L532 452 C516 462 500 464 470 466 "
            "H110 C86 466 68 458 60 446Z"
        ),
        dark(c, 0.3) if brightness(c) > 0.8 else c,
    )
    return out


def shoe(c: str) -> str:
    return shadow(306, 470, 280, 18) + group(_side(c), "rotate(-4 300 400)")


def _top(c: str) -> str:
    """One right shoe from above, toe up, 180 x 440, its centre at (0, 0)."""
    sole = (
        "M-4 -222 C62 -222 92 -160 86 -84 C82 -20 70 30 70 90 C70 170 56 220 0 220 C-56 220 -72 170 -70 "
        "90 C-68 30 -84 -20 -86 -90 C-88 -166 -62 -222 -4 -222Z"
    )
    upper = (
        "M-4 -210 C54 -210 80 -152 75 -84 C71 -20 60 30 60 90 C60 164 48 208 0 208 C-48 208 -62 164 -60 "
        "90 C-58 30 -74 -20 -76 -90 C-78 -156 -56 -210 -4 -210Z"
    )
    ink = dark(c, 0.5) if brightness(c) > 0.25 else "#000000"
    mesh = "".join(
        disc(-80 + x * 11 + (y % 2) * 5.5, -210 + y * 9, 1.7, ink, faint(0.22)) for y in range(18) for x in range(16)
    )
    inner = mesh + oval(-26, -140, 34, 54, "#ffffff", blur(16, 0.4)) + rect(46, -210, 40, 420, 0, ink, blur(16, 0.35))
    inner += shape("M-80 -150 C-40 -190 40 -190 80 -150 V-230 H-80Z", dark(c, 0.16), faint(0.7))
    inner += shape("M-70 150 C-30 130 30 130 70 150 V230 H-70Z", dark(c, 0.3), faint(0.75))
    inner += shape("M-90 -40 L-50 20 L-56 70 L-90 40Z", _accent(c))
    inner += shape("M90 -40 L50 20 L56 70 L90 40Z", _accent(c), faint(0.8))
    out = shape(sole, "#0b1020", 'filter="url(#blur8)" opacity=".3" transform="translate(6 10)"')
    out += shape(sole, "#f5f7f9") + cloth(upper, "url(#body)", inner)
    out += shape("M-34 -96 C-20 -112 20 -112 34 -96 L42 60 H-42Z", dark(c, 0.32))
    out += shape("M-24 -90 C-14 -102 14 -102 24 -90 L28 60 H-28Z", dark(c, 0.1))
    hole = "M-42 66 C-46 40 46 40 42 66 C50 130 44 186 0 186 C-44 186 -50 130 -42 66Z"
    out += cloth(
        hole,
        dark(c, 0.66),
        oval(0, 90, 40, 34, "#000000", blur(8, 0.5)) + oval(0, 160, 24, 34, dark(c, 0.3), blur(8, 0.7)),
    )
    out += line("M-42 66 C-50 130 -44 186 0 186 C44 186 50 130 42 66", light(c, 0.15), 8)
    out += shape("M-26 34 C-30 70 -22 96 0 98 C22 96 30 70 26 34Z", light(c, 0.12))
    lace = "#ffffff" if brightness(c) < 0.8 else "#dfe4ea"
    for n in range(5):
        y = -84 + n * 27
        out += line(f"M-32 {y} L32 {y + 8}", "#0b1020", 10, faint(0.18)) + line(f"M-32 {y - 2} L32 {y + 6}", lace, 8.5)
    return out + line("M0 34 C-50 20 -60 70 -6 44 M0 34 C50 20 60 70 6 44", lace, 7)


def shoe_2(c: str) -> str:
    out = group(group(_top(c), "scale(-1 1)"), "translate(190 306) rotate(-8) scale(1.1)")
    return out + group(_top(c), "translate(410 294) rotate(10) scale(1.1)")


_PACK = "M158 230 C158 130 216 88 300 88 S442 130 442 230 V478 C442 522 414 546 372 546 H228 C186 546 158 522 158 478Z"


def backpack(c: str) -> str:
    out = shadow(300, 552, 190, 18) + line("M246 104 C246 40 354 40 354 104", dark(c, 0.5), 20)
    out += line("M246 100 C246 38 354 38 354 100", light(c, 0.1), 7, faint(0.5))
    for sign in (1, -1):
        pocket = rect(-186, 326, 60, 166, 24, "url(#deep)") + line("M-184 350 H-132", light(c, 0.2), 4, faint(0.5))
        out += group(pocket, f"translate(300 0) scale({sign} 1)")
    inner = oval(230, 190, 60, 90, "#ffffff", blur(30, 0.4)) + rect(410, 90, 50, 480, 0, "#0b1020", blur(16, 0.35))
    inner += rect(150, 500, 310, 60, 0, "#0b1020", blur(16, 0.35))
    out += cloth(_PACK, "url(#body)", inner)
    out += line("M176 240 C176 150 226 108 300 108 S424 150 424 240", dark(c, 0.5), 5)
    out += line("M178 246 C178 156 228 114 300 114 S422 156 422 246", light(c, 0.3), 1.6, faint(0.5))
    out += line("M204 226 H396", dark(c, 0.55), 7) + rect(384, 220, 12, 34, 6, "#d8b878")
    out += rect(252, 150, 96, 40, 8, dark(c, 0.3)) + rect(262, 160, 76, 20, 4, "url(#pale)", faint(0.6))
    pocket = "M196 330 Q196 306 220 304 H380 Q404 306 404 330 V470 Q404 500 374 500 H226 Q196 500 196 470Z"
    out += shape(pocket, "#0b1020", 'filter="url(#blur8)" opacity=".4" transform="translate(3 8)"')
    out += cloth(
        pocket,
        "url(#body)",
        rect(196, 304, 208, 26, 0, "#0b1020", blur(8, 0.3))
        + oval(250, 370, 50, 50, "#ffffff", blur(30, 0.5))
        + rect(190, 470, 220, 40, 0, "#0b1020", blur(16, 0.35)),
    )
    out += line("M206 342 H394", dark(c, 0.55), 6) + rect(206, 340, 12, 34, 6, "#d8b878")
    for x in (178, 410):
        out += rect(x, 300, 12, 236, 3, dark(c, 0.45), faint(0.8)) + rect(x - 4, 404, 20, 26, 4, "#15181d")
    return out


def backpack_2(c: str) -> str:
    """The back with its straps."""
    out = shadow(300, 552, 190, 18) + line("M246 104 C246 44 354 44 354 104", dark(c, 0.5), 20)
    inner = rect(410, 90, 50, 480, 0, "#0b1020", blur(16, 0.4)) + rect(150, 500, 310, 60, 0, "#0b1020", blur(16, 0.35))
    out += cloth(_PACK, "url(#deep)", inner)
    pad = box(196, 150, 208, 350, 56)
    out += cloth(
        pad,
        dark(c, 0.4),
        "".join(
            disc(200 + x * 13 + (y % 2) * 6, 154 + y * 11, 2, "#ffffff", faint(0.13))
            for y in range(33)
            for x in range(17)
        )
        + rect(292, 150, 16, 360, 8, "#0b1020", blur(8, 0.6)),
    )
    for sign in (1, -1):
        strap = (
            "M262 128 C190 130 168 220 172 320 C174 390 186 440 206 474 L240 462 C220 420 216 380 218 320 "
            "C220 240 236 184 290 176Z"
        )
        half = shape(strap, "#0b1020", 'filter="url(#blur8)" opacity=".4" transform="translate(3 6)"')
        half += cloth(strap, "url(#body)", line("M180 440 C170 300 176 180 250 140", "#ffffff", 10, blur(8, 0.45)))
        half += line(
            "M272 138 C206 140 184 224 188 320 C190 380 200 430 214 466", dark(c, 0.35), 2, 'stroke-dasharray="6 4"'
        )
        half += rect(166, 330, 60, 18, 4, "#15181d") + line("M222 468 C230 500 220 520 196 532", dark(c, 0.5), 12)
        out += group(half, f"translate({300 - 300 * sign} 0) scale({sign} 1)")
    return out + rect(252, 112, 96, 34, 12, "url(#body)")


def suitcase(c: str) -> str:
    out = shadow(304, 566, 180, 16) + rect(238, 26, 12, 120, 4, "url(#steeltube)")
    out += rect(350, 26, 12, 120, 4, "url(#steeltube)") + rect(228, 14, 144, 26, 12, "url(#blacktube)")
    for x in (186, 388):
        out += rect(x, 520, 26, 28, 6, "#2b3038") + disc(x + 13, 550, 15, "#15181d") + disc(x + 13, 550, 6, "#7b8591")
    outline = box(150, 104, 300, 428, 40)
    ribs = "".join(
        rect(176 + n * 42, 104, 17, 428, 8, dark(c, 0.24), faint(0.7))
        + rect(172 + n * 42, 104, 4, 428, 2, "#ffffff", faint(0.4))
        for n in range(6)
    )
    inner = ribs + rect(170, 90, 70, 460, 30, "#ffffff", blur(16, 0.4))
    inner += rect(410, 90, 60, 460, 0, "#0b1020", blur(16, 0.35)) + rect(150, 490, 300, 60, 0, "#0b1020", blur(16, 0.3))
    inner += rect(150, 104, 300, 20, 0, "#ffffff", blur(8, 0.4))
    out += cloth(outline, "url(#body)", inner)
    out += shape("M150 130 Q150 104 190 104 H214 Q170 112 158 160 L150 180Z", dark(c, 0.35), faint(0.6))
    out += shape("M450 506 Q450 532 410 532 H386 Q430 524 442 476 L450 456Z", dark(c, 0.5), faint(0.6))
    out += rect(256, 92, 88, 20, 10, "url(#blacktube)") + rect(438, 280, 22, 76, 8, "url(#blacktube)")
    out += disc(449, 300, 5, "#c3cad2") + rect(445, 316, 8, 26, 3, "#c3cad2")
    return out + rect(268, 150, 64, 22, 5, "url(#steel)")


def suitcase_2(c: str) -> str:
    """Open on the floor, half packed."""
    out = shadow(300, 520, 270, 22)
    left, right = box(40, 150, 252, 360, 34), box(308, 150, 252, 360, 34)
    for outline, x in ((left, 40), (right, 308)):
        out += shape(outline, "url(#edge)") + rect(x + 12, 162, 228, 336, 24, "#2b303a")
        out += rect(x + 20, 170, 212, 320, 18, "#454c5a")
    for n, fill in enumerate(("#e9eef3", "#7fb5dd", "#e77a62", "#f1d9a6")):
        y = 182 + n * 72
        out += rect(66, y + 5, 200, 66, 14, "#0b1020", blur(3, 0.4)) + rect(66, y, 200, 64, 14, fill)
        out += rect(72, y + 4, 120, 12, 6, "#ffffff", blur(3, 0.6))
        out += rect(66, y + 46, 200, 3, 1, dark(fill, 0.3), faint(0.5))
    out += line("M70 190 L262 470 M262 190 L70 470", dark(c, 0.62), 12, faint(0.9))
    out += rect(148, 312, 36, 36, 8, "#15181d")
    out += rect(330, 186, 208, 150, 14, dark(c, 0.5), faint(0.7)) + line("M344 206 H524", "#aab3bd", 4)
    out += rect(506, 202, 10, 26, 5, "#d8b878")
    out += "".join(line(f"M{336 + n * 26} 360 L{336 + n * 26 + 60} 476", "#98a2b2", 1.6, faint(0.5)) for n in range(6))
    out += rect(330, 352, 208, 126, 14, "#ffffff", faint(0.1)) + oval(390, 420, 40, 26, "#8fae7a")
    out += oval(476, 426, 36, 24, "#d8a8b0")
    out += rect(290, 200, 20, 44, 4, "#3a414c") + rect(290, 416, 20, 44, 4, "#3a414c")
    return out + rect(222, 134, 90, 18, 9, "url(#blacktube)", 'transform="translate(-101 0)"')
