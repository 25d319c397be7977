"""Laptops, screens and televisions."""

from app.goods.drawing.kit import (
    blur,
    box,
    brightness,
    dark,
    disc,
    faint,
    from_hls,
    group,
    leaf,
    light,
    line,
    oval,
    rect,
    screen,
    shadow,
    shape,
    tint,
    within,
)


def _scene(x: float, y: float, w: float, h: float, r: float) -> str:
    """Hills under a sun, in the gradients `sky`, `skya`, `skyb`."""
    inner = rect(x, y, w, h, 0, "url(#sky)") + disc(x + w * 0.72, y + h * 0.3, h * 0.12, "#fff3d6", faint(0.9))
    for top, fill, opacity in ((0.52, "url(#skya)", 0.6), (0.68, "url(#skyb)", 0.75), (0.84, "url(#skya)", 0.5)):
        a = y + h * top
        d = (
            f"M{x} {a:.0f} C{x + w * 0.2:.0f} {a - h * 0.2:.0f} {x + w * 0.4:.0f} {a + h * 0.16:.0f} "
            f"{x + w * 0.6:.0f} {a:.0f} "
            f"S{x + w * 0.9:.0f} {a - h * 0.24:.0f} {x + w} {a - h * 0.06:.0f} V{y + h} H{x}Z"
        )
        inner += shape(d, fill, faint(opacity))
    return within(
        box(x, y, w, h, r), inner + shape(f"M{x} {y} H{x + w * 0.4} L{x} {y + h * 0.9}Z", "url(#glare)", faint(0.5))
    )


def _keys(c: str, glow: bool) -> str:
    """Four rows of keys on the deck, wider towards the viewer."""
    caps = dark(c, 0.72) if brightness(c) > 0.35 else "#0c0e12"
    out = ""
    for row in range(4):
        top, left = 392 + row * 11.5, 116 - row * 7.6
        pitch = (600 - 2 * left) / 14
        for k in range(14):
            fill = from_hls(0.9 - (k + row) / 19, 0.6, 0.9) if glow else caps
            out += rect(left + k * pitch + 1.6, top, pitch - 3.2, 8.6, 2, fill, faint(0.95 if glow else 0.85))
    return out


def _laptop(c: str, glow: bool) -> str:
    out = screen("sky", "#6a4fd0" if glow else c) + shadow(300, 476, 270, 22)
    out += rect(96, 96, 408, 278, 18, "url(#edge)") + rect(99, 99, 402, 272, 16, "#07080b")
    out += _scene(110, 110, 380, 244, 7)
    out += disc(300, 104.5, 2.4, "#3a4660") + rect(110, 370, 380, 10, 2, dark(c, 0.62))
    out += shape("M96 378 H504 L556 456 H44Z", "url(#pale)")
    out += shape("M96 378 H504 L556 456 H44Z", "url(#body)", faint(0.6))
    out += shape("M104 387 H496 L520 440 H80Z", dark(c, 0.34), faint(0.5)) + _keys(c, glow)
    out += shape("M238 442 H362 L366 454 H234Z", dark(c, 0.14))
    out += shape("M238 442 H362 L363 445 H237Z", "#ffffff", faint(0.25))
    out += shape("M44 456 H556 V462 Q556 474 540 474 H60 Q44 474 44 462Z", "url(#deep)" if glow else "url(#edge)")
    out += rect(44, 456, 512, 2.4, 1, "#ffffff", faint(0.5)) + rect(254, 456, 92, 7, 3.5, dark(c, 0.42), faint(0.6))
    return out


def laptop(c: str) -> str:
    return _laptop(c, False)


def gamelaptop(c: str) -> str:
    glow = oval(300, 462, 250, 22, from_hls(0.78, 0.55, 0.8), blur(16, 0.45))
    return glow + _laptop(c, True)


def _lid(c: str, glow: bool) -> str:
    """The laptop from behind, half open."""
    out = shadow(300, 492, 260, 22) + shape("M70 458 H530 L546 478 Q546 490 530 490 H70 Q54 490 54 478Z", "url(#deep)")
    out += rect(84, 448, 432, 14, 6, dark(c, 0.55))
    out += shape(
        "M110 150 Q112 132 130 132 H470 Q488 132 490 150 L516 440 Q516 452 502 452 H98 Q84 452 84 440Z", "url(#edge)"
    )
    inner = "M114 152 Q116 136 132 136 H468 Q484 136 486 152 L511 438 Q511 448 500 448 H100 Q89 448 89 438Z"
    out += shape(inner, "url(#body)") + within(inner, shape("M80 120 H330 L150 460 H60Z", "url(#glare)", faint(0.55)))
    if glow:
        neon = from_hls(0.5, 0.6, 0.85)
        mark = "M300 214 L352 250 L334 330 L300 356 L266 330 L248 250Z"
        out += line(mark, neon, 7, blur(8, 0.9)) + line(mark, neon, 5)
        out += line("M300 214 V356 M248 250 L352 250", neon, 3, faint(0.7))
        out += line("M140 178 L210 420 M460 178 L390 420", dark(c, 0.5), 3)
        out += rect(84, 470, 432, 5, 2.5, from_hls(0.88, 0.6, 0.9), blur(3, 1))
        return out
    out += disc(300, 286, 30, light(c, 0.3), faint(0.8)) + disc(300, 286, 17, dark(c, 0.1))
    return out + disc(300, 286, 17, "url(#glare)")


