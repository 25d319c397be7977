"""T-shirts, jeans and dresses."""

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


def _shade(c: str) -> str:
    """The colour of folds: visible on white as on black."""
    return dark(c, 0.45) if brightness(c) > 0.25 else "#000000"


def _glow(c: str) -> str:
    return "#ffffff" if brightness(c) > 0.25 else light(c, 0.5)


def hem(d: str, c: str) -> str:
    """A double seam."""
    ink = dark(c, 0.3) if brightness(c) > 0.25 else light(c, 0.3)
    return line(d, ink, 1.6, 'stroke-dasharray="5 4" opacity=".75"')


def folds(c: str, *paths: str) -> str:
    """Soft dark folds, each with a light edge to its left."""
    out = ""
    for d in paths:
        out += line(d, _shade(c), 15, blur(8, 0.34)) + group(line(d, _glow(c), 9, blur(8, 0.5)), "translate(-15 -4)")
    return out


_TEE = (
    "M222 96 C190 104 160 116 138 130 C112 150 84 214 60 268 C58 274 60 278 66 281 L136 314 C142 317 "
    "146 315 149 309 L172 262 "
    "C178 340 176 430 168 518 C168 526 172 530 180 531 Q300 546 420 531 C428 530 432 526 432 518 "
    "C424 430 422 340 428 262 "
    "L451 309 C454 315 458 317 464 314 L534 281 C540 278 542 274 540 268 C516 214 488 150 462 130 "
    "C440 116 410 104 378 96 "
    "C356 140 244 140 222 96Z"
)


def tshirt(c: str) -> str:
    inner = folds(
        c,
        "M180 270 C192 330 190 420 214 500",
        "M424 262 C410 320 396 360 404 470",
        "M262 530 C258 470 280 430 272 380",
        "M336 200 C330 240 350 280 340 330",
    )
    inner += rect(120, 120, 60, 420, 30, _shade(c), blur(16, 0.22))
    inner += rect(410, 120, 50, 430, 30, _shade(c), blur(16, 0.3))
    inner += oval(250, 230, 90, 90, _glow(c), blur(30, 0.35))
    inner += line("M172 262 C168 220 160 180 142 142", _shade(c), 6, blur(3, 0.45))
    inner += line("M428 262 C432 220 440 180 458 142", _shade(c), 6, blur(3, 0.5))
    out = shadow(300, 546, 190, 16) + shape("M224 98 C250 84 350 84 376 98 C350 128 250 128 224 98Z", dark(c, 0.42))
    out += cloth(_TEE, "url(#body)", inner)
    out += line("M222 96 C244 140 356 140 378 96", dark(c, 0.16), 17)
    out += line("M222 96 C244 140 356 140 378 96", light(c, 0.14), 12)
    out += hem("M212 108 C240 158 360 158 388 108", c) + hem("M169 514 Q300 530 431 514", c)
    return out + hem("M66 266 L143 303", c) + hem("M534 266 L457 303", c)


def tshirt_2(c: str) -> str:
    """Folded, with the collar up."""
    out = shadow(300, 500, 220, 20) + rect(122, 440, 356, 62, 26, "url(#deep)")
    out += rect(118, 418, 364, 62, 26, "url(#body)")
    out += rect(130, 462, 340, 3, 1, _shade(c), faint(0.35))
    top = (
        "M146 122 Q300 96 454 122 Q474 128 476 150 L486 420 Q486 446 458 448 Q300 458 142 448 Q114 446 "
        "114 420 L124 150 Q126 128 146 122Z"
    )
    inner = folds(c, "M180 448 C190 380 170 300 196 230", "M430 448 C420 390 440 330 420 270")
    inner += oval(250, 220, 110, 90, _glow(c), blur(30, 0.4))
    inner += rect(110, 400, 380, 60, 0, _shade(c), blur(16, 0.3))
    inner += rect(440, 110, 60, 350, 0, _shade(c), blur(16, 0.25))
    out += cloth(top, "url(#body)", inner)
    out += shape("M222 116 C240 98 360 98 378 116 C350 152 250 152 222 116Z", dark(c, 0.45))
    out += line("M218 114 C236 170 364 170 382 114", dark(c, 0.18), 18)
    out += line("M218 114 C236 170 364 170 382 114", light(c, 0.12), 13) + hem("M204 122 C230 192 370 192 396 122", c)
    return out + rect(284, 112, 32, 20, 3, "#ffffff", faint(0.9)) + rect(290, 119, 20, 2.4, 1, "#9aa3ae")


_JEANS = (
    "M196 62 H404 C412 62 414 66 415 72 C426 180 440 360 446 528 C446 536 442 540 434 541 Q386 548 "
    "340 541 C333 540 330 536 329 529 "
    "C326 430 316 330 303 258 H297 C284 330 274 430 271 529 C270 536 267 540 260 541 Q214 548 166 "
    "541 C158 540 154 536 154 528 "
    "C160 360 174 180 185 72 C186 66 188 62 196 62Z"
)
_STITCH = "#d9a663"


