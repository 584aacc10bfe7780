"""All tables of an archive as one instant saw them, while others go on writing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction

ALIAS = "snapshot"


@contextmanager
def one_snapshot() -> Iterator[str]:
    """The name of a connection of its own on which every read sees the same instant; it holds nobody up.

    What is written meanwhile on the ordinary connection, a progress for one, is seen at once by others.
    """
    reader = connections[ALIAS]
    try:
        with transaction.atomic(using=ALIAS):
            if reader.vendor == "postgresql":
                with reader.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield ALIAS
    finally:
        reader.close()
