"""Jackets, hoodies, pullovers and handbags."""

from app.goods.drawing.clothing import folds, hem
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

_SLEEVE = (
    "M206 132 C160 144 128 176 112 240 C92 330 84 410 80 488 Q80 502 94 504 L146 510 Q160 510 162 "
    "496 C166 420 182 340 206 270Z"
)
_TRUNK = (
    "M206 130 C240 112 360 112 394 130 C412 200 410 420 416 512 Q416 528 400 530 Q300 542 200 530 "
    "Q184 528 184 512 C190 420 188 200 206 130Z"
)


def _long_sleeved(c: str, rib: bool) -> str:
    """Trunk and long sleeves; ribs at cuffs and hem when knitted."""
    ink = dark(c, 0.45) if brightness(c) > 0.25 else "#000000"
    arm = cloth(
        _SLEEVE,
        "url(#body)",
        folds(c, "M196 280 C160 320 130 330 110 326", "M176 380 C150 400 120 404 96 396")
        + line("M208 140 C190 240 166 380 160 510", ink, 18, blur(8, 0.35)),
    )
    cuff = shape("M80 476 L164 484 L160 514 Q120 520 78 508Z", dark(c, 0.18))
    arm += cuff
    arm += (
        "".join(line(f"M{84 + n * 9} 480 L{83 + n * 9} 508", ink, 2, faint(0.35)) for n in range(9))
        if rib
        else hem("M82 476 L162 484", c)
    )
    inner = oval(256, 230, 60, 90, "#ffffff" if brightness(c) > 0.25 else light(c, 0.4), blur(30, 0.35))
    inner += rect(380, 120, 50, 420, 0, ink, blur(16, 0.35))
    inner += folds(c, "M200 300 C220 360 206 420 224 500", "M400 300 C380 370 396 430 380 500")
    inner += rect(180, 500, 240, 50, 0, ink, blur(16, 0.25))
    out = arm + group(arm, "translate(600 0) scale(-1 1)") + cloth(_TRUNK, "url(#body)", inner)
    if rib:
        out += shape(
            "M186 496 Q300 510 414 496 L416 514 Q416 528 400 530 Q300 542 200 530 Q184 528 184 514Z", dark(c, 0.18)
        )
        out += "".join(line(f"M{194 + n * 11} 503 V530", ink, 2, faint(0.35)) for n in range(20))
    return out


def jacket(c: str) -> str:
    ink = dark(c, 0.55)
    out = shadow(300, 540, 210, 16) + shape("M236 118 Q300 96 364 118 L346 150 H254Z", dark(c, 0.6))
    out += _long_sleeved(c, False)
    out += shape("M236 112 C226 122 214 128 208 134 L246 214 L298 168Z", "url(#pale)", faint(0.9))
    out += shape("M364 112 C374 122 386 128 392 134 L354 214 L302 168Z", "url(#pale)", faint(0.75))
    out += line(
        "M236 112 L298 168 M364 112 L302 168 M208 134 L246 214 L298 168 M392 134 L354 214 L302 168", ink, 3, faint(0.55)
    )
    out += line("M300 168 V534", ink, 10) + line("M300 168 V534", "#aab3bd", 4, 'stroke-dasharray="4 4"')
    out += rect(294, 176, 12, 26, 5, "url(#steel)")
    out += line("M214 386 L262 420 M386 386 L338 420", ink, 6)
    out += line("M216 382 L264 416 M384 382 L336 416", light(c, 0.3), 2, faint(0.6))
    out += rect(326, 244, 62, 8, 4, ink, faint(0.7)) + hem("M190 508 Q300 520 410 508", c) + hem("M288 176 V520", c)
    out += hem("M312 176 V520", c)
    return out


