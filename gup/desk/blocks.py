"""The block list: whom the public pages no longer hear, why, and until when; the administration adds and lifts."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gup.desk.fields import moment
from gup.desk.people import the_user
from gup.incidents.block_models import Block, BlockKind
from gup.incidents.blocking import block, lift
from gup.partners.enums import Role
from gup.partners.models import User
from gup.partners.scope import has_role

SHOWN = 200


class BlockForm(forms.Form):
    kind = forms.ChoiceField(label="Nature", choices=BlockKind.choices)
    value = forms.CharField(
        label="Adresse", max_length=254, help_text="Un e-mail, une adresse IP, ou un réseau comme 192.0.2.0/24."
    )
    reason = forms.CharField(label="Motif", max_length=300, help_text="La personne le lira.")
    until = moment("Jusqu'au", help_text="Un an au plus.")


@login_required
def blocks(request: HttpRequest) -> HttpResponse:
    user, form = _administrator(request), BlockForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            block(**form.cleaned_data, by=user, at=timezone.now())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "Adresse bloquée : ses envois publics sont refusés, avec le motif.")
            return redirect("blocks")
    now = timezone.now()
    in_force = Block.objects.filter(lifted_at=None, until__gt=now).select_related("made_by")
    ended = Block.objects.exclude(pk__in=in_force.values("pk")).select_related("made_by")
    context = {"form": form, "in_force": in_force[:SHOWN], "ended": ended[:SHOWN]}
    return render(request, "desk/blocks.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def lift_block(request: HttpRequest, pk: int) -> HttpResponse:
    user = _administrator(request)
    try:
        lift(get_object_or_404(Block, pk=pk), by=user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, "Blocage levé.")
    return redirect("blocks")


def _administrator(request: HttpRequest) -> User:
    user = the_user(request)
    if not has_role(user, [Role.ADMINISTRATOR]):
        raise PermissionDenied
    return user