def _stitch(d: str) -> str:
    return line(d, _STITCH, 2.6, 'stroke-dasharray="7 4"')


def jeans(c: str) -> str:
    inner = oval(222, 260, 34, 130, light(c, 0.55), blur(16, 0.5))
    inner += oval(380, 260, 34, 130, light(c, 0.55), blur(16, 0.45))
    inner += oval(206, 440, 26, 90, light(c, 0.4), blur(16, 0.35))
    inner += oval(396, 440, 26, 90, light(c, 0.4), blur(16, 0.35))
    inner += rect(140, 60, 34, 500, 10, _shade(c), blur(16, 0.4))
    inner += rect(420, 60, 34, 500, 10, _shade(c), blur(16, 0.45))
    inner += line("M300 250 C290 330 276 430 272 540", _shade(c), 26, blur(8, 0.4))
    inner += line("M300 250 C310 330 324 430 328 540", _shade(c), 18, blur(8, 0.25))
    out = shadow(300, 552, 170, 14) + shape("M198 64 Q300 46 402 64 Q300 88 198 64Z", dark(c, 0.55))
    out += cloth(_JEANS, "url(#body)", inner)
    out += shape("M192 62 Q300 86 408 62 L416 74 L418 98 Q300 120 182 98 L184 74Z", dark(c, 0.14))
    out += _stitch("M184 95 Q300 117 416 95") + _stitch("M190 70 Q300 92 410 70")
    out += "".join(rect(x, y, 12, 36, 3, dark(c, 0.26)) for x, y in ((212, 68), (262, 76), (330, 76), (378, 68)))
    out += disc(300, 97, 9, "#b9852f") + disc(299, 96, 7, "#f1d08a") + _stitch("M308 112 V214 Q308 232 296 244")
    out += line("M301 112 V250", dark(c, 0.4), 2)
    out += line("M196 108 C198 148 220 168 252 170", dark(c, 0.45), 5)
    out += line("M404 108 C402 148 380 168 348 170", dark(c, 0.45), 5)
    out += _stitch("M188 114 C192 158 218 178 252 178") + _stitch("M412 114 C408 158 382 178 348 178")
    return out + _stitch("M157 526 Q214 534 268 526") + _stitch("M332 526 Q386 534 443 526")


def jeans_2(c: str) -> str:
    """The back pocket from near."""
    weave = "".join(line(f"M{x} -20 L{x - 340} 620", _glow(c), 1.2, faint(0.09)) for x in range(0, 980, 9))
    out = rect(0, 0, 600, 600, 0, "url(#body)") + weave + oval(250, 330, 190, 170, light(c, 0.5), blur(30, 0.4))
    out += rect(0, 0, 600, 92, 0, dark(c, 0.16)) + rect(0, 90, 600, 8, 0, _shade(c), blur(3, 0.5))
    out += _stitch("M0 84 H600") + _stitch("M0 14 H600")
    out += rect(78, -10, 44, 124, 4, dark(c, 0.24)) + _stitch("M86 0 V106") + _stitch("M114 0 V106")
    out += line("M0 150 Q300 250 600 150", _shade(c), 6, blur(3, 0.5))
    out += _stitch("M0 160 Q300 260 600 160") + _stitch("M0 170 Q300 270 600 170")
    pocket = "M150 226 Q300 262 450 226 L462 478 L300 568 L138 478Z"
    out += shape(pocket, "#05070c", 'filter="url(#blur8)" opacity=".5" transform="translate(4 8)"')
    out += cloth(pocket, dark(c, 0.06), weave + oval(250, 380, 110, 100, light(c, 0.5), blur(30, 0.5)))
    out += _stitch("M162 238 Q300 272 438 238 L450 472 L300 555 L150 472Z") + _stitch("M164 266 Q300 300 436 266")
    out += line("M168 360 Q240 430 300 400 Q360 430 432 360", _STITCH, 3, 'stroke-dasharray="8 4"')
    out += line("M168 372 Q240 442 300 412 Q360 442 432 372", _STITCH, 3, 'stroke-dasharray="8 4"')
    out += "".join(disc(x, 246, 7, "#a9752a") + disc(x - 1, 245, 4.5, "#f1cf8a") for x in (164, 436))
    out += rect(330, 22, 190, 84, 5, "#9a6636") + rect(330, 22, 190, 84, 5, "#ffffff", faint(0.08))
    return out + rect(340, 32, 170, 64, 3, "none", 'stroke="#6d4520" stroke-width="2.4" stroke-dasharray="6 4"')


