"""One drawing a level-1 category, for kinds that have none of their own: a box and a bag with the category's sign."""

from collections.abc import Callable

from app.goods.drawing.kit import (
    Drawing,
    blur,
    brightness,
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
)

Sign = Callable[[str], str]


def _phone(ink: str) -> str:
    out = rect(-30, -54, 60, 108, 13, ink) + rect(-23, -44, 46, 80, 5, "#ffffff", faint(0.9))
    return out + shape("M6 -34 L-16 2 H-2 L-6 28 L16 -10 H2Z", ink)


def _computer(ink: str) -> str:
    out = rect(-46, -40, 92, 64, 8, ink) + rect(-38, -32, 76, 48, 3, "#ffffff", faint(0.9))
    return out + shape("M-60 30 H60 L54 42 H-54Z", ink) + line("M-22 -8 L-8 4 L24 -22", ink, 7)


def _plug(ink: str) -> str:
    out = rect(-20, -56, 9, 30, 4, ink) + rect(11, -56, 9, 30, 4, ink)
    return (
        out + shape("M-34 -28 H34 V-8 C34 16 18 26 0 26 S-34 16 -34 -8Z", ink) + line("M0 26 C0 54 40 36 40 58", ink, 8)
    )


def _home(ink: str) -> str:
    out = shape("M0 -52 L56 -6 H42 V48 H-42 V-6 H-56Z", ink)
    return out + shape(
        "M0 24 C-26 6 -22 -14 -10 -14 C-4 -14 0 -10 0 -6 C0 -10 4 -14 10 -14 C22 -14 26 6 0 24Z", "#ffffff"
    )


def _clothes(ink: str) -> str:
    out = line("M0 -30 V-38 C0 -48 14 -46 12 -56 C10 -64 -6 -62 -6 -54", ink, 7) + line("M0 -30 L54 10 H-54Z", ink, 8)
    return out + shape("M-40 18 H40 V52 H-40Z", ink)


def _bag(ink: str) -> str:
    out = line("M-24 -20 C-24 -62 24 -62 24 -20", ink, 8)
    out += shape("M-46 -22 H46 L54 44 Q54 52 46 52 H-46 Q-54 52 -54 44Z", ink)
    return out + rect(-10, -6, 20, 16, 5, "#ffffff", faint(0.9))


def _flower(ink: str) -> str:
    petals = "".join(oval(0, -30, 17, 26, ink, f'transform="rotate({n * 60})"') for n in range(6))
    return petals + disc(0, 0, 13, "#ffffff")


def _fruit(ink: str) -> str:
    out = shape("M0 -20 C30 -42 58 -16 48 20 C40 48 18 60 0 48 C-18 60 -40 48 -48 20 C-58 -16 -30 -42 0 -20Z", ink)
    return out + line("M0 -22 C0 -40 6 -48 14 -54", ink, 7) + oval(-22, 2, 7, 14, "#ffffff", faint(0.75))


def _bear(ink: str) -> str:
    out = disc(-34, -32, 20, ink) + disc(34, -32, 20, ink) + oval(0, 4, 50, 46, ink)
    out += oval(0, 20, 24, 18, "#ffffff", faint(0.92))
    return out + disc(-20, -8, 6, "#ffffff") + disc(20, -8, 6, "#ffffff") + oval(0, 13, 8, 5.5, ink)


def _mountain(ink: str) -> str:
    out = shape("M-60 42 L-18 -34 L4 4 L22 -20 L60 42Z", ink)
    return out + shape("M-18 -34 L-32 -8 L-20 -16 L-12 -6 L-4 -11Z", "#ffffff") + disc(36, -38, 12, ink)


def _book(ink: str) -> str:
    out = shape("M-56 -36 Q-26 -50 -4 -34 V44 Q-26 28 -56 40Z", ink)
    return out + shape("M56 -36 Q26 -50 4 -34 V44 Q26 28 56 40Z", ink)


