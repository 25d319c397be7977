"""Tea, oil, spirits, beer and fruit."""

from app.goods.drawing.kit import (
    blur,
    box,
    cloth,
    dark,
    disc,
    faint,
    group,
    leaf,
    light,
    lin,
    line,
    oval,
    rect,
    shadow,
    shape,
    steam,
    within,
)


def tea(c: str) -> str:
    out = shadow(240, 536, 150, 16) + rect(130, 150, 210, 380, 16, "url(#tube)")
    out += rect(150, 150, 20, 380, 10, "#ffffff", blur(8, 0.4)) + rect(122, 112, 226, 66, 14, "url(#goldtube)")
    out += disc(235, 350, 78, "#fff7e2") + disc(235, 350, 70, "none", f'stroke="{c}" stroke-width="2.5"')
    out += leaf(228, 392, 92, -58, dark(c, 0.1)) + leaf(236, 394, 72, -128, light(c, 0.15))
    out += leaf(240, 394, 66, -2, light(c, 0.15))
    out += shadow(440, 536, 110, 14) + oval(440, 522, 108, 18, "#e3e9ef") + oval(440, 516, 108, 18, "#ffffff")
    cup = "M362 424 H518 C516 480 480 512 454 514 H426 C400 512 364 480 362 424Z"
    out += line("M510 436 C556 430 552 488 496 486", "#e8edf2", 12)
    out += cloth(cup, "url(#white)", rect(470, 410, 60, 110, 0, "#8fa3bb", blur(16, 0.4)))
    out += oval(440, 424, 78, 17, "#eef2f6") + oval(440, 426, 68, 12, "#c9a14a")
    return out + steam(440, 400) + leaf(330, 560, 56, -16, "#7da37a")


def _flask(c: str, body: str, fill: str, cap: str) -> str:
    out = shape(body, fill)
    out += within(
        body, rect(214, 40, 26, 520, 13, "#ffffff", blur(8, 0.6)) + rect(360, 40, 60, 520, 0, "#3a1f00", blur(16, 0.3))
    )
    return out + cap


def oil(c: str) -> str:
    gold = lin("oil", "#ffe9a0", "#f2b93b", "#d98f1e", x2=0.8)
    body = (
        "M262 130 H338 C340 190 420 200 424 270 V510 Q424 546 390 546 H210 Q176 546 176 510 V270 C180 "
        "200 260 190 262 130Z"
    )
    cap = rect(256, 60, 88, 74, 12, "url(#tube)")
    cap += "".join(line(f"M{264 + n * 9} 74 V124", "#ffffff", 2, faint(0.35)) for n in range(9))
    cap += rect(256, 124, 88, 12, 4, dark(c, 0.3))
    out = gold + shadow(300, 550, 180, 16) + _flask(c, body, "url(#oil)", cap)
    out += line("M424 290 C482 290 482 440 424 440", "#e3a63a", 20, faint(0.9))
    out += rect(176, 316, 248, 160, 0, "#fffaf0") + rect(176, 316, 248, 12, 0, c) + rect(176, 464, 248, 12, 0, c)
    out += disc(300, 390, 44, "#ffd75e") + disc(300, 390, 22, "#8a5a1e")
    petals = "".join(oval(300, 338, 11, 22, "#f2a52c", f'transform="rotate({n * 30} 300 390)"') for n in range(12))
    return (
        out + within(box(176, 328, 248, 136, 0), petals) + disc(300, 390, 30, "#7a4d1a") + disc(300, 390, 24, "#93602a")
    )


def liquor(c: str) -> str:
    body = (
        "M270 150 H330 V196 C330 226 398 240 398 290 V506 Q398 546 362 546 H238 Q202 546 202 506 V290 "
        "C202 240 270 226 270 196Z"
    )
    cap = rect(258, 70, 84, 84, 10, "url(#goldtube)") + rect(264, 150, 72, 14, 4, "url(#tube)")
    cap += disc(300, 112, 16, "#f9e8bd", faint(0.8))
    out = shadow(280, 550, 150, 16) + _flask(c, body, "url(#tube)", cap) + shape("M202 312 H398 V470 H202Z", "#fff6e0")
    out += rect(202, 320, 196, 5, 0, "#b58a42") + rect(202, 456, 196, 5, 0, "#b58a42")
    out += group(
        shape("M0 -52 L45 -26 V26 L0 52 L-45 26 V-26Z", "none", f'stroke="{c}" stroke-width="5"')
        + leaf(-4, 26, 58, -58, c)
        + leaf(2, 28, 44, -124, "#b58a42"),
        "translate(300 390)",
    )
    glass = shape("M446 440 H528 L516 504 Q487 524 458 504Z", "#ffffff", faint(0.75))
    glass += shape("M450 462 H524 L516 504 Q487 522 458 504Z", "#f4e8c4", faint(0.8))
    glass += rect(482, 510, 10, 28, 2, "#d3dce4") + oval(487, 542, 36, 7, "#e3e9ef")
    return out + shadow(487, 548, 60, 8) + glass + oval(487, 440, 41, 7, "none", 'stroke="#b9c9d6" stroke-width="2.5"')


