"""What is kept of a photo, and what is refused with which words."""

import struct
import zlib
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gup.incidents.photo_files import (
    DISPLAY_SIZE,
    MAX_BYTES,
    MAX_JPEG_PASSES,
    THUMBNAIL_SIDE,
    PhotoRefused,
    derive,
    inspect,
)

GPS_POSITION = 0x8825
CAMERA_MAKER = 0x010F
ORIENTATION = 0x0112
LEFT, RIGHT = "red", "blue"


def _saved(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _shown(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def _is(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    found = image.getpixel(at)
    assert isinstance(found, tuple)
    return all(abs(one - other) < 60 for one, other in zip(found, colour, strict=True))


@cache
def _scene(kind: str, size: tuple[int, int] = (640, 480)) -> bytes:
    """A picture whose halves can be told apart, as the phone or the desk would save it."""
    image = Image.new("RGB", size, RIGHT)
    image.paste(LEFT, (0, 0, size[0] // 2, size[1]))
    return _saved(image, kind, quality=90)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_the_formats_of_phones_and_desks_are_kept(kind: str) -> None:
    data = _scene(kind)
    found, made = inspect(data), derive(data)
    assert (found.format, found.width, found.height, found.bytes) == (kind, 640, 480, len(data))
    assert len(found.sha256) == 64
    display = _shown(made.display)
    assert (display.format, display.size, (made.width, made.height)) == ("JPEG", (640, 480), (640, 480))
    assert _is(display, (5, 5), (255, 0, 0))
    assert _is(display, (630, 470), (0, 0, 255))


def test_a_large_photo_is_fitted_and_its_thumbnail_is_small() -> None:
    made = derive(_scene("JPEG", (4000, 3000)))
    assert _shown(made.display).size == DISPLAY_SIZE == (made.width, made.height)
    assert _shown(made.thumbnail).size == (THUMBNAIL_SIDE, 240)
    assert _shown(derive(_scene("JPEG", (3000, 4000))).display).size == DISPLAY_SIZE[::-1]


def test_a_small_photo_is_not_blown_up() -> None:
    made = derive(_scene("JPEG", (200, 150)))
    assert _shown(made.display).size == _shown(made.thumbnail).size == (200, 150)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize(
    ("orientation", "turn"),
    [
        (1, None),
        (2, Image.Transpose.FLIP_LEFT_RIGHT),
        (3, Image.Transpose.ROTATE_180),
        (4, Image.Transpose.FLIP_TOP_BOTTOM),
        (5, Image.Transpose.TRANSPOSE),
        (6, Image.Transpose.ROTATE_270),
        (7, Image.Transpose.TRANSVERSE),
        (8, Image.Transpose.ROTATE_90),
    ],
)
def test_a_photo_is_shown_upright_whatever_way_the_phone_was_held(
    kind: str, orientation: int, turn: Image.Transpose | None
) -> None:
    """Three corners of their own colours, turned as EXIF says, come out where the eye saw them."""
    image = Image.new("RGB", (400, 200), "white")
    for corner, colour in (((0, 0), "red"), ((200, 0), "blue"), ((0, 100), "lime")):
        image.paste(colour, (*corner, corner[0] + 200, corner[1] + 100))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    display = _shown(derive(_saved(image, kind, exif=exif.tobytes(), quality=95)).display)
    expected = image if turn is None else image.transpose(turn)
    assert display.size == expected.size
    for at in ((9, 9), (expected.width - 9, 9), (9, expected.height - 9), (expected.width - 9, expected.height - 9)):
        wanted = expected.getpixel(at)
        assert isinstance(wanted, tuple)
        assert _is(display, at, (wanted[0], wanted[1], wanted[2]))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_no_position_and_no_word_of_the_camera_survive(kind: str) -> None:
    exif = Image.Exif()
    exif[CAMERA_MAKER] = "APPAREIL-SECRET"
    exif.get_ifd(GPS_POSITION)[29] = "2026:01:31-CHEZ-MOI"
    told = {"icc_profile": b"PROFIL-SECRET", "xmp": b"<x>XMP-SECRET</x>", "comment": b"MOT-SECRET"}
    data = _saved(Image.new("RGB", (640, 480), "teal"), kind, exif=exif.tobytes(), **told)
    assert b"APPAREIL-SECRET" in data
    assert b"CHEZ-MOI" in data
    made = derive(data)
    for kept in (made.display, made.thumbnail):
        for word in (b"SECRET", b"CHEZ-MOI", b"Exif", b"ICC_PROFILE", b"http"):
            assert word not in kept
        assert not _shown(kept).getexif()
        assert not {"exif", "icc_profile", "xmp", "comment"} & _shown(kept).info.keys()


def _entry(tag: int, kind: int, count: int, value: bytes) -> bytes:
    return struct.pack(">HHI4s", tag, kind, count, value)


@pytest.mark.parametrize(
    ("entries", "is_turned"),
    [
        ([_entry(ORIENTATION, 3, 1, b"\0\6"), _entry(CAMERA_MAKER, 99, 1, b"abcd")], True),
        ([_entry(ORIENTATION, 3, 1, b"\0\6"), _entry(CAMERA_MAKER, 2, 4000, b"\0\0\xff\0")], True),
        ([_entry(ORIENTATION, 3, 1, b"\0\6"), _entry(GPS_POSITION, 4, 1, b"\0\0\xff\0")], True),
        ([_entry(0x0100, 2, 4, b"ab"), _entry(ORIENTATION, 3, 1, b"\0\6"), _entry(0x0117, 2, 2, b"a")], True),
        ([_entry(ORIENTATION, 2, 4, b"6ab")], False),
        ([_entry(ORIENTATION, 3, 1, b"\0\x63")], False),
    ],
    ids=["unknown type", "text past the end", "position past the end", "text as number", "text", "no orientation"],
)
def test_the_odd_exif_of_real_phones_costs_no_photo(entries: list[bytes], is_turned: bool) -> None:
    plain = _scene("JPEG", (64, 48))
    body = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", len(entries)) + b"".join(entries) + b"\0\0\0\0"
    made = derive(plain[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + plain[2:])
    assert (made.width, made.height) == ((48, 64) if is_turned else (64, 48))


@pytest.mark.parametrize(
    "image",
    [
        Image.new("RGBA", (60, 40), (255, 0, 0, 0)),
        Image.new("LA", (60, 40), (0, 0)),
        Image.new("I;16", (60, 40), 65535),
        Image.new("1", (60, 40), 1),
    ],
    ids=["transparent", "grey with alpha", "16 bits", "2 colours"],
)
def test_odd_png_come_out_as_plain_pictures(image: Image.Image) -> None:
    display = _shown(derive(_saved(image, "PNG")).display)
    assert display.mode == "RGB"
    assert _is(display, (30, 20), (255, 255, 255)), "what was transparent, or white, is white"


def test_a_grey_of_16_bits_keeps_its_grey() -> None:
    display = _shown(derive(_saved(Image.new("I;16", (2000, 1500), 32768), "PNG")).display)
    assert _is(display, (30, 20), (128, 128, 128))


def test_a_palette_with_a_transparent_colour_is_white_there_and_smooth_elsewhere() -> None:
    image = Image.new("P", (3200, 2400), 0)
    image.putpalette([0, 0, 0, 255, 0, 0, 0, 0, 255])
    for column in range(1600, 3200, 2):
        image.paste(1, (column, 0, column + 1, 2400))
        image.paste(2, (column + 1, 0, column + 2, 2400))
    display = _shown(derive(_saved(image, "PNG", transparency=0)).display)
    assert _is(display, (100, 100), (255, 255, 255))
    assert _is(display, (1200, 600), (128, 0, 128)), "red and blue lines mix when they are made smaller"


def test_a_printer_s_cmyk_jpeg_is_kept_in_its_colours() -> None:
    display = _shown(derive(_saved(Image.new("CMYK", (60, 40), (0, 255, 255, 0)))).display)
    assert display.mode == "RGB"
    assert _is(display, (30, 20), (255, 0, 0))


def test_only_the_first_picture_of_an_animation_is_kept() -> None:
    red, blue = Image.new("RGB", (60, 40), LEFT), Image.new("RGB", (60, 40), RIGHT)
    for kind in ("WEBP", "PNG", "MPO"):
        data = _saved(red, kind, save_all=True, append_images=[blue])
        made = derive(data)
        assert inspect(data).format in ("WEBP", "PNG", "JPEG")
        assert _is(_shown(made.display), (30, 20), (255, 0, 0))
        assert b"MPF" not in made.display


def test_the_bytes_decide_whatever_the_file_is_called() -> None:
    # There is no door for a name or a declared type: a PNG sent as photo.jpg is the PNG that its bytes are.
    assert inspect(_scene("PNG")).format == "PNG"


def test_the_fifty_megapixels_of_a_phone_are_kept() -> None:
    data = _saved(Image.new("L", (8160, 6120), 90))
    assert (inspect(data).width, derive(data).width) == (8160, 1600)


def _png_that_says(width: int, height: int) -> bytes:
    """A PNG of a hundred bytes that announces these dimensions in pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def _jpeg_of_many_passes(passes: int) -> bytes:
    """Small on the disk, endless to decode: the last pass of a progressive JPEG, over and over."""
    whole = _saved(Image.new("RGB", (64, 48), "teal"), progressive=True)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * passes + whole[-2:]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xff\xd8\xff" + b"0" * 40 * 1024 * 1024, "too_large"),
        (_scene("JPEG") + b"0" * MAX_BYTES, "too_large"),
        (b"du texte nomme photo.jpg", "not_a_photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_photo"),
        (_saved(Image.new("P", (60, 40)), "GIF"), "not_a_photo"),
        (_saved(Image.new("RGB", (60, 40)), "PDF"), "not_a_photo"),
        (_saved(Image.new("RGB", (60, 40)), "TIFF"), "not_a_photo"),
        (_png_that_says(30_000, 30_000), "too_many_pixels"),
        (_png_that_says(10_000, 8_950), "too_many_pixels"),
        (_png_that_says(1, 49_000_000), "too_many_pixels"),
        (_jpeg_of_many_passes(MAX_JPEG_PASSES), "unreadable"),
        (b"\xff\xd8\xff\xe0 menteur", "unreadable"),
        *[(_scene(kind, (2000, 1500))[:3000], "unreadable") for kind in ("JPEG", "PNG", "WEBP", "HEIF")],
        *[(_scene(kind)[:-300], "unreadable") for kind in ("JPEG", "PNG", "WEBP", "HEIF")],
    ],
    ids=[
        *[
            "empty",
            "40 MB",
            "a real one, too heavy",
            "text",
            "svg",
            "gif",
            "pdf",
            "tiff",
            "bomb",
            "above the cap",
            "ribbon",
        ],
        *["passes", "liar", "cut jpeg", "cut png", "cut webp", "cut heic"],
        *["no end jpeg", "no end png", "no end webp", "no end heic"],
    ],
)
def test_what_is_no_photo_is_refused_with_its_reason(data: bytes, code: str) -> None:
    for door in (inspect, derive):
        with pytest.raises(PhotoRefused) as refusal:
            door(data)
        assert refusal.value.code == code
        assert str(refusal.value).startswith(("Cette photo", "Ce fichier"))
        assert len(str(refusal.value)) <= 200


def test_a_film_behind_the_photo_is_not_taken_for_its_passes() -> None:
    """A "motion photo" is a JPEG followed by its film, where any two bytes may stand."""
    data = _scene("JPEG") + b"\xff\xda\0\x02" * 1000
    assert inspect(data).format == "JPEG"


def test_a_progressive_photo_is_kept() -> None:
    assert inspect(_saved(Image.new("RGB", (640, 480), "teal"), progressive=True)).width == 640


REASONS = {"empty", "not_a_photo", "unreadable", "too_many_pixels"}


def _is_kept_or_refused(data: bytes) -> None:
    for door in (inspect, derive):
        try:
            door(data)
        except PhotoRefused as refusal:
            assert refusal.code in REASONS


@given(
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF0000WEBP", b"0000ftypheic"]),
    st.binary(max_size=400),
)
def test_whatever_the_bytes_they_are_kept_or_refused(head: bytes, tail: bytes) -> None:
    _is_kept_or_refused(head + tail)


@given(
    st.sampled_from(["JPEG", "PNG", "WEBP", "HEIF"]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8),
    st.floats(0.05, 1),
)
def test_a_photo_damaged_on_its_way_is_kept_or_refused(kind: str, damage: list[tuple[float, int]], kept: float) -> None:
    data = bytearray(_scene(kind, (48, 32)))
    for where, byte in damage:
        data[int(where * len(data))] = byte
    _is_kept_or_refused(bytes(data[: int(kept * len(data))]))
