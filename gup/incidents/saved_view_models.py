"""A list that somebody keeps under a name: what its address asks, and nothing that it found."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from gup.partners.models import User

MAX_NAME, MAX_QUERY = 60, 2000


class SavedView(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    name = models.CharField("nom", max_length=MAX_NAME)
    query = models.CharField("question", max_length=MAX_QUERY, blank=True)
    position = models.PositiveIntegerField("ordre", default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                "user",
                Lower("name"),
                name="saved_view_name_once",
                violation_error_message="Vous avez déjà une vue de ce nom.",
            ),
            models.CheckConstraint(
                name="saved_view_has_a_name",
                condition=~Q(name=""),
                violation_error_message="Donnez un nom à la vue.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