def beer(c: str) -> str:
    amber = lin("beer", "#ffdd7a", "#f0a928", "#c9761a", x2=0.3)
    can = shape("M84 130 L104 96 H236 L256 130 V510 L236 540 H104 L84 510Z", "url(#tube)")
    can += rect(104, 92, 132, 12, 4, "url(#steeltube)") + rect(108, 530, 124, 14, 4, "url(#steeltube)")
    can += rect(108, 110, 20, 420, 10, "#ffffff", blur(8, 0.5))
    can += oval(170, 300, 62, 78, "#fff6e0")
    can += group(
        "".join(
            oval(0, -20 * n, 9, 16, "#d7a23c", f'transform="rotate(32 0 {-20 * n})"')
            + oval(0, -20 * n, 9, 16, "#c08a2c", f'transform="rotate(-32 0 {-20 * n})"')
            for n in range(5)
        )
        + line("M0 10 V46", "#c08a2c", 5),
        "translate(170 326)",
    )
    mug = "M316 206 H498 V506 Q498 542 462 542 H352 Q316 542 316 506Z"
    out = amber + shadow(180, 544, 120, 14) + shadow(420, 550, 150, 16) + can
    out += line("M500 270 C580 262 580 446 500 440", "#d9e6ef", 24)
    out += line("M500 270 C576 264 576 442 500 436", "#ffffff", 6, faint(0.8))
    out += shape(mug, "url(#beer)")
    out += within(
        mug,
        rect(334, 200, 26, 350, 13, "#ffffff", blur(8, 0.6))
        + "".join(disc(346 + (n * 47) % 136, 270 + (n * 61) % 250, 3 + n % 3, "#fff3cf", faint(0.6)) for n in range(26))
        + rect(450, 200, 60, 350, 0, "#7a3d00", blur(16, 0.25)),
    )
    foam = "".join(
        disc(x, y, r, "#fffdf6")
        for x, y, r in (
            (330, 212, 30),
            (372, 196, 36),
            (424, 192, 38),
            (472, 206, 32),
            (398, 222, 34),
            (346, 238, 18),
            (490, 234, 16),
        )
    )
    return out + rect(306, 204, 196, 44, 20, "#fffdf6") + foam + oval(380, 186, 30, 12, "#ffffff")


def apple(c: str) -> str:
    body = (
        "M300 190 C350 150 450 150 486 240 C520 340 450 500 372 526 C340 536 324 518 300 518 S260 536 "
        "228 526 C150 500 80 340 114 240 C150 150 250 150 300 190Z"
    )
    inner = oval(200, 270, 50, 90, "#ffffff", blur(30, 0.55)) + oval(420, 440, 90, 110, dark(c, 0.5), blur(30, 0.5))
    inner += oval(300, 200, 120, 34, "#f1d36b", blur(30, 0.55)) + oval(300, 192, 46, 16, dark(c, 0.6), blur(8, 0.6))
    inner += "".join(
        disc(140 + (n * n * 37) % 320, 250 + (n * 89 + n * n * 13) % 230, 2.4, "#ffe7b3", faint(0.5)) for n in range(40)
    )
    inner += oval(180, 262, 16, 34, "#ffffff", 'opacity=".6" transform="rotate(18 180 262)"')
    out = shadow(300, 530, 200, 22) + cloth(body, "url(#ball)", inner)
    out += line("M298 196 C294 150 306 116 330 92", "#6d4a26", 13)
    out += line("M296 190 C294 150 304 118 326 96", "#a3774a", 4)
    return out + leaf(318, 140, 150, -8, "#5f9f4e")


def orange(c: str) -> str:
    out = shadow(240, 526, 190, 22) + disc(236, 350, 172, "url(#ball)")
    out += oval(170, 280, 60, 44, "#ffffff", blur(30, 0.5))
    out += "".join(
        disc(100 + (n * 71) % 280, 220 + (n * 97) % 270, 2.6, dark(c, 0.2), faint(0.35))
        for n in range(70)
        if ((100 + (n * 71) % 280 - 236) ** 2 + (220 + (n * 97) % 270 - 350) ** 2) < 24000
    )
    out += shape("M226 196 L236 184 L248 196 L262 200 L246 206 L236 218 L226 206 L212 202Z", "#5f8f3e")
    out += leaf(240, 190, 150, -14, "#5f9f4e") + shadow(436, 540, 130, 16)
    half = disc(0, 0, 118, c) + disc(0, 0, 106, "#fff1d2")
    half += "".join(
        shape("M0 -12 C22 -40 26 -76 0 -96 C-26 -76 -22 -40 0 -12Z", light(c, 0.12), f'transform="rotate({n * 36})"')
        for n in range(10)
    )
    half += "".join(
        shape(
            "M-6 -30 C0 -50 4 -70 -2 -84",
            "none",
            (f'stroke="#ffffff" stroke-width="3" stroke-linecap="round" opacity=".5" transform="rotate({n * 36})"'),
        )
        for n in range(10)
    )
    half += disc(0, 0, 10, "#fff1d2")
    return out + group(half, "translate(430 432) scale(.98 .98)")
