"""Round the computer: mice, keyboards, disks, desktops, routers, printers."""

from app.goods.drawing.kit import (
    blur,
    box,
    brightness,
    cloth,
    dark,
    disc,
    faint,
    from_hls,
    group,
    light,
    line,
    oval,
    rect,
    shadow,
    shape,
    within,
)


def mouse(c: str) -> str:
    body = "M300 66 C410 66 440 170 440 300 C440 450 392 540 300 540 S160 450 160 300 C160 170 190 66 300 66Z"
    out = shape(body, "#0b1020", 'filter="url(#blur16)" opacity=".38" transform="translate(12 20)"')
    inner = oval(242, 200, 50, 120, "#ffffff", blur(30, 0.5)) + rect(400, 60, 60, 500, 0, "#0b1020", blur(30, 0.4))
    inner += oval(300, 520, 150, 50, "#0b1020", blur(30, 0.35))
    inner += shape("M150 300 C190 330 192 450 230 540 H150Z", dark(c, 0.3), faint(0.8))
    inner += shape("M450 300 C410 330 408 450 370 540 H450Z", dark(c, 0.36), faint(0.8))
    out += cloth(body, "url(#body)", inner)
    out += line("M300 68 V130 M300 224 V292 M162 292 Q300 322 438 292", dark(c, 0.5), 3.5)
    out += rect(276, 122, 48, 106, 24, dark(c, 0.55)) + rect(284, 130, 32, 90, 16, "url(#blacktube)")
    out += "".join(rect(286, 138 + n * 10, 28, 4, 2, "#6d7681", faint(0.8)) for n in range(8))
    return out + rect(288, 252, 24, 14, 7, dark(c, 0.4)) + rect(291, 255, 18, 6, 3, "#7fe3f4", faint(0.8))


def keyboard(c: str) -> str:
    cap = light(c, 0.14) if brightness(c) < 0.4 else light(c, 0.4)
    out = rect(42, 204, 516, 234, 22, "#0b1020", 'filter="url(#blur16)" opacity=".4" transform="translate(6 20)"')
    out += rect(36, 196, 528, 232, 20, "url(#deep)") + rect(36, 190, 528, 228, 20, "url(#body)")
    out += rect(50, 204, 500, 198, 10, dark(c, 0.45), faint(0.8))
    for row, widths in enumerate(
        (
            (1,) * 15,
            (1.5,) + (1,) * 12 + (1.5,),
            (1.8,) + (1,) * 11 + (2.2,),
            (2.3,) + (1,) * 10 + (2.7,),
            (1.3, 1.3, 1.3, 6, 1.3, 1.3, 1.3, 1.2),
        )
    ):
        x, unit = 54.0, 492 / sum(widths)
        for n, share in enumerate(widths):
            w, y = share * unit - 4, 208 + row * 38
            accent = (row == 0 and n == 0) or (row == 2 and n == len(widths) - 1)
            fill = "#e8833a" if accent else cap
            out += rect(x, y, w, 34, 6, dark(fill, 0.28)) + rect(x + 2, y + 1, w - 4, 26, 5, fill)
            out += rect(x + 4, y + 2, w - 8, 7, 3, "#ffffff", faint(0.3))
            x += share * unit
    return group(out, "rotate(-9 300 310)")


def harddisk(c: str) -> str:
    outline = box(150, 90, 300, 420, 36)
    cable = line("M300 516 C300 580 440 590 480 520 C500 480 560 500 570 450", "#2b3038", 10)
    out = shadow(300, 524, 200, 18) + cable + rect(276, 494, 48, 30, 5, "#14171c") + shape(outline, "url(#edge)")
    out += shape(box(158, 98, 284, 404, 30), "url(#body)")
    ribs = "".join(
        line(f"M158 {130 + n * 20} H442", dark(c, 0.35), 3, faint(0.5))
        + line(f"M158 {133 + n * 20} H442", "#ffffff", 1.5, faint(0.25))
        for n in range(18)
    )
    out += within(
        box(158, 98, 284, 404, 30),
        ribs
        + rect(170, 90, 70, 430, 30, "#ffffff", blur(16, 0.35))
        + rect(400, 90, 60, 430, 0, "#0b1020", blur(16, 0.35)),
    )
    out += rect(206, 226, 188, 96, 16, dark(c, 0.2)) + rect(206, 226, 188, 96, 16, "url(#glare)")
    return out + disc(300, 274, 22, "none", f'stroke="{light(c, 0.6)}" stroke-width="5"') + disc(300, 462, 6, "#7fe3f4")


