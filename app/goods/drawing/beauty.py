"""Lipstick, creams and books."""

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

_BULLET = "M-48 0 V-130 C-48 -168 10 -214 48 -220 V0Z"


def _lipstick() -> str:
    """An open lipstick standing on (0, 0), 130 wide."""
    cut = "M-46 -130 C-46 -168 10 -214 48 -220 C52 -176 8 -120 -34 -112 C-42 -112 -46 -120 -46 -130Z"
    out = group(
        shape(_BULLET, "url(#tube)")
        + shape(cut, "url(#pale)")
        + line("M-34 -136 C-30 -160 8 -194 34 -204", "#ffffff", 5, blur(3, 0.8)),
        "translate(0 -236)",
    )
    out += rect(-58, -262, 116, 72, 6, "url(#goldtube)") + rect(-58, -250, 116, 3, 1, "#8f6a2c", faint(0.6))
    out += rect(-66, -196, 132, 196, 10, "url(#blacktube)")
    return out + rect(-66, -196, 132, 12, 4, "url(#goldtube)") + rect(-48, -176, 8, 164, 4, "#ffffff", blur(3, 0.5))


def _lip_cap() -> str:
    out = rect(-66, -226, 132, 226, 12, "url(#blacktube)") + rect(-48, -212, 8, 196, 4, "#ffffff", blur(3, 0.5))
    return out + rect(-66, -14, 132, 14, 4, "url(#goldtube)")


def lipstick(c: str) -> str:
    out = shadow(228, 548, 110, 14) + shadow(420, 548, 110, 14)
    return out + group(_lip_cap(), "translate(420 546)") + group(_lipstick(), "translate(228 546) scale(1.06)")


def lipstick_2(c: str) -> str:
    """A stroke of the colour under the open lipstick."""
    smear = (
        "M40 470 C70 410 160 392 250 404 C340 414 440 388 540 402 C574 410 566 446 536 456 C556 470 540 "
        "506 500 504 C400 500 300 530 200 524 C120 520 52 530 40 470Z"
    )
    inner = "".join(
        line(
            f"M30 {412 + n * 15} C160 {396 + n * 15} 340 {426 + n * 14} 580 {400 + n * 14}",
            light(c, 0.4) if n % 2 else dark(c, 0.2),
            5,
            blur(3, 0.5),
        )
        for n in range(8)
    )
    out = shape(smear, "#0b1020", 'filter="url(#blur8)" opacity=".22" transform="translate(4 10)"')
    out += cloth(smear, "url(#body)", inner + oval(180, 420, 110, 12, "#ffffff", blur(8, 0.55)))
    return out + group(_lipstick(), "translate(128 452) rotate(52) scale(.98)")


_JAR = "M138 274 H462 V424 C462 476 430 500 380 500 H220 C170 500 138 476 138 424Z"


def jar(c: str) -> str:
    out = shadow(300, 508, 200, 20) + shape(_JAR, "#ffffff") + shape(_JAR, "url(#tube)", faint(0.8))
    inner = rect(156, 270, 34, 240, 16, "#ffffff", blur(8, 0.75))
    inner += rect(420, 270, 50, 240, 0, "#0b1020", blur(16, 0.22))
    inner += rect(130, 460, 340, 50, 0, "#0b1020", blur(16, 0.2))
    cream = "M170 292 H430 V420 C430 452 410 468 374 468 H226 C190 468 170 452 170 420Z"
    out += within(_JAR, inner) + shape(cream, light(c, 0.55), faint(0.6)) + leaf(296, 430, 92, -60, dark(c, 0.28))
    out += leaf(300, 430, 70, -128, dark(c, 0.16)) + leaf(302, 432, 62, -8, dark(c, 0.16))
    out += rect(122, 164, 356, 118, 20, "url(#goldtube)") + rect(122, 164, 356, 22, 10, "#ffffff", faint(0.35))
    out += rect(122, 262, 356, 6, 2, "#7d5a24", faint(0.5))
    return out + "".join(rect(136 + n * 12.6, 196, 2.4, 60, 1, "#7d5a24", faint(0.35)) for n in range(27))


def jar_2(c: str) -> str:
    """Open from above: the cream and its lid."""
    out = shadow(250, 486, 220, 22) + shape("M70 330 V396 C70 466 150 492 250 492 S430 466 430 396 V330Z", "url(#tube)")
    out += rect(86, 350, 26, 110, 13, "#ffffff", blur(8, 0.7))
    out += oval(250, 326, 182, 96, dark(c, 0.12)) + oval(250, 322, 182, 96, "url(#edge)")
    out += oval(250, 324, 162, 82, dark(c, 0.2)) + oval(250, 330, 158, 76, "#fffaf6")
    out += line(
        (
            "M140 336 C150 282 340 276 356 326 C360 368 190 380 186 336 C188 306 300 306 304 332 C300 350 "
            "240 350 236 336"
        ),
        light(c, 0.3),
        20,
        blur(3, 0.75),
    )
    out += line(
        "M144 330 C156 284 336 280 350 322 C354 358 196 368 192 332 C196 310 292 308 298 328",
        "#ffffff",
        8,
        blur(3, 0.9),
    )
    out += shape("M236 330 Q246 270 280 268 Q268 300 284 332Z", "#fffdfb")
    lid = oval(0, 16, 128, 128, "#7d5a24") + oval(0, 0, 128, 128, "url(#goldtube)") + oval(0, 0, 112, 112, "#e9cf94")
    lid += oval(-24, -40, 60, 34, "#ffffff", blur(16, 0.6)) + leaf(-34, 40, 100, -36, "#b58a42")
    out += shadow(470, 246, 120, 14) + group(lid, "translate(452 168) scale(.94 .8)")
    return out + leaf(430, 520, 120, -20, "#7da37a") + leaf(440, 528, 90, 30, "#94b88c")


