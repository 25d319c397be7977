"""Draw the picture for a text: bent and noisy, but dark on light, so that people can read it."""

import secrets

from captcha.image import ColorTuple, ImageCaptcha
from PIL.Image import Image

INKS = ((24, 64, 120), (110, 34, 56), (20, 84, 66), (84, 44, 118), (104, 62, 12))
PAPER = (246, 248, 251)
WIDTH, HEIGHT = 160, 60


class _Picture(ImageCaptcha):
    """The library fades ink by its lightness: its table would make dark ink almost invisible."""

    lookup_table = [min(255, step * 6) for step in range(256)]
    character_rotate = (-18, 18)
    character_warp_dx = (0.05, 0.2)
    character_warp_dy = (0.05, 0.2)
    word_space_probability = 0
    word_offset_dx = 0.12

    @staticmethod
    def create_noise_dots(image: Image, color: ColorTuple, width: int = 2, number: int = 16) -> Image:
        """Fewer and finer than the library's, which look like strokes of letters."""
        return ImageCaptcha.create_noise_dots(image, color, width, number)


def draw(text: str) -> bytes:
    """A PNG of 160 × 60 pixels."""
    return (
        _Picture(WIDTH, HEIGHT, font_sizes=(44, 48, 52))
        .generate(text, format="png", bg_color=PAPER, fg_color=(*secrets.choice(INKS), 255))
        .getvalue()
    )
