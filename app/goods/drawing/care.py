"""Bottles, tubes and masks for skin, hair and teeth."""

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
    line,
    oval,
    rect,
    shadow,
    shape,
    within,
)


def _squeeze(c: str, w: float, top: float, bottom: float) -> str:
    """A tube standing on its cap: crimped at the top, round below; its middle at x = 300."""
    outline = f"M{300 - w} {top} H{300 + w} L{300 + w * 0.72} {bottom} H{300 - w * 0.72}Z"
    inner = rect(300 - w * 0.7, top, w * 0.3, bottom - top, 10, "#ffffff", blur(16, 0.75))
    inner += rect(300 + w * 0.5, top, w * 0.5, bottom - top, 0, "#0b1020", blur(16, 0.28))
    out = cloth(outline, "url(#body)", inner) + rect(300 - w, top - 22, 2 * w, 26, 3, "url(#pale)")
    return out + "".join(
        line(f"M{300 - w + 8 + n * 10:.0f} {top - 18} v16", dark(c, 0.3), 2, faint(0.4)) for n in range(int(w / 5) - 1)
    )


def tube(c: str) -> str:
    out = shadow(300, 550, 130, 16) + rect(222, 464, 156, 84, 14, "url(#white)") + _squeeze(c, 112, 82, 468)
    out += "".join(line(f"M{236 + n * 14} 480 V536", "#aab6c4", 2.4, faint(0.6)) for n in range(10))
    out += disc(300, 250, 62, "#ffffff", faint(0.85)) + leaf(296, 282, 70, -62, dark(c, 0.3))
    out += leaf(300, 284, 56, -130, dark(c, 0.2)) + rect(250, 346, 100, 8, 4, "#ffffff", faint(0.8))
    return out + rect(268, 364, 64, 6, 3, "#ffffff", faint(0.6))


def toothpaste(c: str) -> str:
    outline = "M204 60 H396 L369 480 H231Z"
    bands = shape("M190 180 Q300 120 410 180 L400 280 Q300 220 200 280Z", "#ffffff", faint(0.9))
    bands += shape("M190 310 Q300 240 410 310 L400 350 Q300 286 200 350Z", "#7fd3cf", faint(0.9))
    one = rect(244, 476, 112, 66, 12, "url(#white)") + _squeeze(c, 96, 60, 480) + within(outline, bands)
    one += leaf(280, 214, 60, -20, "#4f9f78")
    stroke = shape(
        (
            "M120 500 C120 470 160 472 170 486 C190 468 220 470 226 490 C250 470 286 474 290 498 C300 520 "
            "270 534 250 528 H150 C130 530 116 518 120 500Z"
        ),
        "#ffffff",
    )
    stroke += shape(
        "M126 502 C150 486 260 488 284 506", "none", 'stroke="#3fa7d0" stroke-width="9" stroke-linecap="round"'
    )
    out = shadow(330, 540, 200, 18) + group(one, "translate(52 0) rotate(18 300 300)")
    return out + group(stroke, "translate(-20 18)")


def shampoo(c: str) -> str:
    outline = box(186, 206, 228, 342, 46)
    out = shadow(300, 552, 160, 16) + rect(272, 150, 56, 66, 8, "url(#white)")
    out += rect(288, 92, 24, 64, 4, "url(#steeltube)")
    out += shape(
        "M206 76 Q206 62 222 62 H330 Q352 62 352 84 V98 H250 Q240 98 238 88 H216 Q206 88 206 76Z", "url(#white)"
    )
    out += line("M212 84 V104", "#c3ccd6", 8)
    out += cloth(
        outline,
        "url(#tube)",
        rect(206, 200, 34, 360, 17, "#ffffff", blur(8, 0.65))
        + rect(370, 200, 60, 360, 0, "#0b1020", blur(16, 0.25))
        + rect(180, 210, 240, 20, 0, "#ffffff", blur(8, 0.4)),
    )
    out += rect(218, 290, 164, 190, 18, "#ffffff", faint(0.88)) + leaf(292, 400, 84, -62, dark(c, 0.2))
    out += leaf(300, 404, 66, -126, light(c, 0.1)) + leaf(306, 402, 56, -4, light(c, 0.1))
    out += rect(250, 424, 100, 7, 3.5, "#b9c3cf") + rect(268, 442, 64, 6, 3, "#d3dae3")
    out += disc(470, 200, 26, "#ffffff", faint(0.6))
    out += disc(470, 200, 26, "none", f'stroke="{c}" stroke-width="2.4" stroke-opacity=".5"')
    return out + disc(508, 150, 14, "none", f'stroke="{c}" stroke-width="2.4" stroke-opacity=".5"')


def maskpack(c: str) -> str:
    """Sachets and the mask itself."""
    sachet = rect(-120, -170, 240, 340, 12, "url(#body)")
    sachet += within(
        box(-120, -170, 240, 340, 12),
        rect(-100, -180, 50, 370, 20, "#ffffff", blur(16, 0.6)) + rect(80, -180, 50, 370, 0, "#0b1020", blur(16, 0.2)),
    )
    sachet += "".join(
        line(f"M{-112 + n * 9} -166 v14 M{-112 + n * 9} 152 v14", "#ffffff", 2, faint(0.5)) for n in range(26)
    )
    sachet += leaf(-40, 116, 90, -50, "#ffffff")
    face = "M0 -120 C70 -120 104 -70 100 0 C96 80 50 130 0 132 C-50 130 -96 80 -100 0 C-104 -70 -70 -120 0 -120Z"
    mask = shape(face, "#0b1020", 'filter="url(#blur8)" opacity=".25" transform="translate(4 10)"')
    mask += cloth(
        face,
        "#fdfefe",
        rect(50, -120, 60, 260, 0, "#8fa6bd", blur(16, 0.35)) + oval(-30, -80, 50, 20, light(c, 0.6), blur(16, 0.6)),
    )
    for x in (-40, 40):
        mask += oval(x, -28, 25, 12, light(c, 0.35)) + oval(x, -28, 25, 12, "none", 'stroke="#d3dde6" stroke-width="2"')
    mask += oval(0, 74, 28, 11, light(c, 0.35)) + line("M0 -14 C-14 20 -16 28 0 30", "#c9d5df", 3)
    mask += line("M-70 40 Q-60 90 -30 112", "#dfe8ef", 4)
    out = shadow(290, 540, 220, 18) + group(sachet, "translate(220 290) rotate(-10)")
    out += group(sachet, "translate(300 292) rotate(4)")
    return out + group(mask, "translate(404 400) scale(1.08)")