SIGNS: dict[int, Sign] = {
    1: _phone,
    20: _computer,
    38: _plug,
    58: _home,
    71: _clothes,
    81: _bag,
    90: _flower,
    99: _fruit,
    117: _bear,
    124: _mountain,
    130: _book,
}


def _sticker(c: str, sign: Sign) -> str:
    """The round white label with the sign, radius 92."""
    ink = dark(c, 0.25) if brightness(c) < 0.8 else "#7b8798"
    out = disc(0, 4, 92, "#0b1020", blur(3, 0.25)) + disc(0, 0, 92, "#fffdf8")
    return out + disc(0, 0, 83, "none", f'stroke="{ink}" stroke-opacity=".35" stroke-width="2"') + sign(ink)


def _box(c: str, sign: Sign) -> str:
    front, side = "M112 226 L386 250 V546 L112 504Z", "M386 250 L506 212 V488 L386 546Z"
    out = cloth(
        front,
        "url(#body)",
        rect(120, 220, 60, 340, 20, "#ffffff", blur(16, 0.3)) + rect(100, 480, 300, 90, 0, "#0b1020", blur(30, 0.25)),
    )
    out += cloth(side, "url(#deep)", rect(440, 200, 80, 340, 0, "#ffffff", blur(30, 0.16)))
    lid = "M102 208 L388 234 V306 L102 278Z"
    out += shape("M112 280 L386 306 V322 L112 294Z", "#0b1020", faint(0.28))
    out += shape("M386 306 L506 266 V280 L386 322Z", "#0b1020", faint(0.3))
    out += shape("M102 208 L226 172 L516 194 L388 234Z", "url(#pale)")
    out += cloth(lid, "url(#body)", rect(100, 200, 290, 22, 0, "#ffffff", blur(8, 0.35)))
    out += shape("M388 234 L516 194 V262 L388 306Z", dark(c, 0.3))
    out += line("M102 208 L388 234 L516 194", "#ffffff", 2.4, faint(0.5))
    return out + group(_sticker(c, sign), "matrix(.9 .11 0 .92 248 402)")


def _carrier(c: str, sign: Sign) -> str:
    out = line("M196 176 C196 70 300 70 300 176", dark(c, 0.4), 9) + shape("M118 168 H384 V532 H118Z", "url(#body)")
    out += shape("M384 168 L450 190 V510 L384 532Z", "url(#deep)")
    out += shape("M384 168 L416 344 L384 532Z", "#0b1020", faint(0.16))
    out += shape("M118 168 H384 V214 H118Z", "#ffffff", faint(0.16))
    out += rect(130, 170, 30, 360, 10, "#ffffff", blur(8, 0.35))
    out += disc(196, 182, 7, "#fffdf8") + disc(300, 182, 7, "#fffdf8")
    out += line("M196 182 C196 96 300 96 300 182", light(c, 0.2), 8)
    return out + group(_sticker(c, sign), "translate(250 366)")


def _main_view(sign: Sign) -> Drawing:
    return lambda c: shadow(312, 540, 240, 26) + _box(c, sign)


def _second_view(sign: Sign) -> Drawing:
    def draw(c: str) -> str:
        small = group(_box(c, sign), "translate(308 320) scale(.46)")
        out = shadow(290, 536, 210, 20) + _carrier(c, sign) + shadow(450, 566, 120, 12) + small
        return out + leaf(128, 560, 70, -30, "#8fb58a")

    return draw


def beside_box(draw: Drawing, category1_id: int) -> Drawing:
    """A second view for a simple kind: the thing in front of its category's box."""
    sign = SIGNS[category1_id]

    def second(c: str) -> str:
        box = group(shadow(312, 540, 240, 26) + _box(c, sign), "translate(16 6) scale(.66)")
        return box + group(draw(c), "translate(206 196) scale(.66)")

    return second


CATEGORY_DRAWINGS: dict[str, tuple[Drawing, Drawing]] = {
    f"cat{number}": (_main_view(sign), _second_view(sign)) for number, sign in SIGNS.items()
}
