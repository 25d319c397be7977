"""For children and for sport: toys, milk powder, nappies, dumbbells, mats, bicycles, tents."""

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
)


def bear(c: str) -> str:
    fur, pale = "url(#ball)", light(c, 0.55)
    out = shadow(300, 544, 210, 20)
    for sign in (1, -1):
        side = oval(-150, 474, 74, 62, fur) + oval(-156, 482, 40, 34, pale)
        side += oval(-142, 356, 44, 84, fur, 'transform="rotate(28 -142 356)"') + disc(-104, 96, 52, fur)
        side += disc(-104, 98, 30, pale)
        out += group(side, f"translate(300 0) scale({sign} 1)")
    out += oval(300, 410, 138, 134, fur) + oval(300, 428, 84, 86, pale) + oval(300, 190, 150, 130, fur)
    out += oval(250, 130, 70, 36, "#ffffff", blur(30, 0.5)) + oval(300, 232, 68, 52, pale)
    out += disc(244, 180, 14, "#23201e") + disc(356, 180, 14, "#23201e") + disc(240, 175, 5, "#ffffff")
    out += disc(352, 175, 5, "#ffffff") + oval(300, 212, 24, 16, "#4a332a")
    out += oval(294, 207, 8, 4, "#ffffff", faint(0.6))
    out += line("M300 228 V244 M300 244 Q280 266 262 252 M300 244 Q320 266 338 252", "#4a332a", 5)
    out += oval(210, 222, 22, 14, "#f0a0a0", blur(8, 0.6)) + oval(390, 222, 22, 14, "#f0a0a0", blur(8, 0.6))
    out += shape(
        (
            "M300 318 C260 286 226 294 230 324 C232 350 272 344 300 326 C328 344 368 350 370 324 C374 294 "
            "340 286 300 318Z"
        ),
        "#d8433b",
    )
    return out + disc(300, 321, 14, "#b8322b")


def blocks(c: str) -> str:
    """A little house of building bricks."""

    def brick(x: float, y: float, studs: int, fill: str) -> str:
        w = studs * 52
        out = "".join(
            rect(x + 10 + n * 52, y - 15, 32, 18, 5, dark(fill, 0.12))
            + oval(x + 26 + n * 52, y - 14, 16, 5, light(fill, 0.3))
            for n in range(studs)
        )
        out += rect(x, y, w, 62, 6, fill) + rect(x, y, w, 8, 4, "#ffffff", faint(0.4))
        out += rect(x, y + 50, w, 12, 4, "#0b1020", faint(0.16))
        return out + rect(x + w - 12, y, 12, 62, 5, "#0b1020", faint(0.12))

    red, yellow, blue, green = "#e0483e", "#f6c445", "#3f84d6", "#4fa866"
    out = shadow(300, 536, 240, 20) + brick(92, 470, 8, green)
    for x, y, studs, fill in (
        (118, 404, 2, blue),
        (378, 404, 2, yellow),
        (118, 338, 3, yellow),
        (326, 338, 3, blue),
        (118, 272, 7, red),
    ):
        out += brick(x, y, studs, fill)
    out += rect(222, 402, 156, 68, 0, "#6d4c2a", faint(0.25)) + brick(170, 206, 5, c) + brick(222, 140, 3, blue)
    out += brick(274, 74, 1, yellow)
    return out + group(brick(0, 0, 2, red), "translate(458 506) rotate(14) scale(.8)")


