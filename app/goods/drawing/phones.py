"""Phones, tablets and things for the wrist."""

from app.goods.drawing.kit import (
    box,
    brightness,
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


def _lens(x: float, y: float, r: float) -> str:
    return (
        disc(x, y, r, "url(#steeltube)")
        + disc(x, y, r * 0.9, "#0c0e14")
        + disc(x, y, r * 0.66, "url(#lens)")
        + disc(x - r * 0.22, y - r * 0.26, r * 0.15, "#ffffff", faint(0.75))
    )


def _phone_back(c: str) -> str:
    """A phone's back, 220 x 450, its centre at (0, 0)."""
    out = rect(-110, -225, 220, 450, 44, "url(#edge)") + rect(-105.5, -220.5, 211, 441, 40, "url(#body)")
    out += within(box(-105, -220, 210, 440, 40), shape("M-110 -230 H30 L-110 150Z", "url(#glare)", faint(0.8)))
    out += rect(-92, -207, 112, 112, 32, dark(c, 0.2), faint(0.5))
    out += rect(-90, -206, 110, 110, 31, light(c, 0.16), faint(0.65))
    out += _lens(-62, -178, 23) + _lens(-8, -150, 23) + _lens(-62, -123, 23)
    out += disc(-8, -190, 8, "#fff4d2") + disc(-8, -190, 5, "#ffffff") + disc(-8, -113, 3, dark(c, 0.5))
    return out + rect(-2 + 110, -110, 4, 62, 2, dark(c, 0.35))


def _wallpaper(x: float, y: float, w: float, h: float, r: float) -> str:
    """A wallpaper of three hills in the gradients `sky`, `skya`, `skyb`."""
    x2, mid = x + w, x + w * 0.5
    inner = rect(x, y, w, h, 0, "url(#sky)") + disc(x + w * 0.68, y + h * 0.34, min(w, h) * 0.13, "#fff3d6", faint(0.9))
    for top, fill, opacity in ((0.5, "url(#skya)", 0.75), (0.66, "url(#skyb)", 0.8), (0.82, "url(#skya)", 0.5)):
        a = y + h * top
        d = (
            f"M{x} {a:.0f} C{x + w * 0.28:.0f} {a - h * 0.16:.0f} {mid:.0f} {a + h * 0.13:.0f} {x2} "
            f"{a - h * 0.1:.0f} V{y + h} H{x}Z"
        )
        inner += shape(d, fill, faint(opacity))
    return within(box(x, y, w, h, r), inner)


def _phone_front(c: str) -> str:
    out = rect(-110, -225, 220, 450, 44, "url(#edge)") + rect(-105, -220, 210, 440, 40, "#06070a")
    out += _wallpaper(-97, -212, 194, 424, 33) + rect(-28, -199, 56, 17, 8.5, "#05060a")
    out += disc(15, -190.5, 4, "#1d2744")
    out += within(box(-97, -212, 194, 424, 33), shape("M-100 -220 H10 L-100 120Z", "url(#glare)", faint(0.55)))
    out += rect(-36, 198, 72, 5, 2.5, "#ffffff", faint(0.85))
    return out + rect(109, -100, 3.5, 58, 1.5, dark(c, 0.35)) + rect(-112.5, -90, 3.5, 36, 1.5, dark(c, 0.35))


def phone(c: str) -> str:
    out = screen("sky", c) + shadow(305, 538, 200, 20)
    out += group(_phone_back(c), "translate(232 292) rotate(-8)")
    return out + group(_phone_front(c), "translate(366 312) rotate(5)")


def phone_2(c: str) -> str:
    out = shadow(300, 548, 150, 18)
    return out + group(_phone_back(c), "translate(300 296) rotate(14) scale(1.1)")


def _tablet(c: str, front: bool) -> str:
    """A tablet, 340 x 450, its centre at (0, 0)."""
    out = rect(-170, -225, 340, 450, 30, "url(#edge)")
    if front:
        out += rect(-166, -221, 332, 442, 27, "#07080b") + _wallpaper(-150, -205, 300, 410, 14)
        glare = shape("M-160 -210 H40 L-160 160Z", "url(#glare)", faint(0.5))
        return out + within(box(-150, -205, 300, 410, 14), glare) + disc(0, -213, 3, "#28324a")
    out += rect(-166, -221, 332, 442, 27, "url(#body)")
    out += within(box(-166, -221, 332, 442, 27), shape("M-170 -225 H90 L-170 190Z", "url(#glare)", faint(0.7)))
    return out + rect(-150, -206, 58, 58, 18, dark(c, 0.16), faint(0.8)) + _lens(-121, -177, 19)


def _pencil(length: float) -> str:
    out = rect(-8, -length / 2, 16, length - 36, 7, "url(#steeltube)")
    out += rect(-8, -length / 2, 16, length - 36, 7, "#ffffff", faint(0.6))
    return out + shape(f"M-8 {length / 2 - 40} H8 L2 {length / 2 - 4} Q0 {length / 2} -2 {length / 2 - 4}Z", "#e9edf1")


def tablet(c: str) -> str:
    out = screen("sky", c) + shadow(300, 540, 230, 20)
    out += group(_tablet(c, False), "translate(246 284) rotate(-8) scale(.95)")
    return (
        out
        + group(_tablet(c, True), "translate(330 308) rotate(4)")
        + group(_pencil(330), "translate(534 350) rotate(9)")
    )


def tablet_2(c: str) -> str:
    out = shadow(300, 548, 190, 18) + group(_tablet(c, False), "translate(312 292) rotate(12)")
    return out + group(_pencil(320), "translate(92 330) rotate(24)")


def _strap(half: float, narrow: float, top: float, bottom: float, links: bool) -> str:
    """Both halves of a strap: `half` wide at the case, `narrow` at the ends."""
    out = ""
    for sign in (-1, 1):
        d = (
            f"M{-half} {sign * top} C{-half + 4} {sign * (top + 40)} {-narrow} {sign * (bottom - 90)} "
            f"{-narrow} {sign * (bottom - 12)} "
            f"Q{-narrow} {sign * bottom} {-narrow + 14} {sign * bottom} H{narrow - 14} "
            f"Q{narrow} {sign * bottom} {narrow} {sign * (bottom - 12)} "
            f"C{narrow} {sign * (bottom - 90)} {half - 4} {sign * (top + 40)} {half} {sign * top}Z"
        )
        out += shape(d, "url(#tube)")
        if links:
            out += "".join(oval(0, sign * (top + 62 + n * 22), 5, 4, "#05070c", faint(0.35)) for n in range(4))
        out += line(
            f"M{-half + 12} {sign * (top + 16)} L{-narrow + 9} {sign * (bottom - 24)}", "#ffffff", 3, faint(0.2)
        )
    return out


def _rings(r: float, width: float) -> str:
    """Activity rings around (0, 0): the face of a watch without a single digit."""
    out = ""
    for n, (hue, share) in enumerate((("#ff4f6d", 0.8), ("#9be84a", 0.62), ("#3fd4f2", 0.46))):
        radius = r - n * (width + 4)
        around = 6.2832 * radius
        out += disc(0, 0, radius, "none", f'stroke="{hue}" stroke-width="{width}" stroke-opacity=".22"')
        out += disc(
            0,
            0,
            radius,
            "none",
            f'stroke="{hue}" stroke-width="{width}" stroke-linecap="round" '
            f'stroke-dasharray="{around * share:.1f} {around:.1f}" transform="rotate(-90)"',
        )
    return out


def _case(c: str, w: float, h: float, r: float, face: str) -> str:
    out = rect(-w / 2, -h / 2, w, h, r, "url(#steel)" if brightness(c) < 0.8 else "url(#black)")
    out += rect(-w / 2 + 3, -h / 2 + 3, w - 6, h - 6, r - 3, "#8c95a0", faint(0.5))
    out += rect(-w / 2 + 8, -h / 2 + 8, w - 16, h - 16, r - 8, "#06070b") + face
    glare = shape(f"M{-w / 2} {-h / 2} H{w * 0.2} L{-w / 2} {h * 0.35}Z", "url(#glare)", faint(0.7))
    return out + within(box(-w / 2 + 8, -h / 2 + 8, w - 16, h - 16, r - 8), glare)


def _watch(c: str, face: str) -> str:
    out = _strap(70, 52, 84, 258, True) + rect(92, -34, 14, 44, 6, "url(#steeltube)")
    out += rect(93, 28, 7, 50, 3, "#8b95a0")
    return out + _case(c, 190, 224, 58, face)


def _dial() -> str:
    """A round analogue dial with marks only."""
    out = disc(0, 0, 78, "#101728") + disc(0, 0, 78, "none", 'stroke="#3d4a68" stroke-width="2"')
    for n in range(12):
        out += rect(-2, -72, 4, 12 if n % 3 else 18, 2, "#cfd8ea", f'transform="rotate({n * 30})"')
    out += line("M0 0 L-26 -34", "#ffffff", 7) + line("M0 0 L36 -46", "#ffffff", 5)
    out += line("M0 14 L0 -60", "#ff9d3c", 2.4)
    return out + disc(0, 0, 6, "#ff9d3c") + disc(0, 0, 2.4, "#101728")


def watch(c: str) -> str:
    return shadow(300, 562, 110, 14) + group(_watch(c, _rings(66, 14)), "translate(300 300)")


def watch_2(c: str) -> str:
    return shadow(300, 548, 190, 16) + group(_watch(c, _dial()), "translate(296 300) rotate(38) scale(1.1)")


def _bars() -> str:
    out = _bare_ring()
    for n, tall in enumerate((26, 44, 34, 58, 40)):
        out += rect(-31 + n * 13.5, 74 - tall, 8, tall, 4, ("#3fd4f2", "#9be84a")[n % 2])
    return out


def _bare_ring() -> str:
    return group(_rings(34, 8), "translate(0 -42)")


def _band(c: str) -> str:
    return _strap(46, 38, 92, 262, True) + _case(c, 118, 232, 54, _bars())


def band(c: str) -> str:
    return shadow(300, 564, 84, 12) + group(_band(c), "translate(300 300)")


def band_2(c: str) -> str:
    ring = oval(300, 330, 176, 118, "none", f'stroke="{dark(c, 0.3)}" stroke-width="60"')
    ring += oval(300, 322, 176, 118, "none", 'stroke="url(#tube)" stroke-width="60"')
    ring += line("M160 372 A176 118 0 0 0 440 372", "#ffffff", 4, faint(0.25))
    pod = rect(-86, -42, 172, 84, 40, "url(#steel)") + rect(-79, -36, 158, 72, 35, "#06070b")
    pod += group(_rings(24, 5), "translate(-40 0)") + "".join(
        rect(4 + n * 13, 16 - tall, 8, tall, 4, "#3fd4f2") for n, tall in enumerate((14, 26, 20, 34))
    )
    return shadow(300, 486, 220, 20) + ring + group(pod, "translate(300 442) scale(1.12)")
