"""« Mes messages »: what one hears of, when; and the link under a letter that stops its like."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from gup.desk.people import the_user
from gup.incidents.housekeeping import forget_address
from gup.notifications.enums import Delivery, Topic
from gup.notifications.models import LetterHours, Preference
from gup.notifications.topics import must_hear, topics_of
from gup.notifications.unsubscribing import choose, reader_of, stop
from gup.partners.models import User

HOURS = [(hour, f"{hour} h") for hour in range(24)]
NO_HOUR = [("", "Pas de silence"), *HOURS]


class MessagesForm(forms.Form):
    """One choice a topic that her roles hear of, then the hours."""

    digest_hour = forms.TypedChoiceField(label="Heure de la lettre du jour", choices=HOURS, coerce=int)
    quiet_from = forms.TypedChoiceField(
        label="Rien à partir de", choices=NO_HOUR, coerce=int, empty_value=None, required=False
    )
    quiet_until = forms.TypedChoiceField(label="Jusqu'à", choices=NO_HOUR, coerce=int, empty_value=None, required=False)
    quiet_sundays = forms.BooleanField(label="Rien le dimanche", required=False)

    def __init__(self, user: User, data: Any = None) -> None:
        chosen = dict(Preference.objects.filter(user=user).values_list("topic", "delivery"))
        hours = LetterHours.objects.filter(user=user).first() or LetterHours(user=user)
        initial = {name: getattr(hours, name) for name in self.base_fields}
        super().__init__(data, initial=initial)
        self.user, self.hours, self.topics = user, hours, topics_of(user)
        owed = must_hear(user)
        for topic in self.topics:
            choices = [each for each in Delivery if each != Delivery.MUTED or topic not in owed]
            self.fields[topic.value] = forms.ChoiceField(
                label=topic.label,
                choices=[(each.value, each.label) for each in choices],
                initial=chosen.get(topic, Delivery.AT_ONCE),
                help_text="Votre rôle doit en être averti." if topic in owed else "",
            )
        self.order_fields([topic.value for topic in self.topics] + list(self.base_fields))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        start, end = given.get("quiet_from"), given.get("quiet_until")
        if (start is None) != (end is None):
            self.add_error("quiet_until" if end is None else "quiet_from", "Donnez le début et la fin du silence.")
        elif start is not None and start == end:
            self.add_error("quiet_until", "Le silence finit à une autre heure qu'il ne commence.")
        return given

    def save(self) -> None:
        with transaction.atomic():
            for topic in self.topics:
                choose(self.user, topic, Delivery(self.cleaned_data[topic.value]))
            for name in self.base_fields:
                setattr(self.hours, name, self.cleaned_data[name])
            self.hours.save()

    def topic_fields(self) -> list[Any]:
        return [self[topic.value] for topic in self.topics]

    def hour_fields(self) -> list[Any]:
        return [self[name] for name in self.base_fields]


@login_required
def my_messages(request: HttpRequest) -> HttpResponse:
    user = the_user(request)
    form = MessagesForm(user, request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            form.save()
            messages.success(request, "Vos choix sont enregistrés.")
            return redirect("my-messages")
        return render(request, "desk/my_messages.html", {"form": form}, status=400)
    return render(request, "desk/my_messages.html", {"form": form})


@never_cache
@csrf_exempt
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """A button for people; for mail programs, the same address takes their one press, which brings no cookie."""
    reader = reader_of(token)
    if reader is None:
        return render(request, "letters/unsubscribe.html", {"state": "unknown"}, status=404)
    context: dict[str, Any] = {"reader": reader, "state": "asked"}
    if request.method == "POST":
        if reader.user is None:
            forget_address(reader.address)
            context["state"] = "stopped"
        else:
            context["state"] = "stopped" if stop(reader.user, Topic(reader.topic)) else "owed"
    return render(request, "letters/unsubscribe.html", context)