def hoodie(c: str) -> str:
    ink = dark(c, 0.5)
    out = shadow(300, 542, 210, 16)
    out += shape("M206 140 C180 60 250 34 300 34 S420 60 394 140 C370 170 230 170 206 140Z", "url(#deep)")
    out += oval(300, 112, 62, 50, dark(c, 0.66))
    out += _long_sleeved(c, True)
    out += shape(
        ("M204 136 C190 70 250 46 300 44 C260 60 238 90 244 124 C254 158 290 176 300 190 C262 182 222 168 204 136Z"),
        "url(#body)",
    )
    out += shape(
        ("M396 136 C410 70 350 46 300 44 C340 60 362 90 356 124 C346 158 310 176 300 190 C338 182 378 168 396 136Z"),
        "url(#body)",
    )
    out += shape(
        ("M396 136 C410 70 350 46 300 44 C340 60 362 90 356 124 C346 158 310 176 300 190 C338 182 378 168 396 136Z"),
        "#0b1020",
        faint(0.14),
    )
    pocket = "M224 362 H376 L404 448 V480 H196 V448Z"
    out += shape(pocket, "#0b1020", 'filter="url(#blur8)" opacity=".3" transform="translate(0 6)"')
    out += shape(pocket, "url(#body)") + line("M224 362 L198 446 M376 362 L402 446", ink, 4, faint(0.6))
    out += hem("M230 372 H370", c)
    for x, bend in ((272, -6), (328, 6)):
        out += line(f"M{x} 168 q{bend} 40 0 96", "#f4f6f8", 6) + rect(x - 4, 260, 8, 20, 3, "#aab3bd")
        out += disc(x, 168, 6, "#c3cad2")
    return out


def sweater(c: str) -> str:
    ink = dark(c, 0.4) if brightness(c) > 0.25 else light(c, 0.3)
    out = shadow(300, 542, 210, 16) + shape("M242 118 Q300 96 358 118 Q350 160 300 166 Q250 160 242 118Z", dark(c, 0.5))
    out += _long_sleeved(c, True)
    for column in (222, 300, 378):
        for n in range(15):
            y = 196 + n * 20
            out += line(f"M{column - 14} {y} q14 8 14 18 q0 -10 14 -18", ink, 3.4, faint(0.3))
            out += line(f"M{column - 14} {y - 3} q14 8 14 18 q0 -10 14 -18", "#ffffff", 2.4, faint(0.4))
    out += "".join(
        line(f"M{x} 180 V494", ink, 2.4, 'stroke-dasharray="3 6" opacity=".4"') for x in (250, 262, 338, 350)
    )
    out += line("M238 122 C250 176 350 176 362 122", dark(c, 0.2), 24)
    out += line("M238 122 C250 176 350 176 362 122", light(c, 0.14), 18)
    return out + line("M238 122 C250 176 350 176 362 122", ink, 18, 'stroke-dasharray="2 7" opacity=".3"')


def handbag(c: str) -> str:
    body = "M120 262 Q124 240 148 240 H452 Q476 240 480 262 L512 482 Q516 526 472 528 H128 Q84 526 88 482Z"
    out = shadow(300, 536, 240, 18) + line("M194 262 C184 60 416 60 406 262", dark(c, 0.5), 22)
    out += line("M192 256 C184 58 414 58 406 250", light(c, 0.12), 10)
    inner = oval(210, 330, 90, 80, "#ffffff", blur(30, 0.45)) + rect(440, 230, 90, 310, 0, "#0b1020", blur(30, 0.35))
    inner += rect(80, 490, 440, 50, 0, "#0b1020", blur(16, 0.35))
    out += cloth(body, "url(#body)", inner)
    out += line(
        "M136 258 Q300 272 464 258 L494 484 Q496 510 470 512 H130 Q104 510 106 484Z",
        light(c, 0.35),
        2.4,
        'stroke-dasharray="8 5" opacity=".8"',
    )
    flap = "M118 256 Q124 236 148 236 H452 Q476 236 482 256 L492 330 Q440 396 300 398 T108 330Z"
    out += shape(flap, "#0b1020", 'filter="url(#blur8)" opacity=".4" transform="translate(0 8)"')
    out += cloth(
        flap,
        "url(#body)",
        oval(220, 270, 100, 40, "#ffffff", blur(16, 0.5)) + rect(420, 220, 90, 190, 0, "#0b1020", blur(16, 0.25)),
    )
    out += line("M122 330 Q170 382 300 384 T478 330", light(c, 0.35), 2.4, 'stroke-dasharray="8 5" opacity=".8"')
    out += rect(268, 364, 64, 60, 12, "#9a7430") + rect(266, 360, 64, 60, 12, "url(#goldtube)")
    out += disc(298, 390, 11, "#7d5a24")
    return out + "".join(disc(x, 262, 15, "url(#goldtube)") + disc(x, 262, 7, "#7d5a24") for x in (194, 406))
