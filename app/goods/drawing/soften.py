"""Give every blurred shape a filter as large as it needs: blurring the whole canvas is ten times slower."""

import re
from collections.abc import Iterator

_BLURRED = re.compile(r'<(?P<tag>\w+) (?P<head>[^>]*?)filter="url\(#blur(?P<level>\d+)\)"(?P<tail>[^>]*)/>')
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}

Box = tuple[float, float, float, float]


def tighten(svg: str) -> str:
    """The same picture with one small filter for each blurred shape."""
    count = 0

    def own_filter(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        attributes = dict(_ATTRIBUTE.findall(found["head"] + found["tail"]))
        level = int(found["level"])
        margin = 3 * level + float(attributes.get("stroke-width", 0)) / 2 + 2
        x1, y1, x2, y2 = _bounds(found["tag"], attributes)
        return (
            f'<filter id="f{count}" filterUnits="userSpaceOnUse" color-interpolation-filters="sRGB" '
            f'x="{x1 - margin:.0f}" '
            f'y="{y1 - margin:.0f}" width="{x2 - x1 + 2 * margin:.0f}" height="{y2 - y1 + 2 * margin:.0f}">'
            f'<feGaussianBlur stdDeviation="{level}"/></filter>'
            f'<{found["tag"]} {found["head"]}filter="url(#f{count})"{found["tail"]}/>'
        )

    return _BLURRED.sub(own_filter, svg)


def _bounds(tag: str, attributes: dict[str, str]) -> Box:
    """Corners (left, top, right, bottom) that hold the shape, never too small."""
    if tag == "path":
        points = list(_points(attributes["d"]))
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return min(xs), min(ys), max(xs), max(ys)
    number = {name: float(value) for name, value in attributes.items() if re.fullmatch(r"-?[\d.]+", value)}
    if tag == "rect":
        return number["x"], number["y"], number["x"] + number["width"], number["y"] + number["height"]
    rx, ry = number.get("rx", number.get("r", 0.0)), number.get("ry", number.get("r", 0.0))
    return number["cx"] - rx, number["cy"] - ry, number["cx"] + rx, number["cy"] + ry


def _points(d: str) -> Iterator[tuple[float, float]]:
    """Corner and control points of a path; a smooth curve or an arc is given room for its bulge."""
    tokens = _TOKEN.findall(d)
    at, command, x, y = 0, "M", 0.0, 0.0
    while at < len(tokens):
        if tokens[at].isalpha():
            command, at = tokens[at], at + 1
        count = _ARGUMENTS[command.upper()]
        numbers = [float(token) for token in tokens[at : at + count]]
        at += count
        base_x, base_y = (x, y) if command.islower() else (0.0, 0.0)
        match command.upper():
            case "Z":
                continue
            case "H":
                x = base_x + numbers[0]
            case "V":
                y = base_y + numbers[0]
            case "A":
                x, y = base_x + numbers[5], base_y + numbers[6]
                reach = 2 * max(numbers[0], numbers[1])
                yield from ((x - reach, y - reach), (x + reach, y + reach))
            case kind:
                for n in range(0, count, 2):
                    yield base_x + numbers[n], base_y + numbers[n + 1]
                old_x, old_y = x, y
                x, y = base_x + numbers[-2], base_y + numbers[-1]
                if kind in "ST":
                    reach = abs(x - old_x) + abs(y - old_y)
                    yield from ((x - reach, y - reach), (x + reach, y + reach))
        yield x, y
