"""What each verb takes: one small shape a verb. Who and when are the server's."""

from rest_framework import serializers

from api.photos import PhotoField
from api.shapes import Among, Given, Instant
from gup.conventions.enums import PauseReasonChoice
from gup.conventions.models import Category
from gup.incidents.enums import DECLINING_REASONS, RESOLVING_REASONS, ClosureReason, Priority, Visibility
from gup.incidents.models import Clock, Incident
from gup.incidents.verbs import REASONS_FOR_HANDLERS
from gup.incidents.words import MAX_TEXT
from gup.partners.models import Organisation, User

MAX_PROOFS = 4


def _words() -> serializers.CharField:
    return serializers.CharField(max_length=MAX_TEXT, required=False, allow_blank=True)


def _owed_words() -> serializers.CharField:
    return serializers.CharField(max_length=MAX_TEXT)


def _proof() -> serializers.ListField:
    """Photos that come along; only a form can carry them."""
    return serializers.ListField(child=PhotoField(), required=False, max_length=MAX_PROOFS)


class Bare(Given):
    """A verb that takes nothing."""


class Words(Given):
    text = _words()


class OwedWords(Given):
    text = _owed_words()


class Plan(Words):
    planned_for = Instant()


class Hold(OwedWords):
    reason = serializers.ChoiceField(
        choices=[choice for choice in PauseReasonChoice.choices if choice[0] in REASONS_FOR_HANDLERS]
    )
    review_at = Instant(required=False)


class Resolve(Words):
    reason = serializers.ChoiceField(
        choices=[(each.value, each.label) for each in RESOLVING_REASONS], default=ClosureReason.DONE
    )
    proof = _proof()


class Decline(OwedWords):
    reason = serializers.ChoiceField(choices=[(each.value, each.label) for each in DECLINING_REASONS])


class Contest(OwedWords):
    proof = _proof()


class Transfer(OwedWords):
    to = Among(lambda context: Organisation.objects.all(), key="slug", unknown="Organisation inconnue.")


class Merge(Given):
    master = Among(
        lambda context: Incident.objects.visible_to(context["user"]), key="ref", unknown="Incident introuvable."
    )


class Reprioritise(OwedWords):
    priority = serializers.ChoiceField(choices=Priority.choices)
    correction = serializers.BooleanField(default=False)


class Requalify(Words):
    category = Among(
        lambda context: Category.objects.select_related("parent"), key="slug", unknown="Catégorie inconnue."
    )


class Assign(Given):
    to = Among(
        lambda context: User.objects.filter(
            is_active=True,
            memberships__organisation=context["incident"].responsible_id,
            memberships__is_active=True,
        ).distinct(),
        key="email",
        unknown="Cette personne n'est pas de l'organisation qui répond de l'incident.",
        help_text="Son adresse e-mail.",
    )


class Arbitrate(OwedWords):
    clock = serializers.IntegerField(min_value=1)

    def validate_clock(self, key: int) -> Clock:
        found = Clock.objects.filter(incident=self.context["incident"], pk=key).first()
        if found is None:
            raise serializers.ValidationError("Cette horloge n'est pas celle de cet incident.")
        return found


class Comment(OwedWords):
    visibility = serializers.ChoiceField(choices=Visibility.choices, default=Visibility.PUBLIC)