def usb(c: str) -> str:
    stick = rect(-62, -250, 124, 150, 8, "url(#steel)") + rect(-40, -224, 28, 34, 3, "#59636f")
    stick += rect(12, -224, 28, 34, 3, "#59636f")
    stick += rect(-82, -110, 164, 340, 30, "url(#tube)") + rect(-62, -96, 16, 310, 8, "#ffffff", blur(3, 0.5))
    stick += rect(-82, -110, 164, 14, 6, dark(c, 0.35))
    stick += disc(0, 178, 26, dark(c, 0.5)) + disc(0, 178, 15, "#eef2f6")
    stick += rect(-30, -40, 60, 8, 4, light(c, 0.5), faint(0.7)) + disc(0, 40, 7, "#7fe3f4")
    return shadow(300, 540, 190, 18) + group(stick, "translate(300 306) rotate(28) scale(1.02)")


def desktop(c: str) -> str:
    out = shadow(306, 556, 200, 18) + shape("M430 64 L500 96 V520 L430 552Z", "url(#deep)")
    out += rect(146, 60, 286, 492, 14, "url(#body)")
    out += rect(168, 84, 242, 440, 12, "#0b0e14")
    for n, y in enumerate((170, 304, 438)):
        hue = 0.52 + n * 0.17
        out += disc(289, y, 62, from_hls(hue, 0.55, 0.9), blur(8, 0.55)) + disc(289, y, 58, "#10141c")
        out += disc(289, y, 54, "none", f'stroke="{from_hls(hue, 0.62, 0.95)}" stroke-width="6"')
        blade = "".join(
            shape(
                "M0 0 C8 -20 30 -40 40 -24 C44 -12 22 0 0 0Z",
                from_hls(hue, 0.5, 0.6),
                f'opacity=".55" transform="translate(289 {y}) rotate({k * 51.4:.1f})"',
            )
            for k in range(7)
        )
        out += blade + disc(289, y, 13, "#2b323e")
    out += shape("M168 96 Q168 84 180 84 H330 L168 420Z", "url(#glare)", faint(0.5))
    out += rect(150, 64, 278, 4, 2, "#ffffff", faint(0.4))
    out += "".join(line(f"M446 {120 + n * 16} L486 {134 + n * 16}", "#05070c", 4, faint(0.5)) for n in range(18))
    return out + rect(170, 550, 50, 10, 4, "#15181d") + rect(360, 550, 50, 10, 4, "#15181d")


def router(c: str) -> str:
    out = shadow(300, 486, 250, 20)
    for x, turn in ((112, -9), (236, -3), (364, 3), (488, 9)):
        out += group(
            rect(-11, -280, 22, 300, 9, "url(#blacktube)" if brightness(c) < 0.5 else "url(#tube)")
            + rect(-6, -270, 4, 270, 2, "#ffffff", faint(0.35)),
            f"translate({x} 390) rotate({turn})",
        )
    top, front = "M96 360 H504 L560 440 H40Z", "M40 440 H560 V462 Q560 482 538 482 H62 Q40 482 40 462Z"
    out += cloth(top, "url(#body)", shape("M96 360 H330 L200 440 H40Z", "url(#glare)", faint(0.8)))
    out += cloth(front, "url(#deep)", rect(40, 440, 520, 5, 0, "#ffffff", faint(0.35)))
    out += "".join(line(f"M{240 + n * 14} 374 L{226 + n * 17} 424", dark(c, 0.45), 4, faint(0.7)) for n in range(9))
    return out + "".join(disc(88 + n * 24, 463, 5, "#5fd17a" if n < 4 else "#7fe3f4") for n in range(5))


def printer(c: str) -> str:
    out = shadow(300, 520, 260, 20) + shape("M180 70 H420 V236 H180Z", "#ffffff")
    out += shape("M180 70 H420 V236 H180Z", "#0b1020", faint(0.05))
    out += shape("M180 236 L210 70 H390 L420 236Z", "#f7f9fc") + rect(120, 206, 360, 60, 12, "url(#deep)")
    outline = box(64, 236, 472, 250, 36)
    out += cloth(
        outline,
        "url(#body)",
        rect(64, 236, 472, 40, 0, "#ffffff", blur(8, 0.7)) + rect(480, 236, 80, 260, 0, "#0b1020", blur(30, 0.3)),
    )
    out += rect(126, 366, 348, 26, 10, "#14171c") + shape("M150 380 H450 L476 512 H124Z", "#fdfefe")
    out += shape("M196 404 H404 L414 470 H186Z", "#cfe3f4")
    out += shape("M190 470 L250 424 L300 458 L346 420 L410 470Z", "#5f9fc9") + disc(372, 424, 10, "#ffd27a")
    out += rect(380, 284, 116, 52, 10, "#10141b") + disc(404, 310, 8, "#7fe3f4") + rect(424, 304, 54, 5, 2, "#3f5566")
    out += rect(424, 314, 38, 5, 2, "#3f5566")
    return out + disc(106, 306, 15, "url(#steel)") + disc(106, 306, 6, "#5fd17a") + line("M124 512 H476", "#c5ced8", 3)
