"""The letters of the embedded default, where e-mail is a folder of files: read here instead of in a mail client."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from gup.desk.people import the_user
from gup.partners.enums import Role
from gup.partners.scope import has_role

SHOWN = 60


@dataclass(frozen=True, slots=True)
class Letter:
    name: str
    to: str
    subject: str
    date: str
    body: str


@login_required
def mailbox(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/mailbox.html", {"letters": [_read(path) for path in _files(request)[:SHOWN]]})


@login_required
def letter(request: HttpRequest, name: str) -> HttpResponse:
    for path in _files(request):
        if path.name == name:
            return render(request, "desk/letter.html", {"letter": _read(path)})
    raise Http404


def letters_are_files() -> bool:
    """Whether letters stay in a folder of this machine, where nobody set up a mail server."""
    return str(settings.EMAIL_BACKEND) == "gup.notifications.letters.EmailBackend"


def _files(request: HttpRequest) -> list[Path]:
    """Newest first. Raises Http404 where letters are really sent, or for anybody but an administrator."""
    if not letters_are_files() or not has_role(the_user(request), [Role.ADMINISTRATOR]):
        raise Http404
    return sorted(Path(settings.EMAIL_FILE_PATH).glob("*.eml"), reverse=True)


def _read(path: Path) -> Letter:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",)) if isinstance(message, EmailMessage) else None
    text = body.get_content() if body else ""
    return Letter(path.name, str(message["To"]), str(message["Subject"]), str(message["Date"]), text)