def diaper(c: str) -> str:
    pack = (
        "M110 120 C200 96 400 96 490 120 Q506 126 506 142 C520 280 520 400 506 516 Q504 536 484 538 Q300 "
        "556 116 538 Q96 536 94 516 C80 400 80 280 94 142 Q94 126 110 120Z"
    )
    out = shadow(300, 546, 240, 18) + line("M236 110 C240 60 360 60 364 110", light(c, 0.4), 16)
    inner = rect(110, 90, 70, 460, 30, "#ffffff", blur(16, 0.6)) + rect(440, 90, 80, 460, 0, "#0b1020", blur(30, 0.3))
    inner += shape("M80 420 Q300 330 520 420 V560 H80Z", "#ffffff", faint(0.8))
    inner += shape("M80 450 Q300 360 520 450 V560 H80Z", light(c, 0.45), faint(0.8))
    out += cloth(pack, "url(#body)", inner) + disc(300, 286, 122, "#fff8ec")
    face = disc(0, 0, 78, "#ffdcc0") + oval(-78, 6, 14, 18, "#ffdcc0") + oval(78, 6, 14, 18, "#ffdcc0")
    face += line("M-6 -76 C-10 -100 22 -104 16 -84", "#7a5230", 7) + disc(-28, -4, 8, "#3a2a20")
    face += disc(28, -4, 8, "#3a2a20")
    face += oval(-46, 22, 15, 10, "#f5a9a0", faint(0.7)) + oval(46, 22, 15, 10, "#f5a9a0", faint(0.7))
    face += line("M-20 28 Q0 50 20 28", "#a8503f", 6)
    out += group(face, "translate(300 292)")
    return out + "".join(
        shape("M0 -12 L4 -4 L12 0 L4 4 L0 12 L-4 4 L-12 0 L-4 -4Z", "#ffffff", f'transform="translate({x} {y})"')
        for x, y in ((150, 190), (452, 210), (160, 350), (440, 350))
    )


def milkpowder(c: str) -> str:
    out = shadow(270, 546, 190, 18) + rect(120, 110, 300, 432, 20, "url(#tube)")
    out += rect(146, 110, 30, 430, 15, "#ffffff", blur(8, 0.55)) + rect(112, 76, 316, 62, 16, "url(#goldtube)")
    out += rect(120, 524, 300, 18, 8, "url(#goldtube)")
    out += oval(270, 320, 112, 130, "#fffaf0")
    out += shape("M270 230 C300 272 322 298 322 330 A52 52 0 0 1 218 330 C218 298 240 272 270 230Z", "url(#body)")
    out += shape(
        "M240 330 A30 30 0 0 0 268 360", "none", 'stroke="#ffffff" stroke-width="7" stroke-linecap="round" opacity=".8"'
    )
    out += line("M214 412 Q270 440 326 412", "#d8b878", 6) + shadow(470, 548, 100, 12)
    bottle = rect(-44, -150, 88, 200, 26, "#ffffff", faint(0.75)) + rect(-40, -70, 80, 116, 22, "#fffdf4")
    bottle += rect(-44, -150, 88, 200, 26, "none", 'stroke="#b9c9d6" stroke-width="3"')
    bottle += rect(-48, -176, 96, 36, 10, "url(#pale)")
    bottle += shape("M-30 -176 C-30 -206 -12 -206 -12 -226 Q0 -242 12 -226 C12 -206 30 -206 30 -176Z", "#f1d9a6")
    bottle += "".join(line(f"M18 {-120 + n * 24} H36", "#8fb0d8", 3) for n in range(6))
    bottle += rect(-34, -140, 10, 176, 5, "#ffffff", blur(3, 0.9))
    return out + group(bottle, "translate(472 494)")


def yogamat(c: str) -> str:
    out = shadow(310, 500, 260, 22) + shape("M240 430 L560 470 L548 512 L220 494Z", "url(#deep)")
    out += shape("M240 430 L560 470 L556 482 L230 448Z", light(c, 0.3), faint(0.5))
    roll = rect(-250, -86, 430, 172, 60, "url(#body)") + rect(-220, -76, 380, 34, 17, "#ffffff", blur(16, 0.5))
    roll += rect(-240, 40, 420, 46, 20, "#0b1020", blur(16, 0.35))
    roll += "".join(rect(x, -88, 26, 176, 8, dark(c, 0.45)) for x in (-150, 60))
    roll += line("M-137 -88 C-110 -170 40 -170 73 -88", dark(c, 0.5), 12)
    roll += oval(182, 0, 46, 86, dark(c, 0.15))
    roll += "".join(
        oval(
            182,
            0,
            46 - n * 9,
            86 - n * 17,
            "none",
            f'stroke="{dark(c, 0.4) if n % 2 else light(c, 0.35)}" stroke-width="5"',
        )
        for n in range(5)
    )
    return out + group(roll, "translate(308 378) rotate(5)")


