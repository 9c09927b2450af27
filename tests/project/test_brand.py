"""The images that Home Assistant shows for this integration."""

from pathlib import Path

from PIL import Image, ImageStat
import pytest

FOLDER = Path(__file__).parents[2] / "custom_components" / "point" / "brand"
SIZES = {"icon": (256, 256), "icon@2x": (512, 512), "logo": (504, 128), "logo@2x": (1008, 256)}
NAMES = [f"{theme}{name}" for theme in ("", "dark_") for name in SIZES]


def test_all_images_are_there_and_no_others() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.png" for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_images_are_sharp_and_without_background(name: str) -> None:
    with Image.open(FOLDER / f"{name}.png") as image:
        assert image.format == "PNG"
        assert image.size == SIZES[name.removeprefix("dark_")]
        corner = image.getpixel((0, 0))
        assert isinstance(corner, tuple)
        assert corner[-1] == 0
        bounds = image.getbbox()
        assert bounds
        # Nothing is cut off, and little is left empty.
        assert 0 < bounds[1] < image.height // 10
        assert image.height * 9 // 10 < bounds[3] < image.height


@pytest.mark.parametrize("name", SIZES)
def test_dark_images_are_brighter(name: str) -> None:
    def brightness(path: Path) -> float:
        with Image.open(path) as image:
            red, green, blue, opacity = image.split()
            seen = opacity.point(lambda value: 255 if value > 200 else 0)
            return sum(ImageStat.Stat(band, seen).mean[0] for band in (red, green, blue))

    assert brightness(FOLDER / f"dark_{name}.png") > brightness(FOLDER / f"{name}.png") + 100
