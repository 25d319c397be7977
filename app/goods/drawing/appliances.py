"""Refrigerators, washing machines and air conditioners."""

from app.goods.drawing.kit import (
    blur,
    box,
    brightness,
    dark,
    disc,
    faint,
    group,
    light,
    lin,
    line,
    oval,
    rect,
    screen,
    shadow,
    shape,
    tint,
    within,
)


def _door(x: float, y: float, w: float, h: float) -> str:
    out = rect(x, y, w, h, 7, "url(#body)")
    out += rect(x + 1.5, y + 1.5, w - 3, h - 3, 6, "none", 'stroke="#ffffff" stroke-opacity=".4" stroke-width="1.6"')
    return out + within(box(x, y, w, h, 7), rect(x + 10, y - 40, w * 0.3, h + 80, 10, "#ffffff", blur(8, 0.28)))


def _grip(c: str, x: float, y: float, h: float) -> str:
    out = rect(x + 3, y + 4, 9, h, 4.5, "#0b1020", blur(3, 0.35))
    return out + rect(x, y, 9, h, 4.5, "url(#steeltube)" if brightness(c) > 0.2 else "url(#blacktube)")


def _cabinet(c: str, x: float, w: float) -> str:
    """The body with its right side in shade, from y = 56 to 546."""
    side = shape(f"M{x + w} 58 L{x + w + 30} 76 V536 L{x + w} 546Z", "url(#deep)")
    feet = rect(x + 16, 544, 34, 10, 3, "#15181d") + rect(x + w - 50, 544, 34, 10, 3, "#15181d")
    return shadow(x + w / 2 + 10, 553, w * 0.72, 18) + feet + side + rect(x, 56, w, 490, 9, dark(c, 0.42))


def fridge(c: str) -> str:
    out = _cabinet(c, 150, 282)
    for x in (153, 293):
        out += _door(x, 60, 136, 268) + _door(x, 334, 136, 208)
    out += _grip(c, 274, 120, 170) + _grip(c, 299, 120, 170) + _grip(c, 274, 372, 120) + _grip(c, 299, 372, 120)
    out += rect(186, 120, 50, 74, 10, "#0f141b") + rect(192, 126, 38, 22, 5, "#24485e") + disc(203, 137, 4, "#8fe3f4")
    out += disc(218, 137, 4, "#8fe3f4", faint(0.5))
    return out + shape("M198 160 H224 L218 186 H204Z", "#39424f")


def _food(x: float, y: float, w: float, row: int) -> str:
    """What stands on one shelf whose top is at y."""
    hues = ("#6fae5f", "#e8833a", "#d8433b", "#f1d36b", "#7fb5dd", "#b07ac0")
    out = ""
    step = w / 4
    for n in range(4):
        cx, fill = x + step * (n + 0.5), hues[(n + row * 2) % 6]
        if (n + row) % 3 == 0:
            out += rect(cx - 11, y - 50, 22, 50, 6, fill) + rect(cx - 6, y - 60, 12, 12, 3, dark(fill, 0.3))
            out += rect(cx - 7, y - 44, 4, 38, 2, "#ffffff", faint(0.4))
        elif (n + row) % 3 == 1:
            out += disc(cx - 8, y - 13, 13, fill) + disc(cx + 11, y - 12, 12, dark(fill, 0.12))
            out += disc(cx - 12, y - 18, 3.5, "#ffffff", faint(0.5))
        else:
            out += rect(cx - 17, y - 30, 34, 30, 5, light(fill, 0.3)) + rect(cx - 19, y - 34, 38, 9, 4, fill)
    return out


def _inside(x: float, y: float, w: float, h: float, shelves: int) -> str:
    out = rect(x, y, w, h, 6, "#f4f8fb") + rect(x, y, w, h * 0.5, 6, "#ffffff", blur(16, 0.9))
    out += rect(x, y, 14, h, 0, "#9fb2c4", blur(8, 0.6))
    for row in range(shelves):
        level = y + h * (row + 1) / shelves - 8
        out += _food(x + 8, level, w - 16, row) + rect(x, level, w, 6, 2, "#b8d3e2")
        out += rect(x, level, w, 2, 1, "#ffffff")
    return out


def fridge_2(c: str) -> str:
    out = _cabinet(c, 170, 240) + _inside(176, 64, 228, 268, 3) + _door(174, 340, 114, 202) + _door(292, 340, 114, 202)
    out += _grip(c, 272, 376, 116) + _grip(c, 299, 376, 116)
    for sign in (1, -1):
        leaf = shape("M174 58 L72 34 Q66 34 66 42 V362 Q66 368 72 367 L174 336Z", "url(#pale)")
        leaf += shape("M66 42 V362 L56 356 V46Z", "url(#deep)")
        for row in range(3):
            level = 130 + row * 86
            leaf += rect(92, level - 38, 20, 44, 5, ("#7fb5dd", "#f1d36b", "#6fae5f")[row])
            leaf += rect(122, level - 30, 18, 36, 5, "#e9eef3")
            leaf += shape(f"M80 {level - 8} L160 {level - 12} V{level + 10} L80 {level + 18}Z", "#cfe0ea", faint(0.9))
        out += group(leaf, f"translate({290 - 290 * sign} 0) scale({sign} 1)")
    return out


