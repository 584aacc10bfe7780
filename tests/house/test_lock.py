"""Whether the lock files are those of pyproject.toml, told without a network."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PIN = re.compile(r"^([a-z0-9._-]+)==([^ ;]+)[^\n]*((?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?)*)", re.MULTILINE)
ASKED = {
    "requirements.lock": [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"]],
    "requirements-dev.lock": [
        *PROJECT["project"]["dependencies"],
        *PROJECT["dependency-groups"]["build"],
        *PROJECT["dependency-groups"]["dev"],
    ],
}


def pins(name: str) -> dict[str, tuple[Version, bool]]:
    """Each package of a lock file: its version, and whether it has hashes."""
    return {
        canonicalize_name(found[1]): (Version(found[2]), "--hash" in found[3])
        for found in PIN.finditer((ROOT / name).read_text())
    }


@pytest.mark.parametrize("name", ASKED)
def test_each_dependency_of_the_project_is_locked_at_a_version_it_accepts(name: str) -> None:
    locked = pins(name)
    for requirement in map(Requirement, ASKED[name]):
        version, _ = locked[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{requirement} is locked at {version}: make lock"


@pytest.mark.parametrize("name", ASKED)
def test_each_locked_package_has_its_hashes(name: str) -> None:
    assert [package for package, (_, hashed) in pins(name).items() if not hashed] == []


def test_tests_run_with_the_versions_that_are_installed_in_production() -> None:
    development = pins("requirements-dev.lock")
    assert {package: development.get(package) for package in pins("requirements.lock")} == pins("requirements.lock")


@pytest.mark.parametrize("name", ASKED)
def test_no_lock_file_names_a_place_to_install_from(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert not re.search(r"^(-i|-f|--index-url|--extra-index-url|--find-links)", text, re.MULTILINE)