def _cover(c: str) -> str:
    """Cover art 270 x 390 at (0, 0): hills, a sun, a path."""
    out = rect(0, 0, 270, 390, 0, "url(#body)") + disc(176, 120, 46, "#ffe7b3")
    out += disc(176, 120, 66, "#ffe7b3", blur(16, 0.35))
    out += shape("M0 250 L70 150 L130 232 L190 170 L270 270 V390 H0Z", light(c, 0.3), faint(0.7))
    out += shape("M0 300 Q80 230 150 290 T270 280 V390 H0Z", dark(c, 0.2))
    out += shape("M0 340 Q110 290 270 340 V390 H0Z", dark(c, 0.42))
    out += shape("M120 390 C140 350 110 330 140 304 C128 330 178 350 170 390Z", "#ffe7b3", faint(0.8))
    out += rect(34, 40, 92, 9, 4.5, "#ffffff", faint(0.9)) + rect(34, 60, 60, 6, 3, "#ffffff", faint(0.65))
    return out + rect(10, 0, 3, 390, 0, "#000000", faint(0.18))


def book(c: str) -> str:
    art = within(
        "M0 0 H264 Q270 0 270 6 V384 Q270 390 264 390 H0Z",
        _cover(c)
        + rect(0, 0, 40, 390, 0, "#000000", blur(8, 0.2))
        + shape("M0 0 H180 L0 300Z", "url(#glare)", faint(0.6)),
    )
    spine = cloth("M140 102 L196 120 V522 L140 502Z", "url(#deep)", rect(180, 90, 40, 450, 0, "#ffffff", blur(8, 0.2)))
    spine += shape("M146 156 L190 170 V182 L146 168Z", "#ffe7b3", faint(0.85))
    spine += shape("M146 440 L190 454 V460 L146 446Z", "#ffffff", faint(0.5))
    top = shape("M140 102 L420 86 L476 104 L196 120Z", dark(c, 0.4))
    top += shape("M150 102 L418 88 L466 102 L200 116Z", "#f6f1e4")
    for n in range(5):
        top += line(f"M{158 + n * 11} {102.5 + n * 2.8} L{424 + n * 10} {89 + n * 2.8}", "#cfc7b2", 1.2)
    out = shadow(316, 526, 220, 18) + shape("M196 516 L476 500 L500 520 L430 532 L196 530Z", "#0b1020", blur(8, 0.3))
    return out + top + spine + group(art, "matrix(1.037 -0.057 0 1.03 196 120)")


def book_2(c: str) -> str:
    """Open on its back."""
    out = shadow(300, 470, 280, 24)
    out += shape("M30 176 Q170 150 300 186 Q430 150 570 176 L584 452 Q430 424 300 462 Q170 424 16 452Z", dark(c, 0.2))
    for n in range(4, 0, -1):
        out += shape(
            (
                f"M{44 - n * 3} 160 Q176 132 300 172 Q424 132 {556 + n * 3} 160 L{568 + n * 3} {424 + n * 5} Q430 "
                f"{398 + n * 5} 300 {438 + n * 5} Q170 {398 + n * 5} {32 - n * 3} {424 + n * 5}Z"
            ),
            "#e2dccb" if n % 2 else "#f5f1e6",
        )
    page = "M44 160 Q176 132 300 172 V440 Q170 400 32 428Z"
    out += cloth(page, "#fffdf7", rect(236, 120, 90, 340, 0, "#7b6f55", blur(16, 0.35)))
    other = "M556 160 Q424 132 300 172 V440 Q430 400 568 428Z"
    out += cloth(other, "#fffdf7", rect(280, 120, 70, 340, 0, "#7b6f55", blur(16, 0.45)))
    for n in range(9):
        y, end = 196 + n * 24, 262 if n not in (3, 8) else 190
        out += line(f"M{74 - n} {y - 6} Q{170} {y - 24} {end} {y - 2}", "#c5bfae", 5)
    picture = "M336 190 Q424 166 530 182 L536 300 Q430 282 336 306Z"
    out += cloth(
        picture,
        light(c, 0.55),
        disc(470, 214, 22, "#ffe7b3")
        + shape("M330 300 L390 226 L430 270 L470 232 L540 300 V320 H330Z", c, faint(0.8))
        + shape("M330 300 Q430 262 540 300 V330 H330Z", dark(c, 0.3)),
    )
    out += "".join(
        line(f"M338 {336 + n * 24} Q430 {312 + n * 24} {536 + n} {330 + n * 24}", "#c5bfae", 5) for n in range(3)
    )
    return out + shape("M300 172 L318 168 V500 L309 486 L300 500Z", "#d8433b")
