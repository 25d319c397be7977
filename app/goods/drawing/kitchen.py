"""Rice cookers, air fryers, kettles and bottles."""

from app.goods.drawing.kit import (
    blur,
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
    shadow,
    shape,
    steam,
    within,
)

_COOKER = (
    "M96 330 C96 262 130 232 190 222 H410 C470 232 504 262 504 330 V424 C504 482 470 512 410 512 "
    "H190 C130 512 96 482 96 424Z"
)


def _panel(x: float, y: float) -> str:
    """A dark glass panel with lit symbols, no digits."""
    out = rect(x, y, 176, 104, 20, "#0e1218") + rect(x + 2, y + 2, 172, 50, 18, "#ffffff", faint(0.06))
    out += disc(x + 88, y + 40, 22, "none", 'stroke="#27485a" stroke-width="6"')
    out += line(f"M{x + 88} {y + 18} a22 22 0 1 1 -20 14", "#7fe3f4", 6) + disc(x + 88, y + 40, 5, "#7fe3f4")
    return out + "".join(disc(x + 34 + n * 36, y + 82, 6, "#ffb45c" if n == 1 else "#3a4552") for n in range(4))


def _pot(c: str) -> str:
    out = shadow(300, 518, 220, 22) + rect(150, 500, 300, 22, 8, "#15181d")
    out += shape(_COOKER, "url(#tube)" if brightness(c) < 0.35 else "url(#body)")
    inner = rect(100, 220, 90, 300, 40, "#ffffff", blur(16, 0.4))
    inner += rect(430, 220, 90, 300, 40, "#0b1020", blur(16, 0.25))
    inner += rect(90, 480, 420, 50, 0, "#0b1020", blur(16, 0.25))
    return out + within(_COOKER, inner)


def ricecooker(c: str) -> str:
    out = _pot(c)
    lid = "M110 286 C112 204 200 158 300 158 S488 204 490 286 Q300 312 110 286Z"
    out += shape(lid, "url(#edge)")
    out += within(
        lid, oval(230, 196, 120, 34, "#ffffff", blur(16, 0.6)) + rect(110, 262, 380, 40, 0, "#0b1020", blur(8, 0.15))
    )
    out += line("M106 290 Q300 318 494 290", dark(c, 0.45), 4, faint(0.7))
    out += rect(252, 146, 96, 24, 12, "url(#steeltube)") + rect(276, 176, 48, 12, 6, dark(c, 0.35))
    return (
        out + line("M86 330 C70 250 90 240 118 300 M514 330 C530 250 510 240 482 300", "#aab3bd", 9) + _panel(212, 350)
    )


def ricecooker_2(c: str) -> str:
    out = group(_pot(c), "translate(0 34)")
    out += shape("M112 270 C88 120 190 54 300 54 S512 120 488 270Z", "url(#deep)")
    out += shape("M140 256 C122 136 206 82 300 82 S478 136 460 256Z", "url(#steel)")
    out += oval(300, 168, 84, 56, "none", 'stroke="#8f99a5" stroke-width="6"') + disc(300, 168, 14, "#8f99a5")
    out += oval(300, 284, 202, 62, dark(c, 0.35)) + oval(300, 282, 192, 56, "#23282f")
    out += oval(300, 290, 178, 46, "#f7f4ea")
    grains = ((x * 37 % 300, x * 23 % 56) for x in range(60))
    out += "".join(
        oval(
            156 + gx,
            264 + gy,
            7,
            3,
            "#ffffff" if gx % 2 else "#e4decd",
            f'transform="rotate({gx % 90} {156 + gx} {264 + gy})"',
        )
        for gx, gy in grains
        if ((gx - 148) / 160) ** 2 + ((gy - 26) / 34) ** 2 < 1
    )
    return out + steam(300, 250) + _panel(212, 390)


_FRYER = "M150 180 C150 100 210 62 300 62 S450 100 450 180 V452 C450 506 416 530 370 530 H230 C184 530 150 506 150 452Z"


def _fryer(c: str) -> str:
    out = shadow(300, 540, 180, 20) + shape(_FRYER, "url(#tube)" if brightness(c) < 0.6 else "url(#body)")
    inner = rect(160, 60, 60, 480, 30, "#ffffff", blur(16, 0.5)) + rect(410, 60, 60, 480, 30, "#0b1020", blur(16, 0.3))
    return out + within(_FRYER, inner) + oval(300, 96, 92, 18, "#ffffff", blur(8, 0.5)) + _panel(212, 128)


def airfryer(c: str) -> str:
    out = _fryer(c) + line("M152 268 Q300 288 448 268", dark(c, 0.45), 4, faint(0.7))
    out += shape("M176 286 Q300 304 424 286 V470 Q424 502 392 504 H208 Q176 502 176 470Z", dark(c, 0.12), faint(0.35))
    out += rect(258, 322, 84, 132, 30, "#0b1020", blur(8, 0.4)) + rect(256, 312, 88, 136, 32, "url(#blacktube)")
    return out + rect(272, 326, 8, 106, 4, "#ffffff", faint(0.2)) + disc(300, 340, 12, "#4a515b")


