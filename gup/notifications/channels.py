"""The only code that speaks to the network: one message of the outbox, by e-mail."""

from django.conf import settings
from django.core.mail import EmailMessage

from gup.notifications.models import OutboxMessage


def send_email(message: OutboxMessage) -> None:
    """Send one message. Raises whatever the mail server answers (smtplib.SMTPException, OSError)."""
    # Stable, and of letters, digits and dots only: a second send of the same row is the same message to a mail client.
    message_id = f"<gup.message.{message.pk}@{settings.GUP_MAIL_DOMAIN}>"
    EmailMessage(
        subject=message.subject,
        body=message.body,
        to=[message.address],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
    ).send()
