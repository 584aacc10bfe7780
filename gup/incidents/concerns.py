"""What concerns one person among the incidents she may read: her organisation's, a colleague's, what is new to her."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from gup.incidents.visibility import IncidentQuerySet
from gup.partners.enums import Role
from gup.partners.models import User
from gup.partners.scope import memberships_of

NEWS = timedelta(days=7)
NOBODY = "nobody"


class Concern(models.TextChoices):
    MINE = "mine", "Mon organisation répond"
    CHANGED = "changed", "Du nouveau depuis ma dernière lecture"


def concerning(found: IncidentQuerySet, user: User, concern: str, now: datetime) -> IncidentQuerySet:
    if concern == Concern.MINE:
        return found.answered_by(user)
    if concern == Concern.CHANGED:
        return found.changed_since(news_since(user, now), but_by=user)
    return found


def assigned_to(found: IncidentQuerySet, user: User, agent: str) -> IncidentQuerySet:
    """Those that her organisations answer for and that one colleague has, or nobody."""
    answered = found.answered_by(user)
    return answered.filter(assigned_to=None if agent == NOBODY else int(agent))


def team_of(user: User) -> models.QuerySet[User]:
    """The people of the organisations that she manages."""
    led = [each.organisation_id for each in memberships_of(user) if each.role == Role.MANAGER]
    working = Q(memberships__organisation__in=led, memberships__is_active=True)
    return User.objects.filter(working, is_active=True).distinct().order_by("full_name", "id")


def news_since(user: User, now: datetime) -> datetime:
    """What she said she had read up to, or seven days ago where she never did."""
    return user.changes_seen_at or now - NEWS


def mark_seen(user: User, upto: datetime) -> None:
    """She has read what changed up to an instant; an older page that comes late does not take her back."""
    unread = Q(changes_seen_at__isnull=True) | Q(changes_seen_at__lt=upto)
    User.objects.filter(unread, pk=user.pk).update(changes_seen_at=upto)
