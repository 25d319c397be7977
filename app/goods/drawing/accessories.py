"""What goes with a phone: cases, glass, chargers, cables, loudspeakers; simple phones and action cameras."""

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
    screen,
    shadow,
    shape,
    within,
)


def phonecase(c: str) -> str:
    outline = box(176, 50, 248, 494, 54)
    out = shadow(300, 552, 160, 16) + shape(outline, "url(#edge)") + shape(box(186, 60, 228, 474, 46), "url(#body)")
    out += within(
        outline,
        rect(190, 40, 60, 520, 30, "#ffffff", blur(16, 0.4)) + rect(380, 40, 60, 520, 0, "#0b1020", blur(16, 0.28)),
    )
    out += within(outline, shape("M176 50 H340 L176 420Z", "url(#glare)", faint(0.7)))
    out += rect(206, 84, 126, 126, 38, "#0b1020", faint(0.35))
    out += rect(210, 88, 118, 118, 34, "#2a2f38") + rect(420, 170, 8, 74, 4, dark(c, 0.3))
    out += rect(172, 180, 8, 40, 4, dark(c, 0.3))
    for x, y in ((240, 118), (298, 147), (240, 176)):
        out += disc(x, y, 23, "#11141a") + disc(x, y, 16, "url(#lens)") + disc(x - 5, y - 6, 4, "#ffffff", faint(0.7))
    ring = disc(300, 350, 62, "none", f'stroke="{dark(c, 0.3)}" stroke-width="10" stroke-opacity=".35"')
    return out + ring + rect(295, 424, 10, 40, 5, dark(c, 0.3), faint(0.35))


def glass(c: str) -> str:
    """A sheet of screen glass above a phone."""
    phone = rect(196, 96, 226, 452, 44, "url(#black)") + rect(204, 104, 210, 436, 38, "#06070a")
    phone += rect(210, 110, 198, 424, 33, "url(#sky)")
    phone += rect(282, 120, 56, 16, 8, "#05060a")
    phone += shape(
        "M210 380 C260 330 330 420 408 350 V500 Q408 534 376 534 H242 Q210 534 210 500Z", "url(#skya)", faint(0.8)
    )
    sheet = rect(-104, -224, 208, 448, 38, "#dff1ff", faint(0.4))
    sheet += rect(-104, -224, 208, 448, 38, "none", 'stroke="#ffffff" stroke-width="4"')
    sheet += rect(-102, -222, 204, 444, 36, "none", 'stroke="#8fc4e6" stroke-width="1.6"')
    sheet += rect(-26, -212, 52, 14, 7, "#ffffff", faint(0.9))
    sheet += shape("M-96 -100 L40 -220 H92 L-96 -20Z", "#ffffff", faint(0.5))
    sheet += shape("M-96 40 L100 -150 V-120 L-96 76Z", "#ffffff", faint(0.4))
    out = screen("sky", c) + shadow(310, 556, 190, 16) + group(phone, "rotate(-6 300 320)")
    return out + group(sheet, "translate(252 256) rotate(-13)")


def charger(c: str) -> str:
    out = shadow(300, 520, 190, 20) + rect(232, 62, 18, 86, 5, "url(#steeltube)")
    out += rect(350, 62, 18, 86, 5, "url(#steeltube)")
    outline = box(160, 136, 280, 378, 62)
    out += shape(outline, "url(#body)")
    out += within(
        outline,
        rect(180, 120, 60, 420, 30, "#ffffff", blur(16, 0.7)) + rect(390, 120, 60, 420, 0, "#0b1020", blur(16, 0.25)),
    )
    out += rect(164, 232, 272, 3, 1, dark(c, 0.3), faint(0.5)) + rect(176, 150, 200, 18, 9, "#ffffff", blur(8, 0.6))
    for y in (300, 366, 432):
        out += rect(254, y, 92, 34, 17, "url(#steel)") + rect(258, y + 4, 84, 26, 13, "#14171c")
        out += rect(270, y + 14, 60, 6, 3, "#4b5460")
    return out + disc(216, 317, 6, "#5fd17a")


def powerbank(c: str) -> str:
    cable = line(
        "M300 96 C300 20 470 30 470 130 C470 190 520 190 520 250", "#d6dbe3" if brightness(c) < 0.6 else "#3a414c", 11
    )
    outline = box(168, 98, 264, 440, 48)
    out = shadow(300, 546, 180, 18) + cable + rect(508, 244, 24, 40, 6, "url(#steel)")
    out += rect(280, 78, 40, 34, 8, "#2b3038")
    out += shape(outline, "url(#edge)") + shape(box(174, 104, 252, 428, 43), "url(#body)")
    out += within(
        outline,
        shape("M168 98 H360 L168 470Z", "url(#glare)", faint(0.7))
        + rect(390, 98, 60, 450, 0, "#0b1020", blur(16, 0.3)),
    )
    out += "".join(disc(252 + n * 32, 170, 7, "#7fe3f4" if n < 3 else dark(c, 0.4)) for n in range(4))
    bolt = "M316 262 L252 364 H296 L280 444 L350 330 H304Z"
    return out + shape(bolt, light(c, 0.5) if brightness(c) < 0.6 else dark(c, 0.3), faint(0.75))


