"""The forms that write down what was done; the domain judges what they carry."""

from typing import Any

from django import forms
from django.utils import timezone

from gup.conventions.enums import CommitmentKind
from gup.conventions.models import Commitment
from gup.desk.fields import day, moment
from gup.incidents.photo_files import MAX_BYTES
from gup.inspections.enums import Proof
from gup.inspections.models import Record
from gup.inspections.recording import MAX_NAME, MAX_NOTE, MAX_PARTICIPANTS, MAX_REASON, Correction
from gup.inspections.rights import commitments_to_record
from gup.partners.models import User
from gup.partners.scope import places_of
from gup.places.models import Residence, Spot

FILES = "image/jpeg,image/png,image/webp,image/heic,image/heif,application/pdf"


class CommitmentField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Commitment) -> str:
        return f"{obj.version.convention.organisation.short_name} · {obj.label}"


class SpotField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Spot) -> str:
        return f"{obj.residence} · {obj}"


class RecordForm(forms.Form):
    """What each record says. With `former`, it corrects that one and says why."""

    commitment = CommitmentField(label="Engagement", queryset=Commitment.objects.none())
    evidence = forms.FileField(
        label="Fichier", required=False, widget=forms.ClearableFileInput(attrs={"accept": FILES})
    )
    note = forms.CharField(
        label="Observations", required=False, max_length=MAX_NOTE, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, user: User, kind: CommitmentKind, former: Record | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.former = former
        open_to = commitments_to_record(user, kind, timezone.localdate())
        chosen = open_to.select_related("version__convention__organisation")
        self.fields["commitment"].queryset = chosen  # type: ignore[attr-defined]
        if "residence" in self.fields:
            self.fields["residence"].queryset = places_of(user)  # type: ignore[attr-defined]
        if "spot" in self.fields:
            here = Spot.objects.filter(residence__in=places_of(user)).select_related("residence")
            self.fields["spot"].queryset = here  # type: ignore[attr-defined]
        if former is not None:
            self.fields["reason"] = forms.CharField(
                label="Pourquoi l'enregistrement précédent était faux", max_length=MAX_REASON
            )
            self.fields["corrects"] = forms.UUIDField(widget=forms.HiddenInput, initial=former.uuid)

    def told(self) -> dict[str, Any]:
        """The arguments of the verb, but who and when."""
        given = dict(self.cleaned_data)
        file, reason = given.pop("evidence"), given.pop("reason", "")
        given.pop("corrects", None)
        # A heavy file is cut just past the limit, so that the domain refuses it by its size.
        given["data"] = file.read(MAX_BYTES + 1) if file else b""
        given["correction"] = Correction(self.former, reason) if self.former is not None else None
        return given


class PassageForm(RecordForm):
    field_order = ["commitment", "residence", "spot", "passed_at", "proof", "code", "evidence", "note"]

    residence = forms.ModelChoiceField(label="Résidence", queryset=Residence.objects.none(), to_field_name="slug")
    spot = SpotField(
        label="Lieu précis",
        queryset=Spot.objects.none(),
        required=False,
        empty_label="Toute la résidence, ou le lieu du QR code",
    )
    passed_at = moment(
        "Passage le", required=False, help_text="Laissez vide si c'est maintenant ; 7 jours en arrière au plus."
    )
    proof = forms.ChoiceField(
        label="Preuve",
        choices=[*Proof.choices, ("", "Aucune : le passage est dit, il ne prouve rien")],
        required=False,
        initial=Proof.QR,
        widget=forms.RadioSelect,
    )
    code = forms.CharField(
        label="QR code du lieu",
        required=False,
        max_length=300,
        help_text="Le code imprimé sous le QR code, ou l'adresse qu'il ouvre.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )
    evidence = forms.FileField(
        label="Photo ou feuille signée",
        required=False,
        help_text="Une photo, ou le PDF d'une feuille signée (10 Mo au plus).",
        widget=forms.ClearableFileInput(attrs={"accept": FILES}),
    )


class WalkForm(RecordForm):
    field_order = ["commitment", "residence", "walked_on", "score", "walker", "participants", "evidence", "note"]

    residence = forms.ModelChoiceField(label="Résidence", queryset=Residence.objects.none(), to_field_name="slug")
    walked_on = day("Visite du", help_text="31 jours en arrière au plus.")
    score = forms.CharField(
        label="Note", max_length=20, help_text="Sur l'échelle de l'engagement : 72/100, 3,5 ou B par exemple."
    )
    walker = forms.CharField(label="Menée par", max_length=MAX_NAME)
    participants = forms.CharField(
        label="Avec", required=False, max_length=MAX_PARTICIPANTS, help_text="Les partenaires présents."
    )


class MilestoneForm(RecordForm):
    field_order = ["commitment", "done_on", "evidence", "note"]

    done_on = day("Faite le", help_text="31 jours en arrière au plus.")
    note = forms.CharField(
        label="Ce qui le montre",
        required=False,
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Un fichier ou des mots : l'un des deux est nécessaire.",
    )


class WithdrawalForm(forms.Form):
    reason = forms.CharField(
        label="Pourquoi le retirer", max_length=MAX_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )
