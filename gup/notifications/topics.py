"""What each role hears of, and what it must: the party in charge cannot stop its ears to what it is late for."""

from collections.abc import Collection, Iterable

from gup.notifications.enums import Topic
from gup.partners.enums import Role
from gup.partners.models import Membership, User
from gup.partners.scope import memberships_of

_CASEWORK = (Topic.OPENED, Topic.CONTESTED, Topic.ESCALATION, Topic.TRANSFER, Topic.PROGRESS, Topic.WORK_ORDER)
_REVIEW = (Topic.ESCALATION, Topic.TRANSFER, Topic.REPORT, Topic.PROGRESS, Topic.RESOLVED, Topic.OPERATIONS)
HEARD: dict[str, tuple[Topic, ...]] = {
    Role.ASSOCIATION: (Topic.RESOLVED, Topic.CONTESTED, Topic.PROGRESS, Topic.TRANSFER),
    Role.AGENT: _CASEWORK,
    Role.MANAGER: (*_CASEWORK, Topic.REPORT),
    Role.SERVICE: _CASEWORK,
    Role.REVIEWER: _REVIEW,
    Role.ADMINISTRATOR: _REVIEW,
    Role.COMMITTEE: (Topic.REPORT,),
}
MUST_HEAR: dict[str, frozenset[Topic]] = {
    Role.AGENT: frozenset({Topic.CONTESTED, Topic.ESCALATION}),
    Role.MANAGER: frozenset({Topic.CONTESTED, Topic.ESCALATION}),
    Role.SERVICE: frozenset({Topic.CONTESTED, Topic.ESCALATION, Topic.TRANSFER}),
    Role.REVIEWER: frozenset({Topic.ESCALATION, Topic.OPERATIONS}),
    Role.ADMINISTRATOR: frozenset({Topic.ESCALATION, Topic.OPERATIONS}),
}
# Somebody waits for them with the page open, or they carry a link of their own: alone, and at once.
IMMEDIATE = frozenset({Topic.RECEIPT, Topic.INVITATION})


def topics_of(user: User) -> list[Topic]:
    """What this person's roles hear of, in the order of the topics."""
    heard = {topic for each in memberships_of(user) for topic in HEARD.get(each.role, ())}
    return [topic for topic in Topic if topic in heard]


def must_hear(user: User) -> frozenset[Topic]:
    """What none of her choices silences."""
    return frozenset().union(*(MUST_HEAR.get(each.role, frozenset()) for each in memberships_of(user)))


def who_must_hear(topic: Topic, user_ids: Collection[int]) -> set[int]:
    """Those of these people whose role must hear the topic."""
    roles: Iterable[str] = [role for role, topics in MUST_HEAR.items() if topic in topics]
    held = Membership.objects.filter(user__in=user_ids, role__in=list(roles), is_active=True)
    return set(held.values_list("user_id", flat=True))
