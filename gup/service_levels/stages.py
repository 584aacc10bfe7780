"""The words of a promise: what it is about, how it is counted, what may suspend it."""

from enum import StrEnum


class Stage(StrEnum):
    """What a target is about. `receipt` and `answer` belong to information commitments and stand apart."""

    RECEIPT = "receipt"
    ANSWER = "answer"
    ACKNOWLEDGE = "acknowledge"
    ATTEND = "attend"
    MAKE_SAFE = "make_safe"
    RESOLVE = "resolve"


# A later stage stops the earlier ones: somebody on site has taken the matter in charge.
STAGE_ORDER = (Stage.ACKNOWLEDGE, Stage.ATTEND, Stage.MAKE_SAFE, Stage.RESOLVE)


class Basis(StrEnum):
    """How a target is counted: seconds of opening, seconds of the clock on the wall, or counted days."""

    WORKING_TIME = "working_time"
    ELAPSED_TIME = "elapsed_time"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"


class PauseReason(StrEnum):
    """Why a clock waits. Which reasons stop it is for its commitment to say."""

    ACCESS_REFUSED = "access_refused"
    THIRD_PARTY = "third_party"
    PARTS = "parts"
    LEGAL_NOTICE = "legal_notice"
    INFO_REQUESTED = "info_requested"
    SOCIAL_MOVEMENT = "social_movement"
    CYCLONE = "cyclone"


_FOR_SAFETY = frozenset({PauseReason.ACCESS_REFUSED, PauseReason.CYCLONE})

# What suspends a clock when the convention says nothing else.
DEFAULT_PAUSING: dict[Stage, frozenset[PauseReason]] = {
    Stage.RECEIPT: frozenset(),
    Stage.ANSWER: frozenset(),
    Stage.ACKNOWLEDGE: frozenset(),
    Stage.ATTEND: frozenset(),
    Stage.MAKE_SAFE: _FOR_SAFETY,
    Stage.RESOLVE: _FOR_SAFETY | {PauseReason.THIRD_PARTY, PauseReason.LEGAL_NOTICE, PauseReason.INFO_REQUESTED},
}

# Waiting for the reporter's answer suspends for five working days at most.
INFO_REQUESTED_MAX_WORKING_DAYS = 5


class FactKind(StrEnum):
    """What the fold understands of an incident's history."""

    OPENED = "opened"
    RECEIPT_SENT = "receipt_sent"
    ANSWERED = "answered"
    STAGE_REACHED = "stage_reached"
    PAUSED = "paused"
    RESUMED = "resumed"
    REOPENED = "reopened"
    TRANSFERRED = "transferred"
    REPRIORITISED = "reprioritised"
    REQUALIFIED = "requalified"
    MERGED = "merged"
    UNMERGED = "unmerged"
    ABSORBED = "absorbed"
    RELEASED = "released"
    CLOSED_UNRESOLVED = "closed_unresolved"
    EXCUSED = "excused"
    AMENDED = "amended"


class Verdict(StrEnum):
    """What a clock comes to. Cancelled: out of the denominator before anything was decided."""

    HELD = "held"
    MISSED = "missed"
    PENDING = "pending"
    CANCELLED = "cancelled"
