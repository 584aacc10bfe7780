"""The field app: one page that holds nobody's data, its service worker, and its name on a phone's first screen.

All three are the same for everybody; who holds the phone is known to the field API only, by the phone's token.
"""

import hashlib
from functools import cache
from pathlib import Path

import orjson
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

STATIC = Path(__file__).parent / "static"
WORKER = "terrain/worker.js"
# Of the house, beside the app's own files: what the shell and the screens show.
OF_THE_HOUSE = (
    "gup/css/tokens.css",
    "gup/css/base.css",
    "gup/css/components.css",
    "gup/icons.svg",
    "gup/icon.svg",
    "gup/icon-192.png",
    "gup/wordmark.svg",
)
SHOWN = {".js", ".css", ".svg", ".png", ".woff2"}


@require_safe
@cache_control(no_cache=True)
def shell(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_shell())


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = reverse("terrain")
    return response


@require_safe
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:
    start = reverse("terrain")
    icons = [
        {"src": staticfiles_storage.url(f"gup/icon-{side}.png"), "sizes": f"{side}x{side}", "type": "image/png"}
        for side in (192, 512)
    ]
    told = {
        "id": start,
        "name": "GUP Le Lamentin, terrain",
        "short_name": "GUP terrain",
        "description": "Signaler, réparer et prouver devant la panne, avec ou sans réseau.",
        "lang": "fr",
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#063c40",
        "icons": icons,
    }
    return JsonResponse(told, content_type="application/manifest+json")


@cache
def _shell() -> str:
    return render_to_string("terrain/shell.html")


@cache
def _worker() -> str:
    """The worker with its list of files in front: another file, or another word of one, is another version."""
    files = [reverse("terrain-manifest"), *(staticfiles_storage.url(name) for name in _names())]
    source, digest = _content(WORKER), hashlib.sha256(_shell().encode())
    for name in _names():
        digest.update(name.encode() + b"\0" + _content(name) + b"\0")
    digest.update(source + orjson.dumps(files))
    said = {"SHELL": reverse("terrain"), "FILES": files, "VERSION": digest.hexdigest()[:16]}
    lines = [f"const {name} = {orjson.dumps(value).decode()};" for name, value in said.items()]
    return "\n".join([*lines, source.decode()])


def _names() -> list[str]:
    """The static files of the app, by the names of their sources."""
    found = [path for path in STATIC.rglob("*") if path.suffix in SHOWN]
    return sorted({*(path.relative_to(STATIC).as_posix() for path in found), *OF_THE_HOUSE} - {WORKER})


def _content(name: str) -> bytes:
    path = finders.find(name)
    assert path is not None, name
    return Path(path).read_bytes()
