"""SVG vocabulary: shapes, colours, gradients, soft shading on a 600 x 600 canvas, light from the upper left."""

import colorsys
import zlib
from collections.abc import Callable

from app.goods.drawing.soften import tighten

SIZE = 600
Drawing = Callable[[str], str]


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(a: str, b: str, share: float) -> str:
    """The colour `share` of the way from a to b."""
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in zip(_rgb(a), _rgb(b), strict=True))


def light(colour: str, share: float = 0.25) -> str:
    return mix(colour, "#ffffff", share)


def dark(colour: str, share: float = 0.25) -> str:
    """Darker towards a cool black, so that whites get clean grey shades."""
    return mix(colour, "#0b1020", share)


def brightness(colour: str) -> float:
    """0 (black) to 1 (white), as the eye sees it."""
    r, g, b = _rgb(colour)
    return (0.299 * r + 0.587 * g + 0.114 * b) / 255


def hls(colour: str) -> tuple[float, float, float]:
    r, g, b = _rgb(colour)
    return colorsys.rgb_to_hls(r / 255, g / 255, b / 255)


def from_hls(hue: float, lightness: float, saturation: float) -> str:
    r, g, b = colorsys.hls_to_rgb(hue % 1, lightness, saturation)
    return f"#{round(r * 255):02x}{round(g * 255):02x}{round(b * 255):02x}"


def lively(colour: str, fallback: float = 0.61) -> tuple[float, float]:
    """(hue, saturation) for scenery around a thing of that colour; greys borrow the fallback hue."""
    hue, _, saturation = hls(colour)
    r, g, b = _rgb(colour)
    return (hue, max(0.35, min(saturation, 0.7))) if max(r, g, b) - min(r, g, b) > 24 else (fallback, 0.45)


def tint(colour: str, lightness: float = 0.94) -> str:
    """The pale ground colour behind a thing of that colour."""
    hue, _, saturation = hls(colour)
    r, g, b = _rgb(colour)
    if max(r, g, b) - min(r, g, b) < 16:
        return from_hls(0.6, lightness, 0.22)
    return from_hls(hue, lightness, min(saturation, 0.42))


def lin(name: str, *stops: str, x2: float = 0, y2: float = 1) -> str:
    """A linear gradient; stops are evenly spaced, each `#rrggbb` or `#rrggbb/opacity`."""
    return f'<linearGradient id="{name}" x1="0" y1="0" x2="{x2}" y2="{y2}">{_stops(stops)}</linearGradient>'


def rad(name: str, *stops: str, cx: float = 0.5, cy: float = 0.5, r: float = 0.5) -> str:
    return f'<radialGradient id="{name}" cx="{cx}" cy="{cy}" r="{r}">{_stops(stops)}</radialGradient>'


def _stops(stops: tuple[str, ...]) -> str:
    out = []
    for place, stop in enumerate(stops):
        colour, _, opacity = stop.partition("/")
        alpha = f' stop-opacity="{opacity}"' if opacity else ""
        out.append(f'<stop offset="{place / (len(stops) - 1):.3f}" stop-color="{colour}"{alpha}/>')
    return "".join(out)


def rect(x: float, y: float, w: float, h: float, r: float, fill: str, more: str = "") -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="{r:g}" fill="{fill}" {more}/>'


def disc(x: float, y: float, r: float, fill: str, more: str = "") -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" fill="{fill}" {more}/>'


def oval(x: float, y: float, rx: float, ry: float, fill: str, more: str = "") -> str:
    return f'<ellipse cx="{x:g}" cy="{y:g}" rx="{rx:g}" ry="{ry:g}" fill="{fill}" {more}/>'


def shape(d: str, fill: str, more: str = "") -> str:
    return f'<path d="{d}" fill="{fill}" {more}/>'


def line(d: str, colour: str, width: float, more: str = "") -> str:
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width:g}" '
        f'stroke-linecap="round" stroke-linejoin="round" {more}/>'
    )


def group(inner: str, transform: str = "", more: str = "") -> str:
    return f'<g transform="{transform}" {more}>{inner}</g>'


def faint(opacity: float) -> str:
    return f'opacity="{opacity:g}"'


def blur(level: int, opacity: float = 1.0) -> str:
    """Attributes that soften a shape by that many units; `tighten` gives it its filter."""
    return f'filter="url(#blur{level})" opacity="{opacity:g}"'


def within(outline: str, inner: str) -> str:
    """Inner shapes cut to an outline: shading that never spills over the edge."""
    name = f"c{zlib.crc32((outline + inner).encode()):x}"
    return f'<clipPath id="{name}"><path d="{outline}"/></clipPath><g clip-path="url(#{name})">{inner}</g>'


def cloth(outline: str, fill: str, inner: str) -> str:
    """A filled outline with shading inside it."""
    return shape(outline, fill) + within(outline, inner)


def box(x: float, y: float, w: float, h: float, r: float) -> str:
    """The outline of a rounded rectangle, for `within`."""
    return (
        f"M{x + r:g} {y:g} h{w - 2 * r:g} a{r:g} {r:g} 0 0 1 {r:g} {r:g} v{h - 2 * r:g} a{r:g} {r:g} 0 0 "
        f"1 -{r:g} {r:g} "
        f"h-{w - 2 * r:g} a{r:g} {r:g} 0 0 1 -{r:g} -{r:g} v-{h - 2 * r:g} a{r:g} {r:g} 0 0 1 {r:g} -{r:g}Z"
    )


