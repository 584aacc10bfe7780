"""What the public form asks: one category of the family that was chosen by its picture, a place, words, photos."""

import uuid

from django import forms
from django.utils.translation import gettext, gettext_lazy

from gup.conventions.models import Category
from gup.desk.fields import PhotosField
from gup.incidents.errors import InvalidInput
from gup.incidents.intake import MAX_TITLE, readable_phone
from gup.incidents.words import MAX_TEXT
from gup.places.models import QrCode, Spot

# Our own words, in every language of the page: Django has no Kreyòl.
CHOOSE = gettext_lazy("Choisissez de quoi il s'agit.")
TOO_LONG = gettext_lazy("Ce texte est trop long : %(show_value)d caractères pour %(limit_value)d au plus.")


class TranslatedChoice(forms.ModelChoiceField):
    """The nomenclature is French; its names are read in the page's language."""

    def label_from_instance(self, obj: Category) -> str:
        return gettext(obj.name)


class PublicForm(forms.Form):
    category = TranslatedChoice(
        label=gettext_lazy("De quoi s'agit-il ?"),
        queryset=Category.objects.none(),
        to_field_name="slug",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    spot = forms.ModelChoiceField(
        label=gettext_lazy("Où exactement ?"),
        queryset=Spot.objects.none(),
        required=False,
        empty_label=gettext_lazy("Dans la résidence"),
        error_messages={"invalid_choice": gettext_lazy("Choisissez un lieu de la liste.")},
    )
    title = forms.CharField(
        label=gettext_lazy("En une ligne"),
        max_length=MAX_TITLE,
        error_messages={"required": gettext_lazy("Dites en une ligne ce qui ne va pas."), "max_length": TOO_LONG},
    )
    description = forms.CharField(
        label=gettext_lazy("Précisions"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Ne nommez personne."),
        error_messages={"max_length": TOO_LONG},
    )
    photos = PhotosField(
        label=gettext_lazy("Photos"), required=False, help_text=gettext_lazy("4 au plus, sans visage ni plaque.")
    )
    reporter_email = forms.EmailField(
        label=gettext_lazy("E-mail, pour être tenu au courant"),
        required=False,
        help_text=gettext_lazy("Facultatif. Effacé 90 jours après la clôture."),
        error_messages={"invalid": gettext_lazy("Cette adresse e-mail n'est pas valable.")},
    )
    reporter_phone = forms.CharField(
        label=gettext_lazy("Téléphone, pour être rappelé"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=gettext_lazy("Facultatif. Lu par ceux qui réparent, et effacé de même."),
        error_messages={"max_length": gettext_lazy("Ce numéro de téléphone n'est pas valable.")},
    )
    # Said once the page has shown what is known already.
    is_another = forms.BooleanField(
        label=gettext_lazy("C'est un autre problème"), required=False, widget=forms.HiddenInput
    )
    # Of one page that was opened: sent twice, it is one report.
    sending = forms.UUIDField(
        widget=forms.HiddenInput,
        required=False,
        error_messages={"invalid": gettext_lazy("Cette page n'est plus à jour : rechargez-la.")},
    )
    # A field that people do not see and machines fill in.
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def __init__(self, *args: object, qr: QrCode, family: Category, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["spot"].queryset = qr.residence.spots.all()  # type: ignore[attr-defined]
        self.fields["category"].queryset = Category.objects.filter(parent=family)  # type: ignore[attr-defined]
        self.fields["sending"].initial = uuid.uuid4

    def clean_reporter_phone(self) -> str:
        try:
            return readable_phone(self.cleaned_data["reporter_phone"])
        except InvalidInput as refusal:
            raise forms.ValidationError(gettext(refusal.message)) from refusal


def families() -> list[Category]:
    """What may be wrong, in the order of the nomenclature; each has its picture."""
    return list(Category.objects.filter(parent=None).order_by("order"))


def family_of(given: str, category: str) -> Category | None:
    """The family chosen by its picture, or that of the category already sent; None where neither is known."""
    by_slug = {each.slug: each for each in Category.objects.select_related("parent")}
    chosen = by_slug.get(given)
    if chosen is None or chosen.parent is not None:
        chosen = by_slug[category].parent if category in by_slug else None
    return chosen
