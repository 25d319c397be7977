"""Small electric helpers: microwaves, vacuum cleaners, fans, purifiers, hair dryers, shavers, toothbrushes."""

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
    within,
)


def microwave(c: str) -> str:
    outline = box(44, 150, 512, 320, 24)
    out = shadow(300, 486, 270, 20) + rect(84, 466, 50, 16, 4, "#15181d") + rect(466, 466, 50, 16, 4, "#15181d")
    out += cloth(
        outline,
        "url(#body)",
        rect(44, 150, 512, 22, 0, "#ffffff", blur(8, 0.5)) + rect(44, 440, 512, 40, 0, "#0b1020", blur(16, 0.3)),
    )
    out += rect(72, 180, 340, 260, 18, "#0f1319") + rect(92, 200, 300, 220, 12, "#2a2117")
    out += oval(242, 392, 120, 18, "#594631") + oval(242, 300, 150, 90, "#ffb454", blur(30, 0.35))
    out += shape("M176 330 H308 C306 372 280 388 262 390 H222 C204 388 178 372 176 330Z", "#f3ede2")
    out += oval(242, 330, 66, 13, "#e0a24a")
    out += within(
        box(92, 200, 300, 220, 12),
        "".join(disc(98 + x * 12, 206 + y * 12, 1.8, "#000000", faint(0.4)) for y in range(18) for x in range(25))
        + shape("M92 200 H260 L92 400Z", "url(#glare)", faint(0.7)),
    )
    out += rect(398, 206, 14, 208, 7, "url(#steeltube)") + rect(438, 186, 92, 46, 8, "#0e1319")
    out += "".join(disc(458 + n * 18, 209, 4.5, "#7fe3f4" if n < 2 else "#36515f") for n in range(4))
    for y in (284, 366):
        out += disc(484, y + 3, 33, "#0b1020", blur(3, 0.4)) + disc(484, y, 31, "url(#steel)")
        out += rect(481, y - 28, 6, 20, 3, "#56606c")
    return out + rect(446, 412, 76, 22, 11, light(c, 0.2) if brightness(c) < 0.5 else dark(c, 0.16))


def vacuum(c: str) -> str:
    """A cordless stick, leaning."""
    stick = rect(-13, -110, 26, 380, 8, "url(#tube)") + rect(-46, -246, 92, 150, 36, "url(#body)")
    stick += rect(-34, -226, 14, 108, 7, "#ffffff", blur(3, 0.5))
    stick += line("M40 -216 C104 -220 110 -130 42 -122", dark(c, 0.5), 22)
    stick += rect(-30, -110, 60, 96, 18, "#bfe0ee", faint(0.85))
    stick += rect(-30, -110, 60, 96, 18, "none", 'stroke="#8a97a5" stroke-width="3"')
    stick += oval(0, -58, 17, 30, "#8d97a3", faint(0.7)) + rect(-34, -22, 68, 16, 8, dark(c, 0.4))
    stick += disc(0, -206, 12, "#e0564f") + rect(-18, 250, 36, 40, 8, "#2b3038")
    out = shadow(262, 548, 190, 16) + group(stick, "translate(346 288) rotate(16) scale(.9)")
    out += shape(
        "M124 506 H406 Q426 506 426 524 V536 Q426 548 412 548 H118 Q104 548 104 536 V524 Q104 506 124 506Z",
        "url(#black)",
    )
    out += rect(128, 510, 270, 8, 4, c)
    return out + "".join(disc(132 + n * 24, 528, 3.4, "#bfe6f7") for n in range(12))


def robot(c: str) -> str:
    out = shadow(300, 452, 260, 30) + shape("M56 304 V350 C56 424 164 470 300 470 S544 424 544 350 V304Z", "url(#deep)")
    out += rect(90, 372, 420, 10, 5, "#ffffff", blur(8, 0.3))
    out += shape(
        "M76 388 C140 446 230 462 300 462 S460 446 524 388 V404 C470 452 380 476 300 476 S130 452 76 404Z",
        "#14171c",
        faint(0.6),
    )
    out += oval(300, 304, 244, 144, "url(#edge)") + oval(300, 302, 236, 138, "url(#body)")
    out += oval(230, 240, 120, 46, "#ffffff", blur(30, 0.5))
    out += oval(300, 302, 178, 100, "none", f'stroke="{dark(c, 0.3)}" stroke-width="3" stroke-opacity=".4"')
    out += shape("M224 240 V262 C224 290 258 304 300 304 S376 290 376 262 V240Z", "#15181d")
    out += oval(300, 240, 76, 36, "url(#black)") + oval(300, 236, 52, 22, "#0a0c10")
    out += oval(284, 230, 16, 6, "#ffffff", faint(0.4))
    out += rect(264, 352, 72, 26, 13, dark(c, 0.2)) + disc(284, 365, 6, "#7fe3f4")
    out += disc(316, 365, 6, "#ffffff", faint(0.8))
    return out + shape("M248 452 Q300 460 352 452 L346 462 Q300 468 254 462Z", "#3a4552")


