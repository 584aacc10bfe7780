"""Libraries of others are those their authors published: no byte changed, none forgotten, each with its licence."""

import hashlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["gup/static/gup/vendor", "mobile_forms/static/terrain/vendor"])
def vendor(request: pytest.FixtureRequest) -> Path:
    return ROOT / str(request.param)


def test_each_file_of_others_has_the_sum_that_is_written_beside_it(vendor: Path) -> None:
    lines = (vendor / "SHA256SUMS").read_text().splitlines()
    told = {name.removeprefix("./"): digest for digest, _, name in (line.partition("  ") for line in lines)}
    ours = {"README.md", "SHA256SUMS"}
    held = {str(path.relative_to(vendor)): path for path in vendor.rglob("*") if path.is_file()}
    assert {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in held.items() if name not in ours
    } == told


def test_each_library_of_others_comes_with_its_licence_and_its_version(vendor: Path) -> None:
    readme = (vendor / "README.md").read_text()
    for folder in (each for each in vendor.iterdir() if each.is_dir()):
        assert (folder / "LICENSE").is_file(), folder.name
        assert f"`{folder.name}/`" in readme