def airfryer_2(c: str) -> str:
    """The drawer pulled out, full of chips."""
    out = group(_fryer(c), "translate(60 -10) scale(.8)") + shape("M170 330 H430 V400 H170Z", "#101419")
    out += shadow(300, 560, 230, 18)
    chips = "".join(
        rect(
            130 + n * 28,
            306 + (n * 53 % 34),
            20,
            92,
            5,
            ("#f4c65a", "#e9ae3f", "#f8d67c")[n % 3],
            f'transform="rotate({(n * 47) % 70 - 35} {140 + n * 28} 372)"',
        )
        for n in range(12)
    )
    out += rect(110, 360, 380, 40, 16, "#23282f") + chips
    out += shape("M104 384 Q300 410 496 384 L474 526 Q470 554 440 554 H160 Q130 554 126 526Z", "url(#body)")
    out += shape("M104 384 Q300 410 496 384 L494 398 Q300 424 106 398Z", "#ffffff", faint(0.4))
    out += rect(252, 440, 96, 46, 22, "#0b1020", blur(8, 0.4)) + rect(250, 432, 100, 46, 22, "url(#blacktube)")
    return out + steam(300, 300)


_JUG = "M188 190 H388 C404 300 424 400 430 470 Q432 490 412 490 H164 Q144 490 146 470 C152 400 172 300 188 190Z"


def _jug(c: str) -> str:
    spout = shape("M200 186 L128 214 Q120 220 128 228 L186 268Z", "url(#deep)")
    handle = line("M394 214 C500 200 520 300 486 380 C474 410 450 424 424 428", dark(c, 0.62), 34)
    handle += line("M398 206 C498 194 514 296 480 374", light(c, 0.1), 6, faint(0.35))
    out = spout + handle + shape(_JUG, "url(#tube)")
    inner = rect(190, 180, 34, 330, 17, "#ffffff", blur(8, 0.5)) + rect(140, 450, 300, 60, 0, "#0b1020", blur(16, 0.3))
    out += within(_JUG, inner)
    out += shape("M184 190 Q190 158 230 150 H346 Q384 158 392 190 Q290 204 184 190Z", "url(#deep)")
    return out + oval(262, 168, 50, 8, "#ffffff", blur(3, 0.4)) + rect(266, 132, 46, 22, 10, "url(#steeltube)")


def kettle(c: str) -> str:
    out = shadow(290, 528, 200, 20) + rect(140, 506, 300, 22, 11, "#1c2026")
    out += rect(150, 488, 282, 24, 8, "url(#steeltube)")
    return out + _jug(c) + line("M238 300 V430", "#ffffff", 5, faint(0.25)) + disc(414, 448, 7, "#5fc3e0")


def kettle_2(c: str) -> str:
    """Pouring into a cup."""
    out = shadow(180, 536, 130, 16)
    out += line("M170 186 C150 200 146 290 152 410", "#bfe3f2", 16, faint(0.85))
    out += line("M166 192 C148 206 144 290 150 400", "#ffffff", 5, faint(0.8))
    out += group(_jug(c), "translate(96 -96) rotate(-24 300 330) scale(.86)")
    cup = "M84 408 H252 L240 506 Q236 534 208 534 H128 Q100 534 96 506Z"
    out += line("M244 430 C296 426 292 496 238 496", "#e4e9ef", 16) + shape(cup, "url(#white)")
    out += oval(168, 408, 84, 18, "#dfe5ec") + oval(168, 410, 74, 13, "#c98a4e")
    return out + rect(108, 430, 14, 84, 7, "#ffffff", blur(3, 0.9)) + steam(214, 390)


_FLASK = box(222, 176, 156, 378, 38)


def bottle(c: str) -> str:
    out = shadow(300, 556, 120, 16) + shape(_FLASK, "url(#tube)")
    inner = rect(240, 150, 26, 420, 13, "#ffffff", blur(8, 0.55))
    inner += rect(330, 150, 60, 420, 10, "#0b1020", blur(16, 0.2))
    out += within(_FLASK, inner) + rect(222, 518, 156, 4, 0, "#ffffff", faint(0.25))
    out += rect(230, 168, 140, 18, 4, "url(#steeltube)")
    out += rect(228, 54, 144, 116, 26, "url(#blacktube)") + rect(246, 66, 12, 92, 6, "#ffffff", blur(3, 0.4))
    return out + "".join(rect(234 + n * 11, 116, 3, 46, 1.5, "#000000", faint(0.4)) for n in range(13))


def bottle_2(c: str) -> str:
    """Open and leaning, the lid beside it as a cup of tea."""
    body = shape(_FLASK, "url(#tube)")
    body += within(
        _FLASK,
        rect(240, 150, 26, 420, 13, "#ffffff", blur(8, 0.55)) + rect(330, 150, 60, 420, 10, "#0b1020", blur(16, 0.2)),
    )
    body += rect(238, 132, 124, 50, 10, "url(#steeltube)") + oval(300, 132, 62, 13, "#6f7883")
    body += oval(300, 133, 52, 9, "#23282f")
    body += "".join(rect(238, 146 + n * 12, 124, 2.5, 1, "#6f7883", faint(0.6)) for n in range(3))
    out = shadow(250, 548, 160, 18) + group(body, "translate(-60 6) rotate(-9 300 300)") + shadow(462, 540, 100, 14)
    out += shape("M384 404 H540 L528 508 Q524 536 498 536 H426 Q400 536 396 508Z", "url(#blacktube)")
    out += oval(462, 404, 78, 18, "#5b626c") + oval(462, 405, 66, 13, "#b87638")
    return out + oval(440, 402, 26, 4, "#ffffff", faint(0.35)) + steam(462, 380)