def shadow(x: float, y: float, rx: float, ry: float = 20) -> str:
    """A wide soft shadow with a tighter one where the thing touches the floor."""
    out = oval(x + 8, y + 4, rx * 1.12, ry * 1.25, "url(#shade)", faint(0.6))
    return out + oval(x, y, rx * 0.9, ry * 0.55, "url(#shade)")


def steam(x: float, y: float) -> str:
    """Three wisps rising from (x, y)."""
    wisp = "q-14 -22 0 -44 t0 -44"
    return "".join(
        line(f"M{x + dx} {y + dy} {wisp}", "#ffffff", 9, blur(3, 0.85)) for dx, dy in ((-34, 6), (0, -8), (34, 6))
    )


def leaf(x: float, y: float, size: float, turn: float, fill: str) -> str:
    d = "M0 0 C 10 -40 60 -50 100 -20 C 74 16 28 24 0 0Z"
    inner = shape(d, fill) + line("M4 -2 Q 50 -22 92 -20", "#ffffff", 2.4, faint(0.35))
    return group(inner, f"translate({x:g} {y:g}) rotate({turn:g}) scale({size / 100:g})")


def palette(colour: str) -> str:
    """The gradients every drawing may use by name."""
    c = colour
    deep = 0.18 + 0.16 * brightness(c)
    return "".join(
        (
            lin("body", light(c, 0.26), c, dark(c, deep), x2=0.7, y2=1),
            lin("edge", light(c, 0.55), dark(c, 0.22), light(c, 0.2), x2=1, y2=1),
            lin("tube", dark(c, 0.3), light(c, 0.3), c, dark(c, 0.12), dark(c, 0.38), x2=1, y2=0),
            lin("deep", dark(c, 0.22), dark(c, 0.46)),
            lin("pale", light(c, 0.5), light(c, 0.12)),
            lin("steel", "#f7f9fb", "#c3c9d1", "#eef1f4", "#a7afb9", x2=1, y2=1),
            lin("steeltube", "#8d96a1", "#f4f6f8", "#c2c9d1", "#9aa3ae", "#6f7883", x2=1, y2=0),
            lin("black", "#474c54", "#24272d", "#121419", x2=0.6, y2=1),
            lin("blacktube", "#15171b", "#555b64", "#2b2f36", "#1a1c21", "#0c0d10", x2=1, y2=0),
            lin("goldtube", "#8f6a2c", "#f7e2ac", "#d6ae62", "#b58a42", "#7d5a24", x2=1, y2=0),
            lin("wood", "#d9b384", "#b98a59", x2=0.2, y2=1),
            lin("white", "#ffffff", "#eef1f5", "#d6dbe3", x2=0.6, y2=1),
            lin("sheen", "#ffffff/0.55", "#ffffff/0", x2=1, y2=0),
            lin("glare", "#ffffff/0.32", "#ffffff/0.04", x2=0.6, y2=1),
            rad("shade", "#1a2238/0.42", "#1a2238/0.2", "#1a2238/0"),
            rad("lens", "#7b8fd0", "#2b3560", "#0d1122", "#05060a", cx=0.4, cy=0.36, r=0.7),
            rad("ball", light(c, 0.6), light(c, 0.1), dark(c, 0.3), cx=0.36, cy=0.32, r=0.75),
        )
    )


def screen(name: str, colour: str, shift: float = 0.0) -> str:
    """Three gradients `<name>`, `<name>a`, `<name>b` of a wallpaper that suits the colour."""
    hue, _ = lively(colour)
    hue += shift
    warm = 0.03 + ((hue - 0.61 + 0.5) % 1 - 0.5) * 0.2
    out = lin(
        name, from_hls(hue + 0.04, 0.2, 0.55), from_hls(hue + 0.02, 0.42, 0.55), from_hls(hue - 0.06, 0.7, 0.7), x2=0.5
    )
    out += lin(f"{name}a", from_hls(warm + 0.02, 0.74, 0.85), from_hls(warm + 0.05, 0.62, 0.7), x2=1)
    return out + lin(f"{name}b", from_hls(warm - 0.04, 0.62, 0.7), from_hls(warm - 0.1, 0.44, 0.5), x2=1)


def svg(colour: str, body: str, view: int, *, ground: bool = True, size: int = SIZE) -> str:
    """A whole picture; without ground it is cut out, for use inside a banner."""
    back = ""
    if ground:
        edge = tint(colour, 0.9 if view == 1 else 0.86)
        back = rad("ground", "#ffffff", tint(colour, 0.965), edge, cx=0.44, cy=0.38, r=0.8)
        back += f'<rect width="{SIZE}" height="{SIZE}" fill="url(#ground)"/>'
        if view != 1:
            back += disc(300, 290, 232, tint(colour, 0.985), faint(0.7))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{size}" '
        f'height="{size}">'
        f"<defs>{palette(colour)}</defs>{back}{tighten(body)}</svg>"
    )
