"""Headphones, earbuds and cameras."""

from app.goods.drawing.kit import (
    blur,
    box,
    dark,
    disc,
    faint,
    group,
    light,
    lin,
    line,
    oval,
    rect,
    shadow,
    shape,
    within,
)


def headphone(c: str) -> str:
    out = shadow(300, 520, 200, 22)
    out += line("M140 350 V286 A160 160 0 0 1 460 286 V350", dark(c, 0.42), 36) + line(
        "M140 344 V284 A160 160 0 0 1 460 284 V344", c, 28
    )
    out += line("M132 320 V282 A168 168 0 0 1 300 118", light(c, 0.6), 5, faint(0.6))
    out += line("M188 230 A122 122 0 0 1 412 230", dark(c, 0.55), 20, faint(0.9))
    for side in (1, -1):
        cup = rect(-198, 298, 24, 60, 8, "url(#steeltube)") + rect(-146, 306, 56, 176, 28, "#15181d")
        cup += rect(-142, 312, 16, 164, 8, "#3a3f48") + rect(-222, 292, 94, 204, 46, "url(#tube)")
        cup += rect(-208, 316, 12, 150, 6, "#ffffff", blur(3, 0.4))
        cup += line("M-150 310 V478", dark(c, 0.45), 2, faint(0.7))
        out += group(cup, f"translate(300 0) scale({side} 1)")
    return out


def headphone_2(c: str) -> str:
    """From the side, one cup turned to the viewer."""
    out = shadow(280, 546, 200, 20)
    far = oval(446, 366, 62, 112, "#101318") + oval(456, 362, 54, 104, "url(#deep)")
    out += line("M452 330 C486 200 430 76 320 60", dark(c, 0.5), 26) + far
    out += line("M208 330 C150 210 190 66 320 58 C400 54 446 120 454 200", dark(c, 0.42), 36)
    out += line("M202 330 C146 206 188 60 318 52 C390 48 438 100 450 180", c, 25)
    out += line("M190 300 C148 200 190 74 300 54", light(c, 0.6), 5, faint(0.6))
    out += rect(192, 262, 28, 70, 10, "url(#steeltube)")
    out += oval(284, 396, 124, 146, "#101318") + oval(278, 396, 120, 142, "#2a2e35")
    out += oval(240, 394, 132, 150, "url(#edge)") + oval(234, 394, 126, 144, "url(#body)")
    out += oval(230, 394, 92, 108, "none", f'stroke="{dark(c, 0.35)}" stroke-width="2.5" stroke-opacity=".5"')
    out += oval(228, 394, 60, 72, "url(#pale)", faint(0.4))
    out += oval(192, 330, 46, 34, "#ffffff", blur(16, 0.5)) + rect(220, 528, 28, 8, 4, dark(c, 0.5))
    return out + disc(264, 524, 4, "#5fd17a")


def _bud(c: str) -> str:
    """One earbud, its stem down, 100 x 190."""
    out = rect(30, 62, 34, 128, 17, "url(#tube)") + rect(32, 176, 30, 10, 5, "#8b95a0", faint(0.7))
    out += shape("M18 66 C2 20 46 -10 84 8 C118 24 116 76 84 92 C58 104 28 96 18 66Z", "url(#ball)")
    out += shape("M88 20 C124 10 140 46 126 70 C116 88 98 88 90 82 C104 62 104 40 88 20Z", "#2a2e35")
    out += oval(44, 38, 8, 15, dark(c, 0.55), 'transform="rotate(-14 44 38)"')
    return out + oval(64, 26, 16, 9, "#ffffff", blur(3, 0.7))


def _case_front(c: str, y: float) -> str:
    out = rect(146, y, 308, 206, 88, "url(#body)") + rect(176, y + 12, 200, 30, 15, "#ffffff", blur(8, 0.6))
    out += rect(146, y + 72, 308, 3.5, 1.5, dark(c, 0.3), faint(0.55)) + rect(270, y + 68, 60, 12, 6, light(c, 0.2))
    return out + disc(300, y + 120, 6, "#5fd17a") + disc(300, y + 120, 12, "#5fd17a", blur(3, 0.4))


def earbuds(c: str) -> str:
    out = shadow(300, 522, 200, 22) + _case_front(c, 310)
    out += group(_bud(c), "translate(336 96) rotate(8)")
    return out + group(_bud(c), "translate(264 96) scale(-1 1) rotate(8)")


