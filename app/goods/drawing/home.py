"""For the home: bedding, towels, pillows, lamps, chairs, pans, knives."""

from app.goods.drawing.kit import (
    blur,
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


def _pillow(fill: str, seam: str) -> str:
    """A pillow 300 x 190 with its centre at (0, 0)."""
    outline = (
        "M-140 -88 C-90 -66 90 -66 140 -88 C156 -92 160 -80 154 -66 C136 -24 136 24 154 66 C160 80 156 "
        "92 140 88 C90 72 -90 72 -140 88 C-156 92 -160 80 -154 66 C-136 24 -136 -24 -154 -66 C-160 -80 "
        "-156 -92 -140 -88Z"
    )
    inner = oval(-40, -26, 90, 34, "#ffffff", blur(16, 0.65)) + oval(20, 74, 150, 30, seam, blur(16, 0.4))
    inner += rect(110, -90, 50, 180, 0, seam, blur(16, 0.3))
    inner += line(
        ("M-140 -80 Q-110 -56 -84 -50 M140 -80 Q112 -56 90 -50 M-140 80 Q-112 56 -92 48 M140 80 Q112 58 92 48"),
        seam,
        5,
        blur(3, 0.4),
    )
    out = cloth(outline, fill, inner)
    return out + line(
        "M-128 -74 C-84 -56 84 -56 128 -74 M-128 74 C-84 60 84 60 128 74",
        seam,
        1.8,
        'stroke-dasharray="5 4" opacity=".5"',
    )


def pillow(c: str) -> str:
    out = shadow(300, 470, 250, 26)
    out += group(_pillow("url(#body)", dark(c, 0.4)), "translate(314 224) rotate(-7) scale(1.42)")
    return out + group(_pillow("url(#pale)", dark(c, 0.4)), "translate(290 352) rotate(4) scale(1.56 1.3)")


def bedding(c: str) -> str:
    """A made bed from its foot."""
    seam = dark(c, 0.45)
    out = shadow(300, 536, 270, 20) + rect(70, 96, 460, 250, 46, "url(#wood)")
    out += rect(86, 112, 428, 220, 36, "#ffffff", faint(0.14))
    out += group(_pillow("#fbfcfe", "#8b98aa"), "translate(196 240) scale(.66)")
    out += group(_pillow("#fbfcfe", "#8b98aa"), "translate(404 240) scale(.66)")
    out += group(_pillow("url(#pale)", seam), "translate(214 272) scale(.52)")
    out += group(_pillow("url(#pale)", seam), "translate(386 272) scale(.52)")
    quilt = "M70 330 Q70 296 106 296 H494 Q530 296 530 330 L556 500 Q556 528 528 528 H72 Q44 528 44 500Z"
    inner = rect(40, 470, 520, 70, 0, seam, blur(16, 0.4)) + oval(210, 370, 150, 40, "#ffffff", blur(30, 0.55))
    for d in (
        "M150 340 C140 410 120 470 110 530",
        "M270 350 C276 420 260 480 262 530",
        "M380 344 C392 410 400 480 404 530",
        "M470 340 C484 410 496 480 506 530",
    ):
        inner += line(d, seam, 16, blur(8, 0.35)) + group(line(d, "#ffffff", 10, blur(8, 0.45)), "translate(-16 0)")
    out += cloth(quilt, "url(#body)", inner)
    out += shape("M70 330 Q70 296 106 296 H494 Q530 296 530 330 L536 366 Q300 392 64 366Z", "#fbfcfe")
    out += line("M65 364 Q300 390 535 364", seam, 3, faint(0.35))
    out += line("M72 350 Q300 374 528 350", light(c, 0.1), 4, faint(0.8))
    return out + rect(74, 520, 26, 26, 5, "#8f6a40") + rect(500, 520, 26, 26, 5, "#8f6a40")


def towel(c: str) -> str:
    out = shadow(300, 520, 230, 22)
    for n, (y, shade) in enumerate(((404, dark(c, 0.14)), (296, light(c, 0.32)), (188, c))):
        outline = f"M116 {y} H456 Q496 {y} 496 {y + 54} T456 {y + 108} H116 Q92 {y + 108} 92 {y + 54} T116 {y}Z"
        weave = "".join(
            disc(96 + x * 10 + (k % 2) * 5, y + 6 + k * 9, 2.2, "#ffffff", faint(0.16))
            for k in range(12)
            for x in range(40)
        )
        inner = weave + rect(92, y + 78, 410, 40, 0, "#0b1020", blur(16, 0.3))
        inner += rect(100, y + 4, 380, 18, 9, "#ffffff", blur(8, 0.5))
        inner += rect(386, y, 10, 108, 0, light(shade, 0.55), faint(0.8))
        inner += rect(404, y, 26, 108, 0, light(shade, 0.55), faint(0.8))
        inner += rect(438, y, 10, 108, 0, light(shade, 0.55), faint(0.8))
        out += cloth(outline, shade, inner)
        out += line(f"M118 {y + 54} H470", dark(shade, 0.35), 5, faint(0.4 if n else 0.5))
    return out


def lamp(c: str) -> str:
    metal = dark(c, 0.05) if brightness(c) < 0.8 else "#dfe4ea"
    out = shape("M150 250 L20 560 H400 L290 250Z", "#ffe9b0", blur(30, 0.55)) + shadow(360, 548, 160, 18)
    out += line("M372 520 L430 320 L268 176", dark(c, 0.4), 20) + line("M370 516 L427 318 L266 174", metal, 13)
    out += disc(429, 319, 20, "url(#steel)") + disc(429, 319, 8, "#7d8792")
    out += oval(366, 532, 118, 22, dark(c, 0.45)) + oval(366, 522, 118, 22, "url(#body)")
    out += oval(340, 516, 60, 8, "#ffffff", blur(3, 0.6))
    head = shape("M-46 -70 H46 Q60 -70 66 -54 L128 74 H-128 L-66 -54 Q-60 -70 -46 -70Z", "url(#tube)")
    head += oval(0, 76, 128, 28, "#fff3cf") + oval(0, 78, 90, 17, "#ffffff")
    head += shape("M-128 74 A128 28 0 0 1 128 74", "none", f'stroke="{dark(c, 0.3)}" stroke-width="4"')
    head += rect(-24, -92, 48, 26, 8, "url(#steeltube)")
    return out + group(head, "translate(222 190) rotate(24)") + disc(430, 520, 6, "#5fd17a")


def chair(c: str) -> str:
    """An office chair."""
    out = shadow(300, 556, 200, 16) + rect(288, 396, 24, 100, 6, "url(#steeltube)")
    for x in (140, 214, 386, 460):
        out += line(f"M300 492 L{x} 532", "#2b3038", 16) + disc(x, 544, 13, "#15181d") + disc(x, 544, 5, "#6d7681")
    out += line("M300 492 V536", "#3a414c", 16) + disc(300, 548, 13, "#15181d")
    back = (
        "M206 78 Q300 44 394 78 Q414 88 412 116 L396 318 Q392 340 368 342 H232 Q208 340 204 318 L188 116 "
        "Q186 88 206 78Z"
    )
    mesh = "".join(line(f"M180 {70 + n * 11} H420", "#ffffff", 1.4, faint(0.16)) for n in range(26))
    inner = mesh + oval(256, 160, 60, 90, "#ffffff", blur(30, 0.35))
    inner += rect(360, 60, 60, 300, 0, "#0b1020", blur(16, 0.35))
    inner += line("M200 250 Q300 280 400 250", "#0b1020", 12, blur(8, 0.4))
    out += rect(270, 330, 60, 50, 8, "#23272e") + cloth(back, "url(#body)", inner)
    out += shape(back, "none", f'stroke="{dark(c, 0.5)}" stroke-width="7"')
    for sign in (1, -1):
        arm = line("M-112 384 C-150 380 -152 330 -146 300", "#2b3038", 14)
        arm += rect(-178, 284, 72, 20, 10, "url(#blacktube)")
        out += group(arm, f"translate(300 0) scale({sign} 1)")
    seat = "M176 368 Q300 346 424 368 Q446 376 440 398 Q432 420 400 422 H200 Q168 420 160 398 Q154 376 176 368Z"
    return out + cloth(
        seat,
        "url(#body)",
        rect(170, 352, 240, 22, 11, "#ffffff", blur(8, 0.45)) + rect(150, 400, 300, 30, 0, "#0b1020", blur(8, 0.5)),
    )


def pan(c: str) -> str:
    handle = rect(-18, -226, 36, 200, 16, "url(#blacktube)") + rect(-8, -212, 6, 150, 3, "#ffffff", faint(0.25))
    handle += disc(0, -204, 8, "#c9d0d8") + rect(-24, -40, 48, 40, 8, "url(#steeltube)")
    out = shadow(270, 500, 230, 24) + group(handle, "translate(424 214) rotate(48)")
    out += oval(262, 356, 214, 150, dark(c, 0.5))
    out += oval(262, 340, 214, 150, "url(#steel)") + oval(262, 338, 206, 143, "#1b1e24")
    out += oval(262, 350, 168, 108, "#2a2f37") + oval(262, 346, 168, 106, "#23272e")
    out += "".join(
        oval(262, 346, 150 - n * 26, 94 - n * 16, "none", 'stroke="#ffffff" stroke-width="1.4" stroke-opacity=".09"')
        for n in range(6)
    )
    out += oval(180, 284, 70, 26, "#ffffff", blur(16, 0.35))
    egg = (
        "M196 330 C190 290 240 272 276 288 C318 272 352 310 336 344 C350 380 300 398 268 388 C226 402 184 372 196 330Z"
    )
    out += shape(egg, "#fffdf6") + disc(266, 336, 34, "#f2a52c") + disc(264, 333, 31, "#ffc24a")
    return out + oval(254, 322, 11, 7, "#ffffff", faint(0.8))


def knife(c: str) -> str:
    out = shadow(300, 536, 250, 18) + rect(60, 330, 480, 190, 26, "#9a6d3d") + rect(60, 320, 480, 190, 26, "url(#wood)")
    out += "".join(
        line(f"M70 {346 + n * 24} Q300 {336 + n * 24 + (n % 2) * 18} 530 {346 + n * 24}", "#8f6a40", 2, faint(0.35))
        for n in range(7)
    )
    out += disc(506, 350, 11, "#7a5630")
    blade = "M-250 -34 C-120 -52 20 -52 96 -48 V40 C-40 48 -180 24 -250 -34Z"
    one = shape(blade, "#0b1020", 'filter="url(#blur8)" opacity=".4" transform="translate(4 12)"')
    one += shape(blade, "url(#steel)")
    one += shape("M-250 -34 C-180 24 -40 48 96 40 V24 C-40 30 -170 12 -250 -34Z", "#ffffff", faint(0.7))
    one += rect(92, -50, 22, 92, 4, "url(#steeltube)")
    one += rect(112, -48, 150, 62, 24, "url(#black)") + "".join(disc(144 + n * 42, -17, 7, "#c9d0d8") for n in range(3))
    one += rect(120, -42, 130, 8, 4, "#ffffff", faint(0.25))
    out += group(one, "translate(290 230) rotate(-12)")
    tomato = disc(176, 430, 46, "#d8433b") + oval(160, 412, 18, 11, "#ffffff", blur(3, 0.6))
    tomato += shape("M176 392 L164 378 L178 384 L186 372 L188 386 L202 384Z", "#4f8a4a")
    out += tomato + oval(404, 450, 70, 26, "#5f9f55") + oval(404, 446, 64, 21, "#8fc77a")
    return out + oval(404, 446, 40, 12, "#cfe8b8")


def bookshelf(c: str) -> str:
    out = shadow(300, 556, 210, 16) + rect(120, 44, 360, 508, 8, "url(#wood)")
    out += rect(136, 60, 328, 476, 3, "#6d4c2a", faint(0.55))
    hues = ("#c8553d", "#3f6fb5", "#e0a24a", "#4f8a68", "#8f7cb8", "#efe7da", "#22416b")
    for row in range(4):
        level, x = 168 + row * 122, 148
        for n in range(9):
            w, tall, fill = 18 + (n * 7 + row * 5) % 13, 66 + (n * 17 + row * 11) % 28, hues[(n * 3 + row) % 7]
            if x + w > 452 or (row == 1 and n > 4):
                break
            out += rect(x, level - tall, w, tall, 2, fill)
            out += rect(x + 3, level - tall + 10, w - 6, 5, 1, "#ffffff", faint(0.55))
            out += rect(x, level - tall, 4, tall, 1, "#ffffff", faint(0.25))
            x += w + 2
        out += rect(130, level, 340, 14, 2, "#c99a66") + rect(130, level, 340, 4, 1, "#ffffff", faint(0.4))
        out += rect(136, level + 14, 328, 14, 0, "#000000", blur(3, 0.3))
    out += disc(410, 262, 26, c) + oval(402, 252, 8, 5, "#ffffff", faint(0.6)) + rect(334, 250, 34, 40, 6, "#efe7da")
    return out + "".join(
        oval(351 + dx, 232 + dy, 8, 18, "#5d8f62", f'transform="rotate({turn} {351 + dx} {232 + dy})"')
        for dx, dy, turn in ((-12, 2, -30), (0, -6, 0), (12, 2, 30))
    )