def cable(c: str) -> str:
    out = shadow(300, 500, 220, 18)
    for n in range(5):
        ring = oval(300, 318 + n * 3, 176 - n * 15, 138 - n * 13, "none", f'stroke="{dark(c, 0.3)}" stroke-width="13"')
        out += ring
        out += oval(
            300,
            315 + n * 3,
            176 - n * 15,
            138 - n * 13,
            "none",
            f'stroke="{light(c, 0.1 + n * 0.05)}" stroke-width="9"',
        )
    out += line("M128 330 C80 240 90 170 150 150", c, 11) + line("M470 330 C540 280 540 200 470 176", c, 11)
    plug = rect(-17, -92, 34, 40, 6, "url(#steeltube)") + rect(-24, -54, 48, 76, 14, "url(#white)")
    plug += rect(-10, 20, 20, 22, 6, dark(c, 0.35))
    out += group(plug, "translate(176 140) rotate(66) scale(1.05)")
    out += group(plug, "translate(446 166) rotate(-66) scale(1.05)")
    return out + rect(268, 404, 64, 92, 14, "url(#deep)") + rect(276, 412, 10, 74, 5, "#ffffff", faint(0.3))


def speaker(c: str) -> str:
    outline = box(164, 74, 272, 470, 110)
    out = shadow(300, 550, 170, 18) + shape(outline, "url(#tube)")
    mesh = "".join(
        disc(168 + x * 9 + (y % 2) * 4.5, 160 + y * 9, 2.1, "#05070c", faint(0.3)) for y in range(36) for x in range(30)
    )
    inner = mesh + rect(190, 60, 50, 500, 25, "#ffffff", blur(16, 0.35))
    inner += rect(390, 60, 60, 500, 0, "#0b1020", blur(16, 0.4))
    out += within(outline, inner) + oval(300, 112, 104, 32, dark(c, 0.5)) + oval(300, 109, 100, 29, "url(#deep)")
    out += oval(300, 109, 60, 17, "none", 'stroke="#7fe3f4" stroke-width="4"')
    out += oval(300, 109, 60, 17, "none", 'stroke="#7fe3f4" stroke-width="10" stroke-opacity=".3"')
    badge = rect(268, 470, 64, 26, 13, "url(#steel)") + line("M286 483 H314", "#8b95a0", 3)
    return out + badge + line("M434 170 C480 190 478 270 436 286", dark(c, 0.4), 12)


def featurephone(c: str) -> str:
    """A simple phone: large keys with nothing written on them."""
    outline = box(190, 46, 220, 502, 46)
    out = shadow(300, 554, 150, 16) + shape(outline, "url(#edge)") + shape(box(196, 52, 208, 490, 41), "url(#body)")
    out += within(outline, rect(200, 40, 40, 520, 20, "#ffffff", blur(16, 0.45)))
    out += rect(268, 70, 64, 8, 4, dark(c, 0.6))
    out += screen("sky", c) + rect(214, 90, 172, 190, 12, "#07080b") + rect(222, 98, 156, 174, 6, "url(#sky)")
    out += disc(336, 150, 18, "#fff3d6")
    out += within(
        box(222, 98, 156, 174, 6), shape("M222 230 C260 190 320 260 378 210 V272 H222Z", "url(#skya)", faint(0.85))
    )
    out += rect(264, 294, 72, 48, 22, "url(#steel)") + rect(282, 306, 36, 24, 11, "#7d8792")
    out += rect(212, 298, 44, 18, 9, "#5fd17a") + rect(344, 298, 44, 18, 9, "#e0564f")
    out += rect(212, 322, 44, 18, 9, "#e8ecf1") + rect(344, 322, 44, 18, 9, "#e8ecf1")
    for row in range(4):
        for column in range(3):
            x, y = 212 + column * 61, 356 + row * 44
            out += rect(x, y + 3, 54, 34, 12, "#0b1020", faint(0.35)) + rect(x, y, 54, 34, 12, "url(#white)")
            out += disc(x + 27, y + 17, 4, "#aab3bd")
    return out


def actioncam(c: str) -> str:
    out = shadow(300, 520, 210, 18) + rect(268, 440, 64, 60, 8, "url(#blacktube)")
    out += rect(236, 492, 128, 22, 10, "url(#black)")
    outline = box(104, 146, 392, 300, 44)
    out += rect(142, 130, 70, 24, 8, "#d8433b") + shape(outline, "url(#body)")
    grip = "".join(line(f"M{112 + n * 14} 146 V446", "#ffffff", 2, faint(0.07)) for n in range(28))
    out += within(
        outline,
        grip
        + rect(104, 146, 392, 26, 0, "#ffffff", blur(8, 0.3))
        + rect(450, 146, 60, 300, 0, "#000000", blur(16, 0.4)),
    )
    out += rect(282, 180, 190, 190, 40, "url(#black)") + disc(377, 275, 82, "#0b0d11")
    out += disc(377, 275, 74, "none", 'stroke="#59616d" stroke-width="3"')
    out += disc(377, 275, 62, "url(#lens)")
    out += oval(354, 250, 18, 11, "#ffffff", 'opacity=".7" transform="rotate(-35 354 250)"')
    out += screen("sky", "#2a7f9f") + rect(136, 200, 116, 92, 10, "#07080b") + rect(142, 206, 104, 80, 6, "url(#sky)")
    out += cloth("M142 262 L176 226 L204 258 L222 240 L246 268 V286 H142Z", "#24445a", "")
    out += disc(222, 226, 9, "#fff3d6")
    return out + rect(136, 330, 84, 12, 6, light(c, 0.3), faint(0.6)) + disc(146, 400, 7, "#e0564f")