def laptop_2(c: str) -> str:
    return _lid(c, False)


def gamelaptop_2(c: str) -> str:
    return oval(300, 480, 260, 30, from_hls(0.88, 0.6, 0.8), blur(16, 0.4)) + _lid(c, True)


def _panel(c: str, x: float, y: float, w: float, h: float, r: float) -> str:
    out = rect(x - 6, y - 6, w + 12, h + 16, r + 4, "url(#edge)")
    out += rect(x - 5, y - 5, w + 10, h + 14, r + 3, dark(c, 0.3) if brightness(c) < 0.5 else c)
    return out + rect(x - 2, y - 2, w + 4, h + 4, r, "#07080b") + _scene(x, y, w, h, r / 2)


def tv(c: str) -> str:
    out = screen("sky", "#2a8f86") + shadow(300, 486, 260, 18)
    for sign in (1, -1):
        leg = shape("M150 404 L116 478 Q114 484 122 484 H136 Q142 484 144 478 L178 404Z", "url(#black)")
        out += group(leg, f"translate({300 - 300 * sign} 0) scale({sign} 1)")
    return out + _panel(c, 44, 112, 512, 292, 6)


def tv_2(c: str) -> str:
    """The television in a room."""
    wall, floor = tint("#7f9fb0", 0.88), tint("#b98a5e", 0.8)
    out = screen("sky", "#2a7f9f") + rect(0, 0, 600, 460, 0, wall) + rect(0, 456, 600, 150, 0, floor)
    out += rect(0, 452, 600, 8, 0, "#ffffff")
    out += oval(160, 60, 320, 200, "#ffffff", blur(30, 0.6)) + rect(52, 390, 496, 108, 10, "url(#wood)")
    out += "".join(
        rect(62 + n * 162, 400, 152, 88, 6, "#c99c6a") + rect(122 + n * 162, 408, 32, 6, 3, "#8f6a40") for n in range(3)
    )
    out += rect(80, 498, 14, 40, 4, "#8f6a40") + rect(506, 498, 14, 40, 4, "#8f6a40") + shadow(300, 540, 260, 16)
    out += oval(300, 250, 250, 160, "#12203a", blur(30, 0.25)) + rect(238, 382, 124, 8, 4, "#15181d")
    out += rect(280, 350, 40, 36, 2, "#22262c")
    out += _panel(c, 96, 118, 408, 232, 5) + rect(508, 344, 40, 46, 8, "#f4efe6")
    for turn, size in ((-120, 78), (-86, 92), (-54, 80), (-140, 56), (-30, 58)):
        out += leaf(528, 348, size, turn + 18, "#5d8f62")
    return out


def monitor(c: str) -> str:
    out = screen("sky", "#4a5fc0") + shadow(300, 522, 190, 18)
    out += oval(300, 512, 138, 15, "#8d96a1") + oval(300, 508, 138, 15, "url(#steel)")
    out += rect(272, 400, 56, 108, 6, "url(#steeltube)")
    return out + rect(272, 400, 56, 30, 0, "#10151f", blur(8, 0.4)) + _panel(c, 56, 100, 488, 300, 6)


def monitor_2(c: str) -> str:
    out = shadow(300, 522, 190, 18) + oval(300, 512, 138, 15, "#8d96a1") + oval(300, 508, 138, 15, "url(#steel)")
    outline = box(64, 104, 472, 300, 18)
    out += rect(62, 102, 476, 304, 20, "url(#edge)") + shape(outline, "url(#body)")
    out += within(
        outline,
        shape("M60 100 H360 L180 410 H60Z", "url(#glare)", faint(0.5))
        + rect(64, 352, 472, 60, 0, "#000000", blur(16, 0.35)),
    )
    out += "".join(rect(140 + n * 14, 372, 6, 12, 3, dark(c, 0.6)) for n in range(23))
    out += rect(224, 170, 152, 152, 26, dark(c, 0.25)) + rect(228, 174, 144, 144, 23, "url(#deep)")
    out += rect(270, 236, 60, 274, 14, "url(#steeltube)") + disc(300, 264, 24, "url(#steel)")
    out += disc(300, 264, 12, "#a9b2bc")
    return out + rect(284, 430, 32, 20, 10, "#3b434e") + line("M300 440 C 300 470 350 480 420 506", "#262b33", 6)
