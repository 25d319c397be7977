"""Which function draws which subject: one pair (main view, second view) a subject."""

from app.goods.drawing import appliances, audio, beauty, clothing, computers, food, kitchen, phones, shoes
from app.goods.drawing.generic import CATEGORY_DRAWINGS
from app.goods.drawing.kit import Drawing, svg
from app.goods.drawing.names import split_stem

DRAWINGS: dict[str, tuple[Drawing, Drawing]] = {
    **CATEGORY_DRAWINGS,
    "phone": (phones.phone, phones.phone_2),
    "tablet": (phones.tablet, phones.tablet_2),
    "watch": (phones.watch, phones.watch_2),
    "band": (phones.band, phones.band_2),
    "headphone": (audio.headphone, audio.headphone_2),
    "earbuds": (audio.earbuds, audio.earbuds_2),
    "camera": (audio.camera, audio.camera_2),
    "laptop": (computers.laptop, computers.laptop_2),
    "gamelaptop": (computers.gamelaptop, computers.gamelaptop_2),
    "tv": (computers.tv, computers.tv_2),
    "monitor": (computers.monitor, computers.monitor_2),
    "fridge": (appliances.fridge, appliances.fridge_2),
    "fridgesmall": (appliances.fridgesmall, appliances.fridgesmall_2),
    "washer": (appliances.washer, appliances.washer_2),
    "aircon": (appliances.aircon, appliances.aircon_2),
    "ricecooker": (kitchen.ricecooker, kitchen.ricecooker_2),
    "airfryer": (kitchen.airfryer, kitchen.airfryer_2),
    "kettle": (kitchen.kettle, kitchen.kettle_2),
    "bottle": (kitchen.bottle, kitchen.bottle_2),
    "tshirt": (clothing.tshirt, clothing.tshirt_2),
    "jeans": (clothing.jeans, clothing.jeans_2),
    "dress": (clothing.dress, clothing.dress_2),
    "shoe": (shoes.shoe, shoes.shoe_2),
    "backpack": (shoes.backpack, shoes.backpack_2),
    "suitcase": (shoes.suitcase, shoes.suitcase_2),
    "lipstick": (beauty.lipstick, beauty.lipstick_2),
    "jar": (beauty.jar, beauty.jar_2),
    "book": (beauty.book, beauty.book_2),
    "milk": (food.milk, food.milk_2),
    "rice": (food.rice, food.rice_2),
    "snackbag": (food.snackbag, food.snackbag_2),
}


def picture_svg(stem: str, view: int, *, ground: bool = True, size: int = 600) -> str:
    """The SVG of a stem's view (1 or 2); KeyError for a subject nobody draws."""
    subject, colour = split_stem(stem)
    return svg(colour, DRAWINGS[subject][view - 1](colour), view, ground=ground, size=size)
