"""File names of the demo pictures: the one rule that the drawing command and the demo loader share."""

import re

WIDTHS = (160, 320, 640, 960)
VIEWS = (1, 2)

#: Kinds with a drawing of their own, and the colour they have when the goods name none.
OWN_KINDS: dict[str, str] = {
    "phone": "#22262b",
    "laptop": "#c9ccd1",
    "gamelaptop": "#34383f",
    "tablet": "#c9ccd1",
    "tv": "#22262b",
    "monitor": "#22262b",
    "headphone": "#22262b",
    "earbuds": "#f4f4f2",
    "watch": "#22262b",
    "band": "#22262b",
    "camera": "#33363a",
    "fridge": "#c9ccd1",
    "fridgesmall": "#f4f4f2",
    "washer": "#d7dade",
    "aircon": "#f4f4f2",
    "tshirt": "#f4f4f2",
    "jeans": "#2c3f63",
    "dress": "#eeb6c0",
    "shoe": "#c8372d",
    "backpack": "#3f6fb5",
    "suitcase": "#c9ccd1",
    "lipstick": "#c31f2e",
    "jar": "#eec7c0",
    "milk": "#3f8fd0",
    "rice": "#5f8f4e",
    "snackbag": "#c8553d",
    "book": "#3f6fb5",
    "ricecooker": "#f4f4f2",
    "airfryer": "#f4f4f2",
    "kettle": "#4f8a68",
    "bottle": "#8fb0d8",
    "phonecase": "#6f9c9c",
    "glass": "#3f6fb5",
    "charger": "#f4f4f2",
    "powerbank": "#f4f4f2",
    "cable": "#e9ecf0",
    "speaker": "#22262b",
    "featurephone": "#22262b",
    "actioncam": "#2d3138",
    "mouse": "#22262b",
    "keyboard": "#22262b",
    "harddisk": "#22262b",
    "usb": "#3f6fb5",
    "desktop": "#2d3138",
    "router": "#f4f4f2",
    "printer": "#f4f4f2",
    "pillow": "#f4f4f2",
    "bedding": "#7d828a",
    "towel": "#3f6fb5",
    "lamp": "#f4f4f2",
    "chair": "#22262b",
    "pan": "#c8372d",
    "knife": "#7d828a",
    "pen": "#22262b",
    "notebook": "#4f8a68",
    "microwave": "#22262b",
    "vacuum": "#8b8a93",
    "robot": "#f4f4f2",
    "fan": "#f4f4f2",
    "purifier": "#f4f4f2",
    "dryer": "#8f7cb8",
    "shaver": "#3f6fb5",
    "toothbrush": "#3f6fb5",
    "bookshelf": "#c3a67c",
    "jacket": "#5a6146",
    "hoodie": "#3f6fb5",
    "sweater": "#c98a86",
    "handbag": "#c3a67c",
    "tube": "#7fb8d8",
    "toothpaste": "#3f8fd0",
    "shampoo": "#8f7cb8",
    "maskpack": "#e3a3ad",
    "tea": "#4f8a4a",
    "oil": "#d8902a",
    "liquor": "#a8292a",
    "beer": "#2f7d4f",
    "apple": "#d0362f",
    "orange": "#f08a24",
    "bear": "#b98252",
    "blocks": "#e8833a",
    "diaper": "#6fb8d8",
    "milkpowder": "#3f6fb5",
    "yogamat": "#8f7cb8",
    "dumbbell": "#c8372d",
    "bike": "#c8372d",
    "tent": "#4f8a68",
}

#: Level-1 categories: the colour of their common drawing when the goods name none.
CATEGORY_COLOURS: dict[int, str] = {
    1: "#3f6fb5",
    20: "#5b7f9f",
    38: "#6f9c9c",
    58: "#c3a67c",
    71: "#8f7cb8",
    81: "#b98a5e",
    90: "#e3a3ad",
    99: "#e0a24a",
    117: "#f1b75b",
    124: "#4f8a68",
    130: "#7d6bb0",
}

_COLOUR = re.compile(r"#[0-9a-f]{6}")


def picture_stem(kind: str, colour_hex: str, category1_id: int) -> str:
    """Stem of both views' files: `phone-22262b`, `cat58-c3a67c`; ValueError for an unknown category or colour."""
    if kind in OWN_KINDS:
        subject, default = kind, OWN_KINDS[kind]
    elif category1_id in CATEGORY_COLOURS:
        subject, default = f"cat{category1_id}", CATEGORY_COLOURS[category1_id]
    else:
        raise ValueError(f"no drawing for kind {kind!r} in category {category1_id}")
    colour = colour_hex.strip().lower() or default
    if not _COLOUR.fullmatch(colour):
        raise ValueError(f"not a colour: {colour_hex!r}")
    return f"{subject}-{colour[1:]}"


def picture_file(stem: str, view: int, width: int) -> str:
    """File name of one view in one width."""
    return f"{stem}-{view}-{width}.webp"


def split_stem(stem: str) -> tuple[str, str]:
    """(subject, colour) of a stem: the inverse that the drawing command works from."""
    subject, _, colour = stem.rpartition("-")
    return subject, f"#{colour}"
