"""What holds of the files of the house, whoever adds one."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))


def tracked() -> list[Path]:
    """Files that are, or would be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_no_file_names_the_host_of_a_registry() -> None:
    # Spelt in two halves, or this file would name them.
    hosts = [name + dot for name, dot in (("pypi", ".org"), ("pythonhosted", ".org"), ("registry.npmjs", ".org"))]
    naming = [
        str(path.relative_to(ROOT)) for path in tracked() if any(host.encode() in path.read_bytes() for host in hosts)
    ]
    assert naming == []


def test_each_make_target_says_what_it_does() -> None:
    phony = set(re.findall(r"[a-z-]+", MAKEFILE.split(".PHONY:")[1].split("\n")[0]))
    helped = set(re.findall(r"^([a-z-]+):.*## \S", MAKEFILE, re.MULTILINE))
    assert phony == TARGETS == helped


def test_the_readme_names_no_make_target_that_does_not_exist() -> None:
    named = set(re.findall(r"`make ([a-z-]+)", (ROOT / "README.md").read_text()))
    assert named <= TARGETS
    assert {"run", "test", "check"} <= named


def test_make_alone_lists_the_targets() -> None:
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert all(f"make {target} " in shown for target in TARGETS)


@pytest.mark.parametrize("source", ["gup/settings.py", "docker-compose.yml"])
def test_each_variable_is_told_in_the_example(source: str) -> None:
    read = set(re.findall(r"""(?:env[.\w]*\("|\$\{)(GUP_[A-Z0-9_]+)""", (ROOT / source).read_text()))
    told = set(re.findall(r"^#?(GUP_[A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read
    assert read - told == set()


def test_every_part_of_the_production_restarts_and_tells_its_health() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    assert set(services) == {"migrate", "web", "worker", "beat", "postgres", "redis", "storage", "mail"}
    one_shot = services.pop("migrate")
    assert one_shot["restart"].startswith("on-failure")
    for name, service in services.items():
        assert service["restart"] == "always", name
        assert service["healthcheck"]["test"], name
        for published in service.get("ports", []):
            assert published.startswith("127.0.0.1:"), f"{name} is published to everybody"