def fan(c: str) -> str:
    out = shadow(300, 556, 150, 16) + oval(300, 546, 120, 18, dark(c, 0.35)) + oval(300, 538, 120, 18, "url(#body)")
    out += rect(288, 396, 24, 142, 8, "url(#tube)") + rect(264, 476, 72, 46, 16, "url(#body)")
    out += "".join(disc(282 + n * 18, 498, 5, "#7fe3f4" if n == 0 else dark(c, 0.35)) for n in range(3))
    out += disc(300, 232, 190, light(c, 0.4), faint(0.5))
    for n in range(5):
        out += shape(
            "M0 0 C30 -60 20 -150 -40 -164 C-100 -160 -104 -90 -64 -56 C-40 -36 -16 -20 0 0Z",
            dark(c, 0.12),
            f'opacity=".8" transform="translate(300 232) rotate({n * 72})"',
        )
        out += shape(
            "M0 0 C10 -50 0 -120 -40 -150 C-70 -120 -60 -70 0 0Z",
            "#ffffff",
            f'opacity=".3" transform="translate(300 232) rotate({n * 72})"',
        )
    ink = dark(c, 0.35)
    out += "".join(
        line("M0 -44 C14 -90 10 -140 0 -186", ink, 2.4, f'opacity=".6" transform="translate(300 232) rotate({n * 10})"')
        for n in range(36)
    )
    out += "".join(disc(300, 232, r, "none", f'stroke="{ink}" stroke-width="2" stroke-opacity=".4"') for r in (90, 136))
    out += disc(300, 232, 190, "none", 'stroke="url(#edge)" stroke-width="12"')
    out += disc(300, 232, 190, "none", f'stroke="{ink}" stroke-width="2" stroke-opacity=".5"')
    return out + disc(300, 232, 46, "url(#ball)") + disc(300, 232, 18, dark(c, 0.15))


def purifier(c: str) -> str:
    outline = box(168, 70, 264, 480, 44)
    out = shadow(300, 554, 180, 18) + shape(outline, "url(#body)")
    holes = "".join(
        disc(190 + x * 14 + (y % 2) * 7, 290 + y * 12, 3.2, dark(c, 0.5), faint(0.6))
        for y in range(20)
        for x in range(16)
    )
    out += within(
        outline,
        rect(180, 60, 60, 500, 30, "#ffffff", blur(16, 0.7))
        + rect(390, 60, 60, 500, 0, "#0b1020", blur(16, 0.25))
        + holes,
    )
    out += rect(170, 262, 260, 3, 1, dark(c, 0.3), faint(0.6))
    out += oval(300, 96, 104, 20, dark(c, 0.45))
    out += "".join(line(f"M{214 + n * 22} 96 H{224 + n * 22}", "#0b1020", 5, faint(0.6)) for n in range(8))
    out += disc(300, 186, 48, "#0e1319")
    out += disc(300, 186, 40, "none", 'stroke="#5fd17a" stroke-width="6" stroke-dasharray="180 80"')
    out += shape("M300 206 C278 192 282 170 300 162 C318 170 322 192 300 206Z", "#8fe3a4")
    return out + line("M250 52 q14 -22 0 -40 M300 46 q14 -22 0 -40 M350 52 q14 -22 0 -40", "#9fd3ea", 7, blur(3, 0.7))


