"""The phones of the field app: a code to associate one, those in service, and the end of a lost one."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from gup.desk.people import the_user
from gup.desk.qr_picture import drawn
from gup.partners.devices import CODE_LIFE, devices_managed_by, issue_code, people_managed_by, revoke
from gup.partners.models import User

SHOWN = 200


class PersonForm(forms.Form):
    person = forms.ModelChoiceField(label="Pour", queryset=User.objects.none(), to_field_name="email", empty_label=None)

    def __init__(self, user: User, data: object = None) -> None:
        super().__init__(data, initial={"person": user.email})  # type: ignore[arg-type]
        people = people_managed_by(user).filter(is_active=True).order_by("full_name", "email")
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        if people.count() < 2:
            self.fields["person"].widget = forms.HiddenInput()


@login_required
def devices(request: HttpRequest) -> HttpResponse:
    user = the_user(request)
    return _page(request, user, PersonForm(user))


@never_cache
@login_required
@require_POST
def new_device(request: HttpRequest) -> HttpResponse:
    """The code, as a picture to scan and as signs to copy: shown this once."""
    user = the_user(request)
    form = PersonForm(user, request.POST)
    if not form.is_valid():
        return _page(request, user, form, status=400)
    person: User = form.cleaned_data["person"]
    now = timezone.now()
    code = issue_code(person, by=user, at=now)
    address = f"{settings.GUP_BASE_URL}/terrain/"
    shown = {
        "person": person,
        "is_mine": person == user,
        "code": f"{code[:5]} {code[5:]}",
        "address": address,
        "picture": drawn(f"{address}#code={code}"),
        "until": now + CODE_LIFE,
    }
    return render(request, "desk/device_new.html", shown)


@login_required
@require_POST
def revoke_device(request: HttpRequest, pk: int) -> HttpResponse:
    user = the_user(request)
    device = get_object_or_404(devices_managed_by(user), pk=pk)
    try:
        revoke(device, by=user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, f"« {device.name} » est révoqué : il ne lit et n'envoie plus rien.")
    return redirect("devices")


def _page(request: HttpRequest, user: User, form: PersonForm, *, status: int = 200) -> HttpResponse:
    found = devices_managed_by(user).select_related("user", "revoked_by")
    context = {
        "form": form,
        "in_service": found.in_service()[:SHOWN],
        "revoked": found.exclude(revoked_at=None).order_by("-revoked_at")[:SHOWN],
    }
    return render(request, "desk/devices.html", context, status=status)
