"""Mail without a mail server."""

import email
from email import policy
from pathlib import Path

from django.core.mail import EmailMessage
from pytest_django import Settings

from gup.notifications.letters import EmailBackend


def test_each_message_is_one_file_that_a_mail_client_opens(tmp_path: Path, settings: Settings) -> None:
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    messages = [
        EmailMessage(f"Ascenseur en panne {number}", "Bât. A — l’ascenseur est à l’arrêt.", to=["awa@example.org"])
        for number in (1, 2)
    ]
    assert EmailBackend().send_messages(messages) == 2
    files = sorted((tmp_path / "mail").iterdir())
    assert [path.suffix for path in files] == [".eml", ".eml"]
    read = email.message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert read["Subject"] == "Ascenseur en panne 1"
    assert read["To"] == "awa@example.org"
    body = read.get_body()
    assert body is not None and "l’ascenseur est à l’arrêt" in body.get_content()
