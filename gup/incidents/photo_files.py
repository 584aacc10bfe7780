"""What a photo must be to be kept, and the two sizes made of it. The bytes decide, never a name or a header."""

import hashlib
import math
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

import pillow_heif
from PIL import Image, ImageDraw

pillow_heif.register_heif_opener()

# A recent phone's photo is 3 to 8 MB; more is a film or a mistake.
MAX_BYTES = 15 * 1024 * 1024
# The 48 and 50 megapixel modes of phones pass (8160 x 6120); decoded it is 150 MB, what a worker can afford.
MAX_PIXELS = 50_000_000
# A phone's panorama is 16,000 pixels long; a ribbon far beyond takes seconds and half a gigabyte to scale.
MAX_SIDE = 20_000
# Progressive JPEG comes in about ten passes. Each costs a walk over all the pixels for forty bytes of file: 15 MB of
# them would hold a process for an hour.
MAX_JPEG_PASSES = 50
# A laptop's screen full; a portrait turns it around. What the field app sends already has this size.
DISPLAY_SIZE = (1600, 1200)
# A list shows it 160 points wide on a screen of double density.
THUMBNAIL_SIDE = 320
QUALITY = 82

ORIENTATION_TAG = 0x0112
# EXIF 2.3, 4.6.4.A: how the sensor's rows and columns lie, and what brings them upright.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
# A marker that opens a segment: neither a stuffed byte, nor a restart, nor filling.
JPEG_MARKER = re.compile(rb"\xff+([^\xff\x00\x01\xd0-\xd7])")
START_OF_SCAN, END_OF_IMAGE = b"\xda", b"\xd9"


class PhotoRefused(ValueError):
    """A file that cannot be kept. `code` names the reason, the message says in French what is possible."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class InspectedPhoto:
    """A file that can be kept: its format (JPEG, PNG, WEBP or HEIF), its stored size in pixels, its weight in bytes."""

    format: str
    width: int
    height: int
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class DerivedPhoto:
    """Two JPEG files without any metadata, and the size of the larger in pixels."""

    display: bytes
    thumbnail: bytes
    width: int
    height: int


def inspect(data: bytes) -> InspectedPhoto:
    """What the photo is, once it has been decoded whole. Raises PhotoRefused with the reason."""
    with _opened(data) as (kind, image):
        width, height = image.size
        # JPEG only: the whole file is read, but an eighth of its pixels is kept. A truncated file still shows.
        image.draft("RGB", (width // 8, height // 8))
        image.load()
        return InspectedPhoto(kind, width, height, hashlib.sha256(data).hexdigest(), len(data))


def derive(data: bytes) -> DerivedPhoto:
    """The photo upright, in two sizes, on a new image: no EXIF and no position survive. Raises PhotoRefused.

    An embedded colour profile is dropped unread, like the rest: colours shift a little, nothing hostile is parsed.
    """
    with _opened(data) as (_, image):
        wanted = DISPLAY_SIZE if image.width >= image.height else DISPLAY_SIZE[::-1]
        turn = UPRIGHT.get(_orientation(image))
        # The fitted size, not its longest side: a square one makes draft() do nothing on a 4:3 picture.
        image.draft("RGB", wanted)
        image.load()
        scaled = _scalable(image)
        scaled.thumbnail(wanted, Image.Resampling.LANCZOS, reducing_gap=1.0)
        display = _on_white(scaled if turn is None else scaled.transpose(turn))
    return _in_two_sizes(display)


def blacken(data: bytes, boxes: Sequence[tuple[float, float, float, float]]) -> DerivedPhoto:
    """A photo that `derive` made, with black boxes burned in; `boxes`: left, top, width, height in percent of it.

    A pixel that a box touches is black. Raises PhotoRefused when the bytes are no photo any more.
    """
    with _opened(data) as (_, image):
        display = _on_white(image)
    pen, (width, height) = ImageDraw.Draw(display), display.size
    for left, top, across, down in boxes:
        corner = (math.floor(left / 100 * width), math.floor(top / 100 * height))
        opposite = (math.ceil((left + across) / 100 * width), math.ceil((top + down) / 100 * height))
        pen.rectangle((corner, opposite), fill="black")
    return _in_two_sizes(display)


def _in_two_sizes(display: Image.Image) -> DerivedPhoto:
    small = display.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return DerivedPhoto(_jpeg(display), _jpeg(small), display.width, display.height)


@contextmanager
def _opened(data: bytes) -> Iterator[tuple[str, Image.Image]]:
    """The first frame, opened as what its first bytes say it is; whatever goes wrong inside is a refusal."""
    if not data:
        raise PhotoRefused("empty", "Cette photo est vide : renvoyez-la.")
    if len(data) > MAX_BYTES:
        heaviest = MAX_BYTES // 1024 // 1024
        raise PhotoRefused("too_large", f"Cette photo pèse plus de {heaviest} Mo : renvoyez-la en qualité réduite.")
    kind = _magic(data)
    if kind is None:
        raise PhotoRefused("not_a_photo", "Ce fichier n'est pas une photo JPEG, PNG, WebP ou HEIC.")
    too_many = PhotoRefused(
        "too_many_pixels",
        f"Cette photo est trop grande : {MAX_PIXELS // 1_000_000} mégapixels et {MAX_SIDE // 1000} 000 pixels de côté "
        "au plus. Renvoyez-la en qualité réduite.",
    )
    unreadable = PhotoRefused("unreadable", "Cette photo est abîmée ou incomplète : renvoyez-la.")
    if kind == "JPEG" and _passes(data) > MAX_JPEG_PASSES:
        raise unreadable
    try:
        with warnings.catch_warnings():
            # Real phones write odd EXIF and Pillow warns of it; only a bomb is an error.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=[kind]) as image:
                if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE:
                    raise too_many
                yield kind, image
    except (PhotoRefused, MemoryError):
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as bomb:
        raise too_many from bomb
    except Exception as failure:
        # On files that lie about themselves, decoders raise anything: OSError, SyntaxError, struct.error...
        raise unreadable from failure


def _magic(data: bytes) -> str | None:
    """The format that the first bytes declare, by Pillow's name."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        return "HEIF"
    return None


def _passes(data: bytes) -> int:
    """How many scans a JPEG's first picture has, from its markers alone (what follows its end is not looked at)."""
    at, passes = 2, 0
    while found := JPEG_MARKER.search(data, at):
        if found[1] == END_OF_IMAGE:
            break
        passes += found[1] == START_OF_SCAN
        at = found.end() + int.from_bytes(data[found.end() : found.end() + 2], "big")
    return passes


def _orientation(image: Image.Image) -> int:
    """The orientation that EXIF gives, or 1 where EXIF cannot be read: the photo is kept, perhaps on its side."""
    try:
        return int(image.getexif().get(ORIENTATION_TAG, 1))
    except Exception:
        # Pillow raises anything on what phones write; ImageOps.exif_transpose, which writes EXIF back, still more.
        return 1


def _scalable(image: Image.Image) -> Image.Image:
    """The same picture in a mode that scales smoothly: a palette or a transparent colour would leave jagged edges."""
    if image.mode.startswith("I;16"):
        return image.point(lambda value: value / 256).convert("L")
    if image.mode in ("P", "PA") or "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("L") if image.mode == "1" else image


def _on_white(image: Image.Image) -> Image.Image:
    """A new RGB image with the same picture: transparency becomes white, nothing else comes along."""
    canvas = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        canvas.paste(rgba, mask=rgba.getchannel("A"))
    else:
        canvas.paste(image.convert("RGB"))
    return canvas


def _jpeg(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()
