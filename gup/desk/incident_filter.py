"""What the address of a list asks, read once for the page, its map, its file and its batches."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django import forms
from django.http import QueryDict

from gup.incidents.concerns import NOBODY, Concern, assigned_to, concerning, team_of
from gup.incidents.facets import Counted, counted, values_of
from gup.incidents.keyset import Order
from gup.incidents.listing import Asked, Directory, Facet, Work, directory_of, matching
from gup.incidents.models import Incident
from gup.incidents.visibility import IncidentQuerySet
from gup.partners.models import User

# What addresses a page of the list, and not the list itself.
PAGING = ("suite", "pick", "verb", "all")


class IncidentFilter(forms.Form):
    """A value that no list has is refused with its field named: guessing would answer another question."""

    q = forms.CharField(label="Rechercher", max_length=200, required=False)
    state = forms.ChoiceField(label="Situation", choices=[("", "Toutes"), *Work.choices], required=False)
    sort = forms.ChoiceField(label="Trier par", choices=[("", Order.DUE.label), *Order.choices[1:]], required=False)

    who = forms.ChoiceField(
        label="Qui est concerné", choices=[("", ""), *Concern.choices], required=False, widget=forms.HiddenInput
    )
    agent = forms.ChoiceField(label="Confié à", required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, known: Directory, user: User) -> None:
        super().__init__(data)
        # Asked of the database by the few addresses that name a colleague.
        team = team_of(user) if data.get("agent") else []
        choices = [("", ""), (NOBODY, "Personne"), *((str(each.pk), str(each)) for each in team)]
        self.fields["agent"].choices = choices  # type: ignore[attr-defined]
        self.given = data
        for facet, choices in values_of(known).items():
            self.fields[facet.value] = forms.MultipleChoiceField(label=facet.label, choices=choices, required=False)
        self.fields["q"].widget.attrs["type"] = "search"

    def asked(self) -> Asked:
        """The question of a valid form."""
        given = self.cleaned_data
        chosen = {facet: tuple(given[facet.value]) for facet in Facet if given[facet.value]}
        return Asked(given["q"].strip(), given["state"], Order(given["sort"] or Order.DUE), chosen)


@dataclass
class Listed:
    """The list that a person asked for at an instant."""

    form: IncidentFilter
    known: Directory
    user: User
    now: datetime

    @cached_property
    def is_right(self) -> bool:
        return self.form.is_valid()

    @cached_property
    def asked(self) -> Asked:
        return self.form.asked() if self.is_right else Asked()

    @property
    def found(self) -> IncidentQuerySet:
        """What answers; nothing where the question is wrong."""
        visible = self._visible
        return matching(visible, self.asked, self.now) if self.is_right else visible.none()

    @property
    def _visible(self) -> IncidentQuerySet:
        """What she may read, and that concerns whom the address says."""
        visible = Incident.objects.visible_to(self.user)
        if not self.is_right:
            return visible
        visible = concerning(visible, self.user, self.form.cleaned_data["who"], self.now)
        agent = self.form.cleaned_data["agent"]
        return assigned_to(visible, self.user, agent) if agent else visible

    @cached_property
    def counts(self) -> tuple[int, list[Counted]]:
        if not self.is_right:
            return 0, []
        return counted(self._visible, self.asked, self.now, self.known)

    @property
    def query(self) -> str:
        """The question as an address writes it: without empty fields, without where a page begins."""
        return query_of(self.form.given)


def listed(user: User, data: QueryDict, now: datetime) -> Listed:
    known = directory_of(user)
    return Listed(IncidentFilter(data, known, user), known, user, now)


def query_of(data: QueryDict) -> str:
    kept = QueryDict(mutable=True)
    for name, values in data.lists():
        if name not in PAGING and (filled := [value for value in values if value]):
            kept.setlist(name, filled)
    return kept.urlencode()