def dumbbell(c: str) -> str:
    def weight(x: float) -> str:
        d = "M-58 -40 L-30 -84 H30 L58 -40 V40 L30 84 H-30 L-58 40Z"
        return group(
            shape(d, "url(#black)")
            + shape("M-58 -40 L-30 -84 H30 L58 -40Z", "#ffffff", faint(0.14))
            + rect(-58, -8, 116, 16, 0, c)
            + line("M-58 -40 H58 M-58 40 H58", "#05070c", 3, faint(0.6)),
            f"translate({x} 0)",
        )

    one = rect(-150, -24, 300, 48, 18, "url(#steel)")
    one += "".join(line(f"M{-80 + n * 10} -22 L{-70 + n * 10} 22", "#7d8792", 2, faint(0.5)) for n in range(16))
    one += weight(-160) + weight(160)
    out = shadow(300, 500, 260, 24) + group(one, "translate(270 250) rotate(-14) scale(.9)")
    return out + group(one, "translate(318 404) rotate(8) scale(1.08)")


def bike(c: str) -> str:
    out = shadow(300, 508, 270, 16)
    for x in (140, 460):
        out += disc(x, 384, 114, "none", 'stroke="#1c2026" stroke-width="20"')
        out += disc(
            x, 384, 114, "none", 'stroke="#3d444f" stroke-width="24" stroke-dasharray="7 9" stroke-opacity=".6"'
        )
        out += disc(x, 384, 100, "none", 'stroke="#aab3bd" stroke-width="5"')
        out += "".join(
            line("M0 -12 V-98", "#aab3bd", 1.6, f'transform="translate({x} 384) rotate({n * 20})"') for n in range(18)
        )
        out += disc(x, 384, 15, "#2b3038") + disc(x, 384, 6, "#c9d0d8")
    frame = "M140 384 L236 214 L396 214 L288 384Z M236 214 L288 384 M140 384 H288"
    out += line("M140 384 H288", "#59636f", 5) + line(frame, dark(c, 0.4), 19) + line(frame, c, 14)
    out += line("M396 214 L288 384", light(c, 0.4), 4, faint(0.6))
    out += line("M384 166 L396 214 L460 384", "#2b3038", 15) + line("M386 172 L460 384", light(c, 0.2), 4, faint(0.5))
    out += line("M384 166 L356 150 M384 166 L428 140 Q446 132 440 156", "#1c2026", 12)
    out += line("M236 214 L222 166", "#8d96a1", 11)
    out += shape("M176 158 Q222 140 268 154 Q272 168 248 170 L196 176 Q172 174 176 158Z", "#1c2026")
    out += disc(288, 384, 34, "none", 'stroke="#3d444f" stroke-width="9"')
    out += line("M288 384 L316 436", "#59636f", 11) + rect(296, 432, 46, 12, 5, "#1c2026")
    return out + disc(288, 384, 10, "#c9d0d8")


def tent(c: str) -> str:
    out = oval(300, 486, 300, 54, "#a9cf9a", blur(16, 0.7)) + shadow(310, 500, 270, 20)
    out += shape("M300 130 L468 120 L580 470 L540 486Z", "url(#deep)")
    front = "M300 130 L540 490 H60Z"
    out += cloth(
        front,
        "url(#body)",
        rect(60, 430, 500, 70, 0, "#0b1020", blur(16, 0.3)) + shape("M300 130 L60 490 H180Z", "#ffffff", faint(0.22)),
    )
    out += shape("M300 200 L390 490 H210Z", dark(c, 0.68))
    out += shape("M300 200 L210 490 H176 Q220 350 300 200Z", light(c, 0.35))
    out += shape("M300 200 L390 490 H424 Q380 350 300 200Z", dark(c, 0.15))
    out += oval(300, 470, 60, 26, "#ffcf7a", blur(16, 0.7))
    out += line("M300 130 L60 490 M300 130 L540 490 M300 130 L468 120", dark(c, 0.4), 4, faint(0.5))
    out += line("M60 490 L20 516 M540 490 L586 516 M300 130 L150 230", "#7d8792", 2.5, faint(0.8))
    for x in (70, 120, 500, 548):
        out += line(f"M{x} 520 q-4 -18 -10 -24 M{x} 520 q2 -20 8 -28", "#6fa35f", 4)
    return out + leaf(150, 512, 40, -40, "#7db56c")