def fridgesmall(c: str) -> str:
    out = _cabinet(c, 180, 226) + _door(183, 60, 220, 168) + _door(183, 234, 220, 308) + _grip(c, 200, 130, 82)
    out += _grip(c, 200, 256, 130)
    return out + rect(340, 82, 40, 8, 4, light(c, 0.6), faint(0.8)) + rect(340, 82, 40, 8, 4, "#0b1020", faint(0.18))


def fridgesmall_2(c: str) -> str:
    out = _cabinet(c, 240, 226) + _door(243, 60, 220, 168) + _grip(c, 260, 130, 82) + _inside(248, 240, 210, 296, 3)
    door = shape("M244 236 L92 210 Q84 210 84 218 V574 Q84 582 92 580 L244 542Z", "url(#pale)")
    door += shape("M84 218 V574 L72 566 V222Z", "url(#deep)")
    for row in range(3):
        level = 312 + row * 92
        door += rect(112, level - 52, 28, 58, 6, ("#7fb5dd", "#f1d36b", "#6fae5f")[row])
        door += rect(152, level - 42, 24, 48, 6, "#e8ecf1")
        door += rect(186, level - 36, 26, 40, 6, ("#d8433b", "#e9eef3", "#e8833a")[row])
        door += shape(f"M100 {level - 10} L226 {level - 16} V{level + 12} L100 {level + 24}Z", "#cfe0ea", faint(0.92))
    return out + door


def _drum(c: str, x: float, y: float, r: float) -> str:
    out = disc(x + 3, y + 6, r + 4, "#0b1020", blur(8, 0.35)) + disc(x, y, r, "url(#steeltube)")
    out += disc(x, y, r - 6, dark(c, 0.55)) + disc(x, y, r - 16, "url(#steel)")
    out += disc(x, y, r - 30, "#0b1018")
    glass = f"M{x - r} {y + 14} q{r / 2} -44 {r} 0 t{r} 0 v{r} h{-2 * r}Z"
    ring = f"M{x - r + 36} {y} a{r - 36} {r - 36} 0 1 0 {2 * r - 72} 0 a{r - 36} {r - 36} 0 1 0 {72 - 2 * r} 0Z"
    inner = rect(x - r, y - r, 2 * r, 2 * r, 0, "url(#sky)") + shape(glass, "#8fe0ea", faint(0.75))
    inner += shape(f"M{x - r} {y + 40} q{r / 2} 34 {r} 0 t{r} 0 v{r} h{-2 * r}Z", "#d7f6f8", faint(0.7))
    inner += "".join(
        disc(x + dx, y + dy, s, "#ffffff", faint(0.75))
        for dx, dy, s in ((-34, -8, 9), (-14, 4, 6), (30, -14, 8), (46, 8, 5), (8, -6, 4))
    )
    inner += oval(
        x - r * 0.3,
        y - r * 0.36,
        r * 0.34,
        r * 0.17,
        "#ffffff",
        f'opacity=".35" transform="rotate(-35 {x - r * 0.3} {y - r * 0.36})"',
    )
    return out + within(ring, inner)


def _washer_body(c: str) -> str:
    out = shadow(300, 546, 220, 20) + rect(130, 534, 44, 12, 4, "#15181d") + rect(426, 534, 44, 12, 4, "#15181d")
    out += rect(104, 64, 392, 474, 22, "url(#edge)") + rect(107, 67, 386, 468, 20, "url(#body)")
    out += rect(107, 148, 386, 2.5, 1, dark(c, 0.3), faint(0.6)) + rect(128, 88, 108, 42, 8, dark(c, 0.1))
    out += rect(130, 90, 104, 38, 7, "url(#pale)")
    out += disc(300, 109, 27, dark(c, 0.4)) + disc(300, 107, 25, "url(#steel)") + rect(298, 86, 4, 14, 2, "#56606c")
    out += rect(352, 90, 116, 38, 8, "#0e1319")
    out += "".join(disc(374 + n * 18, 109, 4.5, "#7fe3f4" if n < 2 else "#36515f") for n in range(5))
    return (
        out
        + rect(112, 510, 376, 2.5, 1, dark(c, 0.3), faint(0.4))
        + rect(120, 80, 20, 440, 10, "#ffffff", blur(8, 0.35))
    )


def washer(c: str) -> str:
    return screen("sky", "#2a9fb5") + _washer_body(c) + _drum(c, 300, 330, 152)