_DRESS = (
    "M226 92 C214 120 206 150 176 190 C172 196 174 200 180 204 L222 230 C228 234 232 232 236 226 "
    "C240 250 238 268 232 286 C196 356 150 448 120 530 C118 538 122 542 130 544 C240 572 360 572 470 "
    "544 C478 542 482 538 480 530 "
    "C450 448 404 356 368 286 C362 268 360 250 364 226 C368 232 372 234 378 230 L420 204 C426 200 "
    "428 196 424 190 "
    "C394 150 386 120 374 92 C364 84 352 80 342 80 C330 150 270 150 258 80 C248 80 236 84 226 92Z"
)


def _skirt(c: str) -> str:
    out = ""
    for k in (-4, -3, -2, -1, 0, 1, 2, 3, 4):
        d = f"M{300 + k * 13} 292 Q{300 + k * 26} 400 {300 + k * 43} 566"
        out += line(d, _shade(c), 14, blur(8, 0.3)) + group(line(d, _glow(c), 9, blur(8, 0.55)), "translate(-16 0)")
    return out


def dress(c: str) -> str:
    inner = _skirt(c) + oval(276, 190, 30, 50, _glow(c), blur(16, 0.5))
    inner += rect(348, 90, 34, 190, 10, _shade(c), blur(16, 0.3))
    inner += line("M236 226 C232 190 226 160 218 130", _shade(c), 6, blur(3, 0.4))
    inner += line("M364 226 C368 190 374 160 382 130", _shade(c), 6, blur(3, 0.45))
    hanger = line("M300 66 V48 C300 34 322 34 320 20 C318 8 298 8 294 20", "#a7afb9", 5)
    hanger += line("M232 98 Q296 66 300 66 Q304 66 368 98", "#b98a59", 11)
    out = shadow(300, 566, 200, 12) + hanger
    out += shape("M256 84 C270 70 330 70 344 84 C330 150 270 150 256 84Z", dark(c, 0.4))
    out += line("M256 86 Q300 64 344 86", "#b98a59", 9)
    out += cloth(_DRESS, "url(#body)", inner) + line("M258 80 C270 150 330 150 342 80", light(c, 0.3), 5)
    out += shape("M233 276 Q300 292 367 276 L372 302 Q300 320 228 302Z", dark(c, 0.22))
    out += shape("M233 276 Q300 292 367 276 L368 283 Q300 299 232 283Z", light(c, 0.3), faint(0.5))
    out += shape("M318 296 C330 340 322 380 312 418 L334 410 L350 422 C352 380 346 330 334 294Z", dark(c, 0.26))
    out += oval(326, 296, 15, 12, dark(c, 0.12))
    return out + hem("M126 522 C240 552 360 552 474 522", c) + hem("M182 194 L228 222", c) + hem("M418 194 L372 222", c)


def dress_2(c: str) -> str:
    """The bodice and the bow from near, with a row of small flowers of light."""
    body = (
        "M120 -30 C130 120 150 220 160 300 C120 420 60 540 20 640 H580 C540 540 480 420 440 300 C450 220 "
        "470 120 480 -30Z"
    )
    inner = ""
    for k in (-4, -3, -2, -1, 0, 1, 2, 3, 4):
        d = f"M{300 + k * 30} 330 Q{300 + k * 48} 470 {300 + k * 74} 640"
        inner += line(d, _shade(c), 24, blur(16, 0.34)) + group(line(d, _glow(c), 16, blur(8, 0.4)), "translate(-30 0)")
    inner += folds(c, "M168 290 C190 230 186 160 180 60", "M432 290 C410 230 414 160 420 60")
    inner += oval(250, 140, 70, 100, _glow(c), blur(30, 0.5))
    inner += line("M300 -20 V296", _shade(c), 3, faint(0.4))
    inner += "".join(
        disc(300, 20 + n * 56, 10, light(c, 0.5))
        + disc(300, 20 + n * 56, 10, "none", f'stroke="{dark(c, 0.3)}" stroke-width="2"')
        for n in range(5)
    )
    out = shape(body, _shade(c), blur(16, 0.3)) + cloth(body, "url(#body)", inner)
    out += shape("M158 284 Q300 312 442 284 L446 338 Q300 368 154 338Z", "url(#deep)")
    out += shape("M158 284 Q300 312 442 284 L443 296 Q300 324 157 296Z", light(c, 0.4), faint(0.4))
    bow = shape("M300 326 C250 262 176 262 168 312 C164 352 236 366 300 326Z", "url(#body)")
    bow += line("M296 326 C262 316 226 308 196 314", _shade(c), 8, blur(3, 0.5))
    tails = shape("M292 336 C270 400 250 450 214 512 L256 500 L276 528 C300 460 306 400 310 340Z", "url(#deep)")
    tails += shape("M308 336 C330 400 350 440 376 492 L338 490 L316 516 C302 450 298 400 296 340Z", "url(#body)")
    out += tails + bow + group(bow, "translate(600 0) scale(-1 1)") + rect(276, 300, 48, 54, 18, "url(#edge)")
    return out + rect(276, 300, 48, 54, 18, "none", f'stroke="{dark(c, 0.3)}" stroke-opacity=".5"')
