"""Pictures without content that come with mails: bars with a word, as in signatures."""

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

from harness.generate.pages.typesetting.type import load_font
from harness.generate.payloads import File

SIZE = (220, 64)
COLOURS = ("#1a4d8f", "#a3312c", "#2f7d4f", "#6b4c9a", "#8a6d1d")
WORDS = ("Nordlicht", "Follow us", "Great place", "2024", "Think before you print")


@lru_cache(maxsize=16)
def logo(number: int) -> File:
    """The picture with this number."""
    picture = Image.new("RGB", SIZE, COLOURS[number % len(COLOURS)])
    draw = ImageDraw.Draw(picture)
    draw.text((10, 20), WORDS[number % len(WORDS)], fill="white", font=load_font("NotoSans-Bold", 18))
    out = BytesIO()
    picture.save(out, "PNG")
    return File(content=out.getvalue(), media_type="image/png", filename=f"image{number + 1:03d}.png")
