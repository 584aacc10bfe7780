"""Opening hours at the desk: read by all, edited by the DSU's administration."""

import re
from datetime import date
from itertools import groupby

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from gup.conventions.calendar_edits import DatedExceptions, edit_calendar
from gup.conventions.calendar_models import Windows
from gup.conventions.models import ServiceCalendar
from gup.conventions.rights import may_author, require_author
from gup.desk.people import the_user

WEEKDAYS = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche")
CLOSED = "fermé"
_WINDOW = re.compile(r"(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})")


class CalendarForm(forms.Form):
    """Hours as people write them: « 07:30-12:00, 13:00-15:00 », empty when closed."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    exceptions = forms.CharField(
        label="Jours particuliers",
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text="Un jour par ligne : 2026-05-22 ; fermé ; Abolition. Ou : 2026-11-02 ; 07:30-12:00 ; motif.",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for weekday, name in enumerate(WEEKDAYS):
            self.fields[f"day{weekday}"] = forms.CharField(label=name, required=False, max_length=100)
        self.order_fields(["revision", *(f"day{weekday}" for weekday in range(7)), "exceptions"])

    def clean(self) -> dict[str, object]:
        """Read every line, and tell all that cannot be read."""
        self.weekly: dict[str, Windows] = {}
        for weekday in range(7):
            try:
                if windows := _windows(str(self.cleaned_data.get(f"day{weekday}", ""))):
                    self.weekly[str(weekday)] = windows
            except ValidationError as unreadable:
                self.add_error(f"day{weekday}", unreadable)
        self.days: dict[date, tuple[str, Windows]] = {}
        for number, line in enumerate(str(self.cleaned_data.get("exceptions", "")).splitlines(), start=1):
            if line.strip():
                try:
                    self._read(line)
                except ValidationError as unreadable:
                    self.add_error("exceptions", f"Ligne {number} : {unreadable.messages[0]}")
        return self.cleaned_data

    def _read(self, line: str) -> None:
        parts = [part.strip() for part in line.split(";", 2)]
        if len(parts) != 3 or not parts[2]:
            raise ValidationError("écrivez le jour, les horaires (ou « fermé ») et le motif, séparés par « ; ».")
        try:
            day = date.fromisoformat(parts[0])
        except ValueError as unreadable:
            raise ValidationError(f"« {parts[0]} » n'est pas un jour (année-mois-jour).") from unreadable
        if day in self.days:
            raise ValidationError(f"le {day:%d/%m/%Y} est écrit deux fois.")
        self.days[day] = (parts[2][:120], [] if parts[1].lower() == CLOSED else _windows(parts[1]))


@login_required
def calendars(request: HttpRequest) -> HttpResponse:
    found = ServiceCalendar.objects.prefetch_related("exceptions", "revisions__edited_by").order_by("name")
    shown = [(calendar, week_of(calendar)) for calendar in found]
    return render(
        request,
        "desk/calendars.html",
        {"calendars": shown, "may_edit": may_author(the_user(request)), "now": timezone.now()},
    )


@login_required
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    user = the_user(request)
    require_author(user)
    edited = get_object_or_404(ServiceCalendar, slug=slug)
    form = CalendarForm(request.POST if request.method == "POST" else None, initial=_initial(edited))
    if request.method == "POST" and form.is_valid():
        edited.revision = form.cleaned_data["revision"]
        exceptions: DatedExceptions = form.days
        try:
            edit_calendar(edited, weekly=form.weekly, exceptions=exceptions, by=user, at=timezone.now())
        except ValidationError as refusal:
            form.add_error(None, refusal.messages[0])
        else:
            messages.success(
                request, "Horaires enregistrés : ils comptent à partir de maintenant, ce qui est passé ne change pas."
            )
            return redirect("calendars")
    context = {"calendar": edited, "form": form}
    return render(request, "desk/calendar.html", context, status=400 if form.errors else 200)


def _windows(text: str) -> Windows:
    """Raises ValidationError for hours that are not written as windows."""
    windows: Windows = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        read = _WINDOW.fullmatch(part)
        if read is None:
            raise ValidationError(f"« {part} » n'est pas une plage horaire comme 07:30-15:00.")
        windows.append([read[1], read[2]])
    return windows


def _shown(windows: Windows) -> str:
    return ", ".join(f"{opens}-{closes}" for opens, closes in windows)


def week_of(calendar: ServiceCalendar) -> list[tuple[str, str]]:
    """The week in as few lines as it has different days: « du lundi au vendredi », « samedi », « dimanche »."""
    hours = [_shown(calendar.weekly.get(str(day), [])) or CLOSED for day in range(7)]
    lines = []
    for shown, days in groupby(range(7), key=lambda day: hours[day]):
        first, *rest = days
        name = f"Du {WEEKDAYS[first].lower()} au {WEEKDAYS[rest[-1]].lower()}" if rest else WEEKDAYS[first]
        lines.append((name, shown))
    return lines


def _initial(calendar: ServiceCalendar) -> dict[str, object]:
    lines = [f"{each.day} ; {_shown(each.windows) or CLOSED} ; {each.label}" for each in calendar.exceptions.all()]
    days = {f"day{day}": _shown(calendar.weekly.get(str(day), [])) for day in range(7)}
    return {"revision": calendar.revision, "exceptions": "\n".join(lines), **days}