def earbuds_2(c: str) -> str:
    lid = box(150, 120, 300, 190, 84)
    out = shadow(300, 524, 200, 22) + shape(lid, "url(#edge)") + shape(box(166, 136, 268, 170, 72), dark(c, 0.28))
    out += within(box(166, 136, 268, 170, 72), rect(166, 120, 268, 60, 40, "#05070c", blur(16, 0.4)))
    out += rect(150, 292, 300, 60, 30, dark(c, 0.2)) + rect(168, 300, 264, 44, 22, dark(c, 0.5))
    out += group(_bud(c), "translate(316 210) rotate(4) scale(.86)")
    out += group(_bud(c), "translate(284 210) scale(-1 1) rotate(4) scale(.86)")
    out += rect(146, 338, 308, 172, 76, "url(#body)") + rect(146, 338, 308, 40, 20, light(c, 0.35), faint(0.5))
    return out + rect(180, 350, 190, 16, 8, "#ffffff", blur(3, 0.6)) + disc(300, 430, 6, "#5fd17a")


def _big_lens(x: float, y: float, r: float) -> str:
    out = disc(x, y, r, "#0b0d11") + disc(x, y, r - 3, "url(#steeltube)", faint(0.35)) + disc(x, y, r - 10, "#14171c")
    out += disc(x, y, r - 18, "none", 'stroke="#4b525d" stroke-width="10" stroke-dasharray="3 4"')
    out += disc(x, y, r - 30, "#08090d") + disc(x, y, r - 34, "none", 'stroke="#5d6572" stroke-width="2"')
    out += disc(x, y, r - 46, "url(#lens)")
    out += oval(x - 18, y - 22, 17, 11, "#ffffff", 'opacity=".7" transform="rotate(-35 ' + f'{x - 18} {y - 22})"')
    return out + oval(x + 20, y + 24, 10, 6, "#9fb4ff", faint(0.45))


def camera(c: str) -> str:
    out = shadow(300, 470, 240, 22) + rect(128, 142, 66, 30, 8, "url(#black)")
    out += rect(416, 146, 58, 26, 8, "url(#steeltube)")
    out += shape("M206 178 L228 122 Q232 112 244 112 H356 Q368 112 372 122 L394 178Z", "url(#deep)")
    out += shape("M232 168 L246 128 H354 L368 168Z", "#ffffff", faint(0.08))
    outline = box(82, 166, 436, 286, 36)
    grain = "".join(
        disc(90 + x * 14 + (y % 2) * 7, 244 + y * 12, 1.6, "#ffffff", faint(0.1)) for y in range(13) for x in range(31)
    )
    out += shape(outline, "url(#body)")
    out += within(
        outline, rect(82, 234, 436, 166, 0, "#1b1e23") + grain + rect(82, 232, 436, 4, 0, "#ffffff", faint(0.25))
    )
    out += within(
        outline,
        rect(82, 166, 60, 286, 30, "#ffffff", blur(16, 0.22)) + rect(470, 166, 60, 290, 0, "#000000", blur(16, 0.3)),
    )
    out += rect(110, 188, 62, 26, 10, dark(c, 0.5)) + rect(114, 191, 54, 20, 8, "#7f8ea8", faint(0.5))
    out += disc(470, 200, 9, "#d8433b")
    return out + disc(308, 322, 124, "#05070c", blur(8, 0.5)) + _big_lens(300, 312, 122)


def camera_2(c: str) -> str:
    sky = lin("dusk", "#254a86", "#6fa7d8", "#ffd9a0", x2=0.2)
    out = sky + shadow(300, 476, 240, 22) + shape("M212 160 L232 118 H368 L388 160Z", "url(#deep)")
    out += rect(262, 130, 76, 44, 12, "#0c0e12")
    out += rect(126, 138, 62, 26, 8, "url(#steeltube)") + rect(420, 132, 74, 32, 8, "url(#black)")
    outline = box(82, 156, 436, 298, 36)
    out += shape(outline, "url(#body)") + within(outline, rect(82, 214, 436, 196, 0, "#1b1e23"))
    out += rect(112, 204, 270, 196, 12, "#090b0f") + rect(122, 214, 250, 176, 5, "url(#dusk)")
    hills = shape("M122 340 L190 270 L240 326 L300 256 L372 340 V392 H122Z", "#3d5f7d") + shape(
        "M122 362 Q220 318 372 366 V392 H122Z", "#24445a"
    )
    out += within(box(122, 214, 250, 176, 5), hills + disc(330, 262, 16, "#fff3d6"))
    out += disc(448, 320, 46, "#0d0f13") + disc(448, 320, 44, "none", 'stroke="#555d69" stroke-width="3"')
    out += disc(448, 320, 17, "url(#steel)")
    for x, y in ((448, 248), (410, 250), (486, 250), (420, 384), (476, 384)):
        out += disc(x, y, 9, "#3b414b") + disc(x - 1, y - 2, 6, "#575f6b")
    return (
        out
        + rect(86, 172, 40, 260, 20, "#ffffff", blur(16, 0.14))
        + rect(492, 206, 14, 180, 7, light(c, 0.1), faint(0.3))
    )
