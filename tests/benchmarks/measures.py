"""How benchmarks measure and print: sizes from the environment, the best of some runs, one line a figure."""

import os
import resource
import sys
import time
from collections.abc import Callable

from django.db import connection, models

# GUP_BENCH_SIZE=full measures what is promised; the default fits in some minutes; small keeps the benchmarks alive.
SIZE = os.environ.get("GUP_BENCH_SIZE", "default")


def sized(*, small: int, default: int, full: int) -> int:
    return {"small": small, "default": default, "full": full}[SIZE]


def timed(run: Callable[[], object]) -> float:
    """Seconds that one run took."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def say(what: str, count: int, seconds: float, *, beside: tuple[str, float] | None = None) -> None:
    """One figure: how many, how long, how many a second, and the ratio to what stands beside it."""
    line = f"{what:<58} {count:>10,} {seconds:>9.3f} s {count / max(seconds, 1e-9):>12,.0f} /s"
    if beside is not None:
        line += f"   {seconds / max(beside[1], 1e-9):.2f}x {beside[0]}"
    sys.stdout.write(f"{line}\n")


def head(title: str) -> None:
    machine = f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {connection.vendor}, {SIZE}"
    sys.stdout.write(f"\n{title} ({machine})\n")


def peak_memory() -> str:
    return f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB"


def copy_rows(model: type[models.Model], source: str, count: int, changed: dict[str, str], *, first: int = 1) -> None:
    """Insert `count` copies of the rows of `model` that `source` (a SQL condition on `t`) selects, numbered `n.i`.

    `changed` gives the SQL of the columns that differ; the database fills the table by itself, on both engines.
    """
    fields = [field for field in model._meta.concrete_fields if not field.primary_key or "id" in changed]
    columns = [field.column for field in fields if field.column is not None]
    values = [changed.get(column, f't."{column}"') for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({names}) "
            f"WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {first + count - 1}) "
            f"SELECT {', '.join(values)} FROM n CROSS JOIN {model._meta.db_table} t WHERE {source}"
        )
        cursor.execute("ANALYZE")
