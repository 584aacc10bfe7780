"""The form of each verb: exactly the fields it needs, and how it is said to the incident."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms

from gup.conventions.models import Category
from gup.desk.fields import PhotosField, moment, read_photos
from gup.incidents.duplicates import masters_for
from gup.incidents.enums import (
    DECLINING_REASONS,
    RESOLVING_REASONS,
    PauseReasonChoice,
    PhotoKind,
    Priority,
    Verb,
    Visibility,
)
from gup.incidents.models import Clock, Incident
from gup.incidents.thread import visibilities_for
from gup.incidents.verbs import REASONS_FOR_HANDLERS
from gup.incidents.words import MAX_TEXT
from gup.partners.enums import OrganisationKind
from gup.partners.models import Organisation, User

RECEIVERS = [
    OrganisationKind.BAILLEUR,
    OrganisationKind.COMMUNE,
    OrganisationKind.CITY_SERVICE,
    OrganisationKind.OPERATOR,
    OrganisationKind.PARTNER,
]


def _organisation() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label="À qui", queryset=Organisation.objects.filter(kind__in=RECEIVERS), to_field_name="slug"
    )


class VerbForm(forms.Form):
    """The version that was read comes back with each verb, so that a stale page writes nothing."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    text = forms.CharField(
        label="Message", required=False, max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, incident: Incident, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.incident = incident
        self.fields["version"].initial = incident.version
        self.prepare(incident, user)
        # Words come last: they are the part one may leave empty.
        self.order_fields([name for name in self.fields if name != "text"] + ["text"])

    def prepare(self, incident: Incident, user: User) -> None:
        """Fill the choices that depend on the incident."""

    def typed(self) -> list[tuple[str, str]]:
        """What was filled in, by label, as the person sees it: files stay with the browser and are not here."""
        told = []
        for field in self.visible_fields():
            value = field.data
            choices = dict(getattr(field.field, "choices", ()))
            shown = choices.get(value, value) if isinstance(value, str) else ("oui" if value is True else "")
            if shown:
                told.append((str(field.label), str(shown)))
        return told

    def arguments(self) -> dict[str, Any]:
        """What the verb is called with, besides who and when."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version" and value is not None}


class PlanForm(VerbForm):
    planned_for = moment("Intervention prévue le")


class HoldForm(VerbForm):
    reason = forms.ChoiceField(
        label="Motif", choices=[(each.value, each.label) for each in PauseReasonChoice if each in REASONS_FOR_HANDLERS]
    )
    review_at = moment("À revoir le", required=False)
    photos = PhotosField(label="Preuve d'accès impossible", required=False)

    def arguments(self) -> dict[str, Any]:
        return {name: value for name, value in super().arguments().items() if name != "photos"}


class ResolveForm(VerbForm):
    reason = forms.ChoiceField(
        label="Ce qui a été fait", choices=[(each.value, each.label) for each in RESOLVING_REASONS]
    )
    proof = PhotosField(label="Photos après réparation", required=False)

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"proof": read_photos(self.cleaned_data["proof"])}


class DeclineForm(VerbForm):
    reason = forms.ChoiceField(label="Motif", choices=[(each.value, each.label) for each in DECLINING_REASONS])


class ContestForm(VerbForm):
    proof = PhotosField(label="Photos", required=False)

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"proof": read_photos(self.cleaned_data["proof"])}


class TransferForm(VerbForm):
    to = _organisation()


class MergeForm(VerbForm):
    master = forms.ModelChoiceField(label="Incident principal", queryset=Incident.objects.none(), to_field_name="ref")

    def prepare(self, incident: Incident, user: User) -> None:
        del self.fields["text"]
        self.fields["master"].queryset = masters_for(incident, Incident.objects.visible_to(user))  # type: ignore[attr-defined]


class BareForm(VerbForm):
    """A verb that takes no words."""

    def prepare(self, incident: Incident, user: User) -> None:
        del self.fields["text"]


class PriorityForm(VerbForm):
    priority = forms.ChoiceField(label="Priorité", choices=Priority.choices)
    correction = forms.BooleanField(label="C'était une erreur de qualification", required=False)


class CategoryForm(VerbForm):
    category = forms.ModelChoiceField(
        label="Catégorie", queryset=Category.objects.filter(parent__isnull=False), to_field_name="slug"
    )


class AssignForm(BareForm):
    to = forms.ModelChoiceField(label="Personne", queryset=User.objects.none())

    def prepare(self, incident: Incident, user: User) -> None:
        super().prepare(incident, user)
        colleagues = User.objects.filter(memberships__organisation=incident.responsible_id, is_active=True)
        self.fields["to"].queryset = colleagues.distinct()  # type: ignore[attr-defined]


class ArbitrateForm(VerbForm):
    clock = forms.ModelChoiceField(label="Délai dépassé", queryset=Clock.objects.none())

    def prepare(self, incident: Incident, user: User) -> None:
        self.fields["clock"].queryset = incident.clocks.filter(due_at__isnull=False, is_excused=False)  # type: ignore[attr-defined]
        self.fields["clock"].label_from_instance = lambda clock: clock.get_stage_display()  # type: ignore[attr-defined]


READERS = {
    Visibility.PUBLIC: "Tout le monde : signalant et partenaires",
    Visibility.PARTNERS: "Les partenaires : pas le signalant",
    Visibility.INTERNAL: "Mon organisation et le DSU",
}


class CommentForm(VerbForm):
    visibility = forms.ChoiceField(label="Qui le lira", widget=forms.RadioSelect, initial=Visibility.PUBLIC)

    def prepare(self, incident: Incident, user: User) -> None:
        readers = visibilities_for(incident, user)
        self.fields["visibility"].choices = [(each.value, READERS[each]) for each in readers]  # type: ignore[attr-defined]
        if len(readers) == 1:
            self.fields["visibility"].widget = forms.HiddenInput()


class PhotoForm(BareForm):
    kind = forms.ChoiceField(label="Nature", choices=PhotoKind.choices)
    photos = PhotosField(label="Photo", required=True)


FORMS: dict[Verb, type[VerbForm]] = {
    Verb.ACKNOWLEDGE: VerbForm,
    Verb.ATTEND: VerbForm,
    Verb.MAKE_SAFE: VerbForm,
    Verb.PLAN: PlanForm,
    Verb.HOLD: HoldForm,
    Verb.RESUME: VerbForm,
    Verb.RESOLVE: ResolveForm,
    Verb.DECLINE: DeclineForm,
    Verb.CONFIRM: VerbForm,
    Verb.CONTEST: ContestForm,
    Verb.REOPEN: VerbForm,
    Verb.TRANSFER: TransferForm,
    Verb.PROPOSE_TRANSFER: TransferForm,
    Verb.MERGE: MergeForm,
    Verb.UNMERGE: BareForm,
    Verb.REPRIORITISE: PriorityForm,
    Verb.REQUALIFY: CategoryForm,
    Verb.ASSIGN: AssignForm,
    Verb.ARBITRATE: ArbitrateForm,
    Verb.COMMENT: CommentForm,
    Verb.ADD_PHOTO: PhotoForm,
    Verb.SUPPORT: BareForm,
}


def speak(verb: Verb, form: VerbForm, *, by: User, at: datetime) -> None:
    """Say the verb to the incident of a valid form. Raises the domain's Refused errors."""
    incident = form.incident
    incident.expect_version(form.cleaned_data["version"])
    if verb == Verb.ADD_PHOTO:
        for data in read_photos(form.cleaned_data["photos"]):
            incident.add_photo(by=by, at=at, data=data, kind=form.cleaned_data["kind"])
        return
    if verb == Verb.HOLD:
        for data in read_photos(form.cleaned_data["photos"]):
            incident.add_photo(by=by, at=at, data=data, kind=PhotoKind.ACCESS)
    method: Callable[..., object] = getattr(incident, verb.value)
    method(by=by, at=at, **form.arguments())
