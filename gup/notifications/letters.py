"""E-mail without a mail server: each message is a file that any mail client opens (.eml)."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class EmailBackend(BaseEmailBackend):
    """Named by the instant and the Message-ID: a message sent twice is the same letter, found next to itself."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            letter = message.message()
            name = "".join(
                character for character in str(letter["Message-ID"]) if character.isalnum() or character == "."
            )
            path = folder / f"{timezone.now():%Y%m%dT%H%M%S.%f}-{name[:60]}.eml"
            path.write_bytes(letter.as_bytes())
        return len(email_messages)
