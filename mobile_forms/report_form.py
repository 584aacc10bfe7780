"""What the public form asks: one category of the family that was chosen by its picture, a place, words, photos."""

import uuid

from django import forms
from django.utils.translation import gettext, gettext_lazy

from gup.conventions.models import Category
from gup.desk.fields import PhotosField
from gup.incidents.intake import MAX_TITLE
from gup.incidents.words import MAX_TEXT
from gup.places.models import QrCode, Spot


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
    )
    spot = forms.ModelChoiceField(
        label=gettext_lazy("Où exactement ?"),
        queryset=Spot.objects.none(),
        required=False,
        empty_label=gettext_lazy("Dans la résidence"),
    )
    title = forms.CharField(label=gettext_lazy("En une ligne"), max_length=MAX_TITLE)
    description = forms.CharField(
        label=gettext_lazy("Précisions"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Ne nommez personne."),
    )
    photos = PhotosField(
        label=gettext_lazy("Photos"), required=False, help_text=gettext_lazy("4 au plus, sans visage ni plaque.")
    )
    reporter_email = forms.EmailField(
        label=gettext_lazy("E-mail, pour être tenu au courant"),
        required=False,
        help_text=gettext_lazy("Facultatif. Effacé 90 jours après la clôture."),
    )
    # Said once the page has shown what is known already.
    is_another = forms.BooleanField(
        label=gettext_lazy("C'est un autre problème"), required=False, widget=forms.HiddenInput
    )
    # Of one page that was opened: sent twice, it is one report.
    sending = forms.UUIDField(widget=forms.HiddenInput, required=False)
    # A field that people do not see and machines fill in.
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def __init__(self, *args: object, qr: QrCode, family: Category, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["spot"].queryset = qr.residence.spots.all()  # type: ignore[attr-defined]
        self.fields["category"].queryset = Category.objects.filter(parent=family)  # type: ignore[attr-defined]
        self.fields["sending"].initial = uuid.uuid4


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
