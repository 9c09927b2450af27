"""Stores screenshots as small files with the original colours."""

from collections import Counter
from functools import partial
from io import BytesIO
from itertools import batched
from math import dist
from pathlib import Path
from typing import Final

from PIL import Image

IMAGES: Final = Path(__file__).parents[2] / "docs" / "images"
HALF: Final = 128


def save(shot: bytes, name: str, *, is_reduced: bool) -> None:
    """Store a picture, with 256 colours if that is not visible: shadows of dialogs need more."""
    IMAGES.mkdir(exist_ok=True)
    picture = Image.open(BytesIO(shot)).convert("RGB")
    (reduced(picture) if is_reduced else picture).save(IMAGES / f"{name}.png", optimize=True)


def reduced(picture: Image.Image) -> Image.Image:
    """Keep the 128 most frequent colours, and choose 128 for the edges of letters."""
    pixels = [*batched(picture.tobytes(), 3, strict=True)]
    colours = [colour for colour, _ in Counter(pixels).most_common()]
    chosen = picture.quantize(HALF, method=Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = [*colours[:HALF], *batched(chosen, 3, strict=True)]
    places = {colour: palette.index(min(palette, key=partial(dist, colour))) for colour in colours}
    few = Image.frombytes("P", picture.size, bytes(places[pixel] for pixel in pixels))
    few.putpalette([part for colour in palette for part in colour])
    return few
