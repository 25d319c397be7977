"""Pens and notebooks."""

from app.goods.drawing.kit import blur, box, dark, disc, faint, group, light, line, rect, shadow, shape, within


def pen(c: str) -> str:
    one = rect(-21, -250, 42, 330, 12, "url(#tube)") + rect(-12, -240, 8, 310, 4, "#ffffff", blur(3, 0.6))
    one += rect(-21, 30, 42, 60, 6, dark(c, 0.4))
    one += "".join(rect(-21, 36 + n * 10, 42, 4, 2, "#0b1020", faint(0.4)) for n in range(5))
    one += shape("M-21 90 H21 L8 150 L3 178 H-3 L-8 150Z", "url(#steeltube)") + disc(0, 178, 3.5, "#14171c")
    one += rect(-8, -276, 16, 30, 6, "url(#steeltube)") + rect(14, -236, 10, 130, 5, "url(#steel)")
    one += rect(-21, -70, 42, 8, 2, "url(#steeltube)")
    trace = line("M96 520 C150 470 190 560 240 516 S330 480 360 520", c, 7)
    out = shadow(300, 500, 230, 16) + trace + group(one, "translate(250 300) rotate(26)")
    return out + group(one, "translate(382 296) rotate(40)")


def notebook(c: str) -> str:
    cover = box(150, 70, 320, 450, 18)
    out = shadow(310, 534, 210, 18) + rect(160, 82, 322, 450, 16, "#e9e4d6") + rect(156, 78, 322, 450, 16, "#faf7ee")
    out += shape(cover, "url(#body)")
    out += within(
        cover,
        rect(150, 60, 46, 480, 0, dark(c, 0.35), faint(0.6))
        + rect(200, 60, 60, 480, 20, "#ffffff", blur(16, 0.45))
        + rect(420, 60, 70, 480, 0, "#0b1020", blur(16, 0.25)),
    )
    out += rect(248, 150, 170, 110, 8, "#fffaf0", faint(0.92))
    out += line("M272 184 H394 M272 206 H394 M272 228 H350", "#c9c0ab", 4) + rect(426, 70, 14, 452, 3, dark(c, 0.55))
    out += "".join(
        rect(136, 104 + n * 38, 42, 11, 5.5, "url(#steel)") + disc(172, 109.5 + n * 38, 7, dark(c, 0.5))
        for n in range(11)
    )
    pencil = rect(-12, -190, 24, 330, 3, "#f1c04a") + rect(-4, -190, 8, 330, 0, "#ffffff", faint(0.35))
    pencil += shape("M-12 140 H12 L0 186Z", "#f3dcb4") + shape("M-4 170 H4 L0 186Z", "#2b3038")
    pencil += rect(-12, -206, 24, 20, 3, "url(#steeltube)") + rect(-12, -228, 24, 26, 6, light("#c8372d", 0.3))
    return out + group(pencil, "translate(500 330) rotate(16)")
