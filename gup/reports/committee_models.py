"""The committees that read the reports: when they sat, what they decided, and what became of it."""

from django.db import models
from django.db.models import Q

from gup.conventions.models import Convention
from gup.partners.models import Organisation, User
from gup.reports.enums import Committee, Outcome


class CommitteeSession(models.Model):
    """A sitting of one of the two committees, past or planned. No convention: the whole commune."""

    committee = models.CharField("comité", max_length=10, choices=Committee)
    convention = models.ForeignKey(Convention, models.PROTECT, null=True, blank=True, related_name="sessions")
    held_at = models.DateTimeField("se réunit le")
    place = models.CharField("lieu", max_length=160, blank=True)
    recorded_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-held_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="committee_known",
                condition=Q(committee__in=Committee.values),
                violation_error_message="Comité inconnu.",
            ),
            models.UniqueConstraint(
                fields=["committee", "held_at"],
                name="one_sitting_at_a_time",
                violation_error_message="Ce comité se réunit déjà à cette heure.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_committee_display()} du {self.held_at:%d/%m/%Y}"


class Decision(models.Model):
    """What a sitting decided, who answers for it, until when, and what became of it."""

    session = models.ForeignKey(CommitteeSession, models.CASCADE, related_name="decisions")
    text = models.CharField("décision", max_length=600)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="decisions", verbose_name="confiée à")
    due_on = models.DateField("pour le", null=True, blank=True)
    outcome = models.CharField("suite", max_length=10, choices=Outcome, default=Outcome.OPEN)
    outcome_text = models.CharField("ce qui a été fait", max_length=600, blank=True)
    settled_on = models.DateField("constaté le", null=True, blank=True)

    class Meta:
        ordering = ["session_id", "id"]
        constraints = [
            models.CheckConstraint(
                name="decision_says_something",
                condition=~Q(text=""),
                violation_error_message="Écrivez la décision.",
            ),
            models.CheckConstraint(
                name="decision_outcome_known",
                condition=Q(outcome__in=Outcome.values),
                violation_error_message="Suite inconnue.",
            ),
            models.CheckConstraint(
                name="settled_decision_is_told",
                condition=Q(outcome=Outcome.OPEN, settled_on__isnull=True)
                | (~Q(outcome=Outcome.OPEN) & Q(settled_on__isnull=False) & ~Q(outcome_text="")),
                violation_error_message="Dites ce qui a été fait, et quand cela a été constaté.",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