def washer_2(c: str) -> str:
    """The door open, a basket of clothes beside it."""
    out = group(
        _washer_body(c) + disc(300, 330, 140, "url(#steeltube)") + disc(300, 330, 126, "#3a424d"),
        "translate(96 4) scale(.9)",
    )
    holes = "".join(
        disc(262 + x * 24 + (y % 2) * 12, 216 + y * 20, 3.4, "#5d6876") for y in range(11) for x in range(10)
    )
    out += within(
        "M254 301 a112 112 0 1 0 224 0 a112 112 0 1 0 -224 0Z",
        rect(250, 180, 240, 240, 0, "url(#steel)")
        + holes
        + disc(366, 301, 112, "none", 'stroke="#0b1020" stroke-width="70" stroke-opacity=".25"'),
    )
    out += oval(196, 310, 60, 128, "#7d8792") + oval(190, 310, 60, 128, "url(#steel)")
    out += oval(188, 310, 42, 104, "#a9cfdf") + oval(178, 276, 14, 44, "#ffffff", blur(3, 0.7))
    out += shadow(140, 556, 120, 14)
    for x, y, fill in (
        (84, 452, "#e77a62"),
        (132, 440, "#f1d36b"),
        (182, 452, "#7fb5dd"),
        (112, 470, "#ffffff"),
        (160, 470, "#8f7cb8"),
    ):
        out += oval(x, y, 44, 30, fill) + oval(x - 10, y - 8, 20, 10, "#ffffff", blur(3, 0.4))
    out += shape("M40 462 H232 L214 552 H58Z", "url(#wood)")
    return out + "".join(rect(52, 480 + n * 20, 168, 5, 2, "#8f6a40", faint(0.5)) for n in range(4))


def _unit(c: str) -> str:
    """The wall unit, 500 x 160, top left corner at (50, 150)."""
    outline = "M70 150 H530 Q550 150 550 172 V262 Q550 310 508 310 H92 Q50 310 50 262 V172 Q50 150 70 150Z"
    out = shape(outline, "#0b1020", 'filter="url(#blur16)" opacity=".3" transform="translate(6 16)"')
    out += shape(outline, "url(#white)" if brightness(c) > 0.85 else "url(#body)")
    out += within(
        outline,
        rect(50, 150, 500, 26, 0, "#ffffff", blur(8, 0.9)) + rect(50, 262, 500, 60, 0, "#5b6b80", blur(16, 0.28)),
    )
    out += shape("M84 270 H516 Q512 298 490 300 H110 Q88 298 84 270Z", "#2a323d")
    out += shape("M84 270 H516 L500 288 H100Z", "#eef2f6")
    out += "".join(rect(120 + n * 30, 290, 16, 7, 2, "#596472") for n in range(12))
    out += rect(50, 232, 500, 1.8, 0, "#a9b4c2", faint(0.7))
    return out + rect(462, 204, 44, 7, 3.5, "#5fc3e0") + disc(446, 207.5, 4, "#5fd17a")


def aircon(c: str) -> str:
    out = _unit(c)
    for n, x in enumerate((130, 215, 300, 385, 470)):
        d = f"M{x} 328 q18 30 0 58 t0 {60 + 10 * (n % 2)}"
        out += line(d, "#7cc6ea", 13, blur(3, 0.28)) + line(d, "#bfe6f7", 7, faint(0.9))
    return (
        out + lin("cold", "#bfe6f7/0.5", "#bfe6f7/0") + shape("M100 312 H500 L560 500 H40Z", "url(#cold)", faint(0.5))
    )


def aircon_2(c: str) -> str:
    """The unit on a wall above a sofa, the remote control in front."""
    out = rect(0, 0, 600, 470, 0, tint("#7fae9a", 0.89)) + rect(0, 466, 600, 140, 0, tint("#b98a5e", 0.82))
    out += rect(0, 460, 600, 9, 0, "#ffffff")
    out += oval(140, 40, 320, 190, "#ffffff", blur(30, 0.7)) + group(_unit(c), "translate(40 -60) scale(.86)")
    out += shadow(250, 542, 240, 18) + rect(54, 336, 400, 130, 36, "#7d99b5") + rect(34, 384, 80, 150, 34, "#6a86a3")
    out += rect(400, 384, 80, 150, 34, "#6a86a3")
    out += rect(96, 420, 322, 90, 22, "#8faac4") + rect(254, 420, 4, 90, 0, "#5d7894", faint(0.5))
    out += rect(140, 356, 96, 84, 18, "#f1d9a6", 'transform="rotate(-10 188 398)"')
    out += rect(482, 330, 96, 232, 24, "#0b1020", blur(8, 0.3)) + rect(476, 322, 96, 232, 24, "url(#white)")
    out += rect(490, 338, 68, 74, 8, "#cfe3e6")
    out += line("M508 384 q8 -22 16 0 t16 0", "#4c6a78", 4) + disc(524, 440, 14, "#e8833a")
    return out + "".join(rect(492 + x * 24, 468 + y * 24, 16, 12, 6, "#b4bfcb") for x in range(3) for y in range(3))
