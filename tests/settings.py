"""The embedded default in a folder of its own, so that a run of the suite touches nobody's data.

GUP_TEST_DATABASE_URL and GUP_TEST_BROKER_URL run the same suite on PostgreSQL and Redis.
"""

import atexit
import os
import shutil
import tempfile

for _name in [
    name for name in os.environ if name.startswith("GUP_") and not name.startswith(("GUP_TEST_", "GUP_BENCH_"))
]:
    del os.environ[_name]
os.environ["GUP_VAR"] = tempfile.mkdtemp(prefix="gup-tests-")


def _remove(folder: str, owner: int) -> None:
    # By the process that made it only: a child that was forked ends too, and earlier.
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


atexit.register(_remove, os.environ["GUP_VAR"], os.getpid())
for _name in ("DATABASE_URL", "BROKER_URL"):
    if _value := os.environ.get(f"GUP_TEST_{_name}"):
        os.environ[f"GUP_{_name}"] = _value

from gup.settings import *  # noqa: E402, F403
from gup.settings import DATABASES, GUP_VAR, MIDDLEWARE, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Pages are tested without collecting the static files first.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file and not memory: a real worker process reads it beside the tests.
    DATABASES["default"]["TEST"] = {"NAME": str(GUP_VAR / "test.sqlite3")}
