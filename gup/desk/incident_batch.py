"""Several incidents at once: ticked in the list, shown again with the action's own fields, then said to each."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from gup.desk.incident_filter import listed
from gup.desk.people import the_user
from gup.desk.verb_forms import RECEIVERS
from gup.incidents.bulk import BULK_VERBS, MOST, say_to_each, sayable
from gup.incidents.enums import Verb
from gup.incidents.keyset import SORTED
from gup.incidents.models import Batch, Incident
from gup.incidents.words import MAX_TEXT
from gup.partners.models import Organisation, User
from gup.partners.scope import memberships_of

# A reference and a version, at their longest.
LONGEST = 40


class BatchForm(forms.Form):
    """What was shown goes with it, version by version: nothing that changed meanwhile is written over."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    verb = forms.ChoiceField(choices=[(each.value, each.label) for each in BULK_VERBS], widget=forms.HiddenInput)
    incidents = forms.CharField(widget=forms.HiddenInput, max_length=MOST * LONGEST)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepare(user)

    def prepare(self, user: User) -> None:
        """Fill the choices that depend on who asks."""

    def clean_incidents(self) -> dict[str, int]:
        versions: dict[str, int] = {}
        for item in self.cleaned_data["incidents"].split():
            ref, _, version = item.partition(":")
            if not (version.isascii() and version.isdecimal() and len(version) < 10):
                raise forms.ValidationError("Ces incidents ne peuvent pas être lus : recommencez depuis la liste.")
            versions[ref] = int(version)
        if not 0 < len(versions) <= MOST:
            raise forms.ValidationError(f"De 1 à {MOST} incidents à la fois.")
        return versions

    def arguments(self) -> dict[str, Any]:
        """What the verb is said with."""
        own = set(self.cleaned_data) - {"key", "verb", "incidents"}
        return {name: self.cleaned_data[name] for name in own}


class AcknowledgeBatch(BatchForm):
    text = forms.CharField(
        label="Message à chaque signalant",
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AssignBatch(BatchForm):
    to = forms.ModelChoiceField(label="Personne", queryset=User.objects.none())

    def prepare(self, user: User) -> None:
        own = [each.organisation_id for each in memberships_of(user)]
        colleagues = User.objects.filter(memberships__organisation__in=own, memberships__is_active=True, is_active=True)
        self.fields["to"].queryset = colleagues.distinct().order_by("full_name", "email")  # type: ignore[attr-defined]


class TransferBatch(BatchForm):
    to = forms.ModelChoiceField(
        label="À qui", queryset=Organisation.objects.filter(kind__in=RECEIVERS), to_field_name="slug"
    )
    text = forms.CharField(label="Pourquoi", max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 2}))


FORMS: dict[Verb, type[BatchForm]] = {
    Verb.ACKNOWLEDGE: AcknowledgeBatch,
    Verb.ASSIGN: AssignBatch,
    Verb.TRANSFER: TransferBatch,
}


@login_required
def new_batch(request: HttpRequest) -> HttpResponse:
    """GET shows what was ticked and what the action asks; POST says it to each."""
    return _say(request) if request.method == "POST" else _show(request)


@login_required
def batch(request: HttpRequest, batch_uuid: uuid.UUID) -> HttpResponse:
    """What became of it."""
    found = get_object_or_404(Batch.objects.filter(user=the_user(request)), uuid=batch_uuid)
    return render(request, "desk/batch.html", {"batch": found, "verb": Verb(found.verb)})


def _show(request: HttpRequest) -> HttpResponse:
    user = the_user(request)
    verb = next((each for each in BULK_VERBS if each.value == request.GET.get("verb")), None)
    asked = listed(user, request.GET, timezone.now())
    found = (
        asked.found
        if request.GET.get("all")
        else Incident.objects.visible_to(user).filter(ref__in=request.GET.getlist("pick")[: MOST + 1])
    )
    chosen = list(found.for_lists().order_by(*SORTED[asked.asked.order])[: MOST + 1])
    if verb is None or not chosen or len(chosen) > MOST:
        messages.error(request, _what_is_missing(verb, chosen))
        return redirect(f"{reverse('incidents')}?{asked.query}")
    listing = " ".join(f"{each.ref}:{each.version}" for each in chosen)
    form = FORMS[verb](initial={"key": uuid.uuid4(), "verb": verb.value, "incidents": listing}, user=user)
    return _page(request, verb, form, chosen)


def _what_is_missing(verb: Verb | None, chosen: list[Incident]) -> str:
    if len(chosen) > MOST:
        return f"Plus de {MOST} incidents répondent à ces filtres : resserrez-les, puis recommencez."
    return "Cochez au moins un incident." if verb else "Choisissez une action à faire sur les incidents cochés."


def _say(request: HttpRequest) -> HttpResponse:
    user = the_user(request)
    verb = next((each for each in BULK_VERBS if each.value == request.POST.get("verb")), BULK_VERBS[0])
    form = FORMS[verb](request.POST, user=user)
    if not form.is_valid():
        refs = [item.partition(":")[0] for item in request.POST.get("incidents", "").split()[:MOST]]
        chosen = list(Incident.objects.visible_to(user).filter(ref__in=refs).for_lists().by_due())
        return _page(request, verb, form, chosen, status=400)
    key, versions = form.cleaned_data["key"], form.cleaned_data["incidents"]
    said = say_to_each(key, verb, versions, by=user, at=timezone.now(), **form.arguments())
    return redirect("batch", batch_uuid=said.uuid)


def _page(
    request: HttpRequest, verb: Verb, form: BatchForm, chosen: list[Incident], *, status: int = 200
) -> HttpResponse:
    possible = sayable(the_user(request), chosen).get(verb, 0)
    context = {"verb": verb, "form": form, "chosen": chosen, "possible": possible, "now": timezone.now()}
    return render(request, "desk/batch_new.html", context, status=status)
