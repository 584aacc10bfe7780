"""Photos for the demonstration, drawn by the program: the same family, place and moment give the same picture."""

import random
from collections.abc import Callable
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 800, 600
# Drawn large, kept small: a demonstration has a thousand of them.
KEPT = (560, 420)
SKY, WALL, FLOOR, DARK = "#a9d3e0", "#ead9bd", "#b9ab94", "#2e3a40"
GRASS, LEAF, RUST, BRICK = "#7fae5e", "#3f7a3b", "#8a5a35", "#b5573c"
WALLS = ("#ead9bd", "#f0e2d0", "#dfe6e0", "#f2d9c4", "#e3dccb", "#d9e3e6")
BAND = "IMAGE DE DÉMONSTRATION"

Pen = ImageDraw.ImageDraw


def draw(family: str, seed: int, *, after: bool) -> bytes:
    """One picture as JPEG, 560 x 420 pixels: the place as it was found, or (`after`) put right.

    Raises ValueError for the tranquillity family, which takes no photo, and for one that has no scene.
    """
    if family not in SCENES:
        raise ValueError(f"Aucune image pour la famille « {family} ».")
    chance = random.Random(f"{family}:{seed}")
    image = Image.new("RGB", (WIDTH, HEIGHT), chance.choice(WALLS))
    SCENES[family](ImageDraw.Draw(image), chance, after)
    if family == "lighting" and not after:
        image = Image.eval(image, lambda value: value // 5)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, HEIGHT - 30, WIDTH, HEIGHT), fill=DARK)
    label = f"{BAND} · {'APRÈS' if after else 'AVANT'}"
    pen.text((WIDTH // 2, HEIGHT - 15), label, fill="white", anchor="mm", font=ImageFont.load_default(15))
    out = BytesIO()
    image.resize(KEPT).save(out, "JPEG", quality=82)
    return out.getvalue()


def _outside(pen: Pen, chance: random.Random) -> None:
    """A building under the sky, its ground in front."""
    pen.rectangle((0, 0, WIDTH, 320), fill=SKY)
    left = chance.randint(40, 160)
    pen.rectangle((left, 60, left + 480, 330), fill=chance.choice(WALLS), outline=DARK, width=2)
    for row in range(3):
        for column in range(6):
            x, y = left + 30 + column * 75, 85 + row * 78
            pen.rectangle((x, y, x + 40, y + 48), fill="#5f8794", outline=DARK)
    pen.rectangle((0, 330, WIDTH, HEIGHT), fill=FLOOR)


def _inside(pen: Pen) -> None:
    pen.rectangle((0, 430, WIDTH, HEIGHT), fill=FLOOR)
    pen.line((0, 430, WIDTH, 430), fill=DARK, width=3)


def _lift(pen: Pen, chance: random.Random, after: bool) -> None:
    _inside(pen)
    x = chance.randint(230, 300)
    pen.rectangle((x, 110, x + 260, 430), fill="#9aa7ad", outline=DARK, width=5)
    pen.line((x + 130, 112, x + 130, 428), fill=DARK, width=3)
    pen.rectangle((x + 300, 230, x + 340, 310), fill="#c8cfd2", outline=DARK, width=2)
    pen.ellipse((x + 312, 245, x + 328, 261), fill="#39a35a" if after else "#5a5a5a")
    pen.rectangle((x + 70, 60, x + 190, 98), fill=DARK)
    pen.text((x + 130, 79), "2" if after else "--", fill="#f6c04d", anchor="mm", font=ImageFont.load_default(24))
    if not after:
        pen.rectangle((x + 35, 220, x + 225, 290), fill="#fff7d6", outline="#a32a1c", width=4)
        pen.text((x + 130, 255), "HORS SERVICE", fill="#a32a1c", anchor="mm", font=ImageFont.load_default(22))


def _stairwell(pen: Pen, chance: random.Random, after: bool) -> None:
    pen.rectangle((0, 0, WIDTH, HEIGHT), fill="#e9dfc9")
    for step in range(8):
        pen.rectangle((120 + step * 60, 470 - step * 45, WIDTH, 515 - step * 45), fill="#c4b69e", outline=DARK, width=2)
    x = chance.randint(150, 250)
    pen.ellipse((x, 60, x + 90, 110), fill="#fff6c9" if after else "#8b8b80", outline=DARK, width=3)
    if after:
        pen.polygon([(x + 10, 108), (x + 80, 108), (x + 260, 470), (x - 140, 470)], fill="#fbf3d3")


def _bulky(pen: Pen, chance: random.Random, after: bool) -> None:
    _outside(pen, chance)
    if after:
        return
    x = chance.randint(120, 320)
    pen.rectangle((x, 370, x + 230, 420), fill="#d7dde0", outline=DARK, width=3)
    pen.rectangle((x + 250, 330, x + 330, 480), fill="#f3f3f0", outline=DARK, width=3)
    pen.line((x + 250, 390, x + 330, 390), fill=DARK, width=2)
    pen.rectangle((x + 40, 430, x + 180, 500), fill=RUST, outline=DARK, width=3)
    for _ in range(6):
        bag = x + chance.randint(-90, 380)
        pen.ellipse((bag, 470, bag + 70, 530), fill="#333b3f")


def _dirty(pen: Pen, chance: random.Random, after: bool) -> None:
    _inside(pen)
    for bin_number in range(3):
        x = 150 + bin_number * 170
        pen.rectangle((x, 250, x + 120, 430), fill="#3f7a5a", outline=DARK, width=4)
        pen.rectangle((x - 8, 230, x + 128, 254), fill="#2f5e45", outline=DARK, width=3)
        if not after:
            pen.ellipse((x + 15, 190, x + 105, 262), fill="#40484c")
    if not after:
        for _ in range(16):
            x, y = chance.randint(60, 720), chance.randint(440, 540)
            pen.rectangle((x, y, x + 30, y + 14), fill=chance.choice(("#d8d2c4", "#a33", "#4b7", "#555")))


def _door(pen: Pen, chance: random.Random, after: bool) -> None:
    _inside(pen)
    x = chance.randint(230, 300)
    pen.rectangle((x, 80, x + 220, 430), fill="#34505a", outline=DARK, width=4)
    if after:
        pen.rectangle((x + 12, 92, x + 208, 425), fill="#8db7c2", outline=DARK, width=3)
    else:
        pen.polygon([(x + 12, 92), (x + 120, 130), (x + 120, 470), (x + 12, 425)], fill="#8db7c2", outline=DARK)
        pen.line((x + 40, 170, x + 95, 300, x + 50, 360), fill="white", width=3)
    pen.rectangle((x + 260, 220, x + 310, 320), fill="#c8cfd2", outline=DARK, width=3)


def _water(pen: Pen, chance: random.Random, after: bool) -> None:
    _inside(pen)
    pen.rectangle((90, 0, 130, 430), fill="#8f9aa0", outline=DARK, width=2)
    if not after:
        y = chance.randint(120, 220)
        pen.polygon([(130, y), (150, y), (190, 450), (110, 450)], fill="#6fb3cf")
        pen.ellipse((60, 440, 620, 540), fill="#6fb3cf")
        pen.ellipse((240, 20, 520, 110), fill="#c2b28f")


def _green(pen: Pen, chance: random.Random, after: bool) -> None:
    _outside(pen, chance)
    pen.rectangle((0, 400, WIDTH, HEIGHT), fill=GRASS)
    if not after:
        for _ in range(240):
            x, tall = chance.randint(0, WIDTH), chance.randint(60, 170)
            pen.line((x, 560, x + chance.randint(-20, 20), 560 - tall), fill=LEAF, width=4)


def _tag(pen: Pen, chance: random.Random, after: bool) -> None:
    _inside(pen)
    if not after:
        points = [(140 + step * 60, chance.randint(140, 330)) for step in range(9)]
        pen.line(points, fill=chance.choice(("#7a2f8f", "#b3312a", "#1f5fae")), width=16, joint="curve")
        pen.line([(x + 12, y + 30) for x, y in points], fill=DARK, width=5)


def _pests(pen: Pen, chance: random.Random, after: bool) -> None:
    _outside(pen, chance)
    pen.rectangle((0, 400, WIDTH, HEIGHT), fill=GRASS)
    if not after:
        for _ in range(3):
            x, y = chance.randint(150, 600), chance.randint(440, 520)
            pen.ellipse((x - 60, y - 12, x + 60, y + 26), fill=RUST)
            pen.ellipse((x - 28, y - 10, x + 28, y + 16), fill="#241a12")


def _road(pen: Pen, chance: random.Random, after: bool) -> None:
    _outside(pen, chance)
    pen.polygon([(200, 330), (600, 330), (WIDTH, HEIGHT), (0, HEIGHT)], fill="#6b7073")
    for y in (350, 410, 490):
        pen.rectangle((392, y, 408, y + 36), fill="white")
    if not after:
        x = chance.randint(220, 420)
        pen.ellipse((x, 430, x + 190, 510), fill="#34383a", outline="#8b8f91", width=6)


def _wreck(pen: Pen, chance: random.Random, after: bool) -> None:
    _outside(pen, chance)
    pen.rectangle((0, 400, WIDTH, HEIGHT), fill="#7d8285")
    if not after:
        x = chance.randint(150, 280)
        pen.rectangle((x, 430, x + 340, 510), fill=BRICK, outline=DARK, width=4)
        pen.polygon([(x + 60, 430), (x + 110, 365), (x + 240, 365), (x + 290, 430)], fill="#9a4b34", outline=DARK)
        pen.line((x + 120, 375, x + 200, 425, x + 150, 430), fill="white", width=3)
        for wheel in (x + 40, x + 240):
            pen.ellipse((wheel, 490, wheel + 70, 535), fill=DARK)


SCENES: dict[str, Callable[[Pen, random.Random, bool], None]] = {
    "building-cleaning": _dirty,
    "waste-bulky": _bulky,
    "abandoned-vehicles": _wreck,
    "lighting": _stairwell,
    "lifts": _lift,
    "building-fabric": _door,
    "water-drains": _water,
    "green-play": _green,
    "tags": _tag,
    "pests-health": _pests,
    "roads-parking": _road,
}
