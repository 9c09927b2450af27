"""Draws the brand images: a house with a Point in it that listens.

Drawn for this project. They are not Minut's images and do not resemble them.
"""

from dataclasses import dataclass
from pathlib import Path
import subprocess
import sys
from tempfile import TemporaryDirectory

FOLDER = Path(__file__).parents[2] / "custom_components" / "point" / "brand"


@dataclass(frozen=True, kw_only=True)
class Colours:
    """What goes with a light, or with a dark, background."""

    house: str
    sign: str
    text: str


LIGHT = Colours(house="#0b6e78", sign="#ffffff", text="#17343a")
DARK = Colours(house="#5fd0d6", sign="#0c2b30", text="#eaf7f8")


def icon(colours: Colours) -> str:
    """Return the drawing, 256 wide and high."""
    return f"""
<path fill="{colours.house}" d="M118 15a16 16 0 0 1 20 0l98 79a24 24 0 0 1 9 19v111
  a20 20 0 0 1-20 20H31a20 20 0 0 1-20-20V113a24 24 0 0 1 9-19Z"/>
<g fill="none" stroke="{colours.sign}" stroke-width="17" stroke-linecap="round">
  <circle cx="128" cy="150" r="17" fill="{colours.sign}" stroke="none"/>
  <path d="M93 115a49.500 49.500 0 0 0 0 70M163 115a49.500 49.500 0 0 1 0 70"/>
  <path d="M62 84.500a93 93 0 0 0 0 131M194 84.500a93 93 0 0 1 0 131" opacity=".55"/>
</g>"""


def logo(colours: Colours) -> str:
    """Return the drawing with the name, 256 high."""
    return f"""{icon(colours)}
<text x="290" y="172" fill="{colours.text}" font-family="Liberation Sans, Arial, sans-serif"
  font-weight="bold" font-size="128" textLength="700"
  lengthAdjust="spacingAndGlyphs">Minut Point</text>"""


def svg(content: str, width: int) -> str:
    """Return a page with a drawing that fills the window."""
    return f"""<!doctype html><style>html,body{{margin:0;background:transparent}}
svg{{display:block;width:100vw;height:100vh}}</style>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 256">{content}</svg>"""


def draw(chromium: str) -> None:
    """Write all eight images."""
    with TemporaryDirectory() as folder:
        for prefix, colours in (("", LIGHT), ("dark_", DARK)):
            for name, content, width, height in (
                ("icon", icon(colours), 256, 256),
                ("logo", logo(colours), 1008, 128),
            ):
                page = Path(folder) / f"{prefix}{name}.html"
                page.write_text(svg(content, width), encoding="utf-8")
                for suffix, scale in (("", 1), ("@2x", 2)):
                    target = FOLDER / f"{prefix}{name}{suffix}.png"
                    size = f"{width * height * scale // 256},{height * scale}"
                    command = [chromium, "--headless", "--no-sandbox", "--hide-scrollbars"]
                    command += ["--default-background-color=00000000", f"--window-size={size}"]
                    command += [f"--screenshot={target}", page.as_uri()]
                    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    draw(sys.argv[1])