def dryer(c: str) -> str:
    out = shadow(330, 552, 150, 16) + line("M330 528 C330 580 470 590 520 530", "#2b3038", 10)
    handle = "M282 300 H386 L372 520 Q370 540 350 540 H312 Q292 540 290 520Z"
    out += cloth(handle, "url(#tube)", rect(296, 300, 14, 240, 7, "#ffffff", blur(3, 0.5)))
    out += rect(316, 356, 30, 70, 15, dark(c, 0.5)) + rect(322, 364, 18, 26, 9, "#e8ecf1")
    body = "M190 120 H420 C500 120 536 176 536 226 S500 332 420 332 H190 Q176 332 176 316 V136 Q176 120 190 120Z"
    out += cloth(
        body,
        "url(#body)",
        rect(170, 132, 360, 40, 20, "#ffffff", blur(16, 0.55))
        + rect(170, 290, 380, 50, 0, "#0b1020", blur(16, 0.4))
        + rect(380, 110, 5, 230, 0, dark(c, 0.4), faint(0.5)),
    )
    out += shape("M178 140 L70 166 Q60 170 60 180 V272 Q60 282 70 286 L178 312Z", "url(#black)")
    out += rect(54, 168, 14, 116, 7, "url(#steeltube)") + rect(168, 128, 20, 196, 6, "url(#steeltube)")
    out += disc(452, 226, 54, dark(c, 0.45))
    out += "".join(
        disc(452, 226, r, "none", f'stroke="{light(c, 0.3)}" stroke-width="3" stroke-opacity=".6"')
        for r in (44, 32, 20)
    )
    return out + disc(452, 226, 8, light(c, 0.3))


def shaver(c: str) -> str:
    body = "M222 250 H378 C396 330 392 440 366 520 Q358 544 332 544 H268 Q242 544 234 520 C208 440 204 330 222 250Z"
    out = shadow(300, 550, 130, 16)
    out += cloth(
        body,
        "url(#tube)",
        rect(236, 240, 20, 310, 10, "#ffffff", blur(8, 0.5)) + rect(220, 250, 160, 16, 0, "#0b1020", blur(8, 0.4)),
    )
    out += shape("M210 226 H390 L376 264 H224Z", "url(#blacktube)")
    out += shape(
        "M300 60 C380 60 430 120 420 178 C412 222 360 244 300 244 S188 222 180 178 C170 120 220 60 300 60Z",
        "url(#black)",
    )
    for x, y in ((300, 114), (246, 188), (354, 188)):
        out += disc(x, y, 48, "#2b3038") + disc(x, y, 45, "url(#steel)")
        out += "".join(
            rect(x - 1.5, y - 40, 3, 18, 1.5, "#59636f", f'transform="rotate({n * 18} {x} {y})"') for n in range(20)
        )
        out += disc(x, y, 17, "#3a414c") + disc(x, y, 11, c)
    out += rect(280, 320, 40, 80, 20, dark(c, 0.5)) + disc(300, 346, 12, "#e8ecf1")
    return out + "".join(disc(300, 436 + n * 20, 4, "#7fe3f4" if n < 2 else "#59636f") for n in range(3))


def toothbrush(c: str) -> str:
    handle = "M-42 -60 C-42 -90 42 -90 42 -60 L46 230 Q44 262 0 262 Q-44 262 -46 230Z"
    brush = rect(-11, -190, 22, 120, 8, "url(#white)") + rect(-21, -262, 42, 84, 16, "url(#white)")
    for x in range(4):
        brush += rect(-18 + x * 9.4, -258, 7, 72, 3, ("#7fb5dd", "#ffffff", "#ffffff", "#7fb5dd")[x])
        brush += rect(-18 + x * 9.4, -258, 7, 72, 3, "#8fa3b8", faint(0.25))
    brush += cloth(handle, "url(#tube)", rect(-30, -90, 14, 360, 7, "#ffffff", blur(3, 0.6)))
    brush += rect(-20, 0, 40, 60, 20, dark(c, 0.35)) + disc(0, 30, 12, light(c, 0.6))
    brush += "".join(disc(0, 96 + n * 22, 4, "#7fe3f4" if n == 0 else light(c, 0.4)) for n in range(4))
    brush += rect(-16, -92, 32, 20, 6, "url(#steeltube)")
    cup = "M380 330 H520 L506 536 Q504 550 490 550 H410 Q396 550 394 536Z"
    out = shadow(260, 556, 130, 14) + shadow(450, 556, 100, 12) + group(brush, "translate(240 290) rotate(8)")
    out += shape(cup, "url(#pale)")
    out += within(
        cup, rect(394, 320, 22, 240, 11, "#ffffff", blur(8, 0.8)) + rect(490, 320, 40, 240, 0, "#0b1020", blur(16, 0.2))
    )
    return out + oval(450, 330, 70, 13, dark(c, 0.2))
