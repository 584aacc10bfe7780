"""The only code that speaks to the network: one letter of one message, or of several to the same person."""

import re
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from gup.notifications.models import OutboxMessage
from gup.notifications.unsubscribing import unsubscribe_link

LINK = re.compile(r"https?://\S+")


def send_email(message: OutboxMessage, joined: Sequence[OutboxMessage] = ()) -> None:
    """Send one letter. Raises whatever the mail server answers (smtplib.SMTPException, OSError)."""
    # Stable, and of letters, digits and dots only: a second send of the same row is the same message to a mail client.
    message_id = f"<gup.message.{message.pk}@{settings.GUP_MAIL_DOMAIN}>"
    messages = [message, *joined]
    stop = unsubscribe_link(message)
    context = {
        "subject": _subject(messages),
        "messages": [(each, _paragraphs(each.body)) for each in messages],
        "several": len(messages) > 1,
        "stop": stop,
        "choices": settings.GUP_BASE_URL + reverse("my-messages") if message.recipient_id else "",
    }
    letter = EmailMultiAlternatives(
        subject=_subject(messages),
        body=render_to_string("letters/letter.txt", context),
        to=[message.address],
        headers={
            "Message-ID": message_id,
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    letter.attach_alternative(render_to_string("letters/letter.html", context), "text/html")
    letter.send()


def _subject(messages: Sequence[OutboxMessage]) -> str:
    """That of the only message; of several on one incident, its reference and what happened; else their number."""
    parts = [message.subject.partition(" : ") for message in messages]
    references = {reference for reference, separator, _ in parts if separator}
    if len(messages) == 1:
        return messages[0].subject
    if len(references) == 1 and all(separator for _, separator, _ in parts):
        return f"{references.pop()} : {', '.join(what for _, _, what in parts)}"[:160]
    return f"GUP : {len(messages)} nouvelles"


def _paragraphs(body: str) -> list[tuple[str, str]]:
    """Each paragraph, and the address that it ends with or is: a button in a mail program."""
    found = []
    for paragraph in filter(None, (part.strip() for part in body.split("\n\n"))):
        link = LINK.search(paragraph)
        words = paragraph.replace(link[0], "").strip() if link else paragraph
        found.append((words.removesuffix(":").strip() if link else words, link[0] if link else ""))
    return found
