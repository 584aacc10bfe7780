"""What the domain answers when it says no: always a French sentence, and the field where there is one."""


class Refused(Exception):
    """A verb or an intake refused. `field` names the input at fault, empty when it is the situation."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class InvalidInput(Refused):
    """What was given cannot be right: a date in the future, a text too long, a reason that does not exist."""


class WrongTransition(Refused):
    """The verb is not possible in the incident's present state; the message says what is."""


class NotAllowed(Refused):
    """The verb is possible, but not for this person."""


class Stale(Refused):
    """Somebody else changed the incident since the page was read; nothing was written."""
