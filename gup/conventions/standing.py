"""Where a version stands: a project, signed for later, in force, or over."""

from datetime import datetime

from django.db import models

from gup.conventions.models import ConventionVersion


class Standing(models.TextChoices):
    PROJECT = "project", "Projet"
    COMING = "coming", "À venir"
    IN_FORCE = "in_force", "En vigueur"
    OVER = "over", "Échue"


def standing_of(version: ConventionVersion, at: datetime) -> Standing:
    """By the local day of the convention at `at` (UTC)."""
    if version.activated_at is None:
        return Standing.PROJECT
    if version.is_in_force(at):
        return Standing.IN_FORCE
    return Standing.COMING if at < version.starts_at else Standing.OVER
