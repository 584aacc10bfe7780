"""Benchmarks are measured by hand; here they only have to run, at a size that takes seconds."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).parents[2]


# What a measure runs on is its own business: where the suite runs a second time, on servers, it would say the same.
@pytest.mark.skipif(connection.vendor != "sqlite", reason="benchmarks choose their base themselves")
@pytest.mark.timeout(240)
def test_every_benchmark_still_runs() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-m", "benchmark", "-p", "no:randomly", "-s", "tests/benchmarks"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "GUP_"))}
    ran = subprocess.run(
        command, cwd=ROOT, env={**environment, "GUP_BENCH_SIZE": "small"}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-2000:]
    assert "Sweep (" in ran.stdout
