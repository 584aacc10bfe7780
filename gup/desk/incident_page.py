"""One incident: what, where, who answers, its clocks, its thread, and the verbs that this person may say now."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gup.desk.people import the_user
from gup.desk.verb_forms import FORMS, VerbForm, speak
from gup.desk.work_order_pages import orders_of
from gup.incidents.clock_situations import Situation, situation_of
from gup.incidents.duplicates import alike
from gup.incidents.enums import PhotoKind, Verb
from gup.incidents.errors import Refused, Stale, WrongTransition
from gup.incidents.explaining import Explained, explained_clocks
from gup.incidents.lifecycle import may_call_back
from gup.incidents.models import Clock, Incident
from gup.incidents.thread import changed_since, readable_events
from gup.incidents.undoing import WITHIN, label, undo, undoable, undone
from gup.incidents.work_orders import may_give
from gup.partners.audit import note_confidential_read
from gup.partners.models import User

# What somebody most often comes to do stands first; the rest is one click further.
MAIN_VERBS = [
    Verb.CONFIRM,
    Verb.CONTEST,
    Verb.ACKNOWLEDGE,
    Verb.RESOLVE,
    Verb.PLAN,
    Verb.HOLD,
    Verb.RESUME,
    Verb.COMMENT,
]

ALIKE_SHOWN = 4

WORDS = {
    Situation.RUNNING: "en cours",
    Situation.PAUSED: "suspendu",
    Situation.HELD: "tenu",
    Situation.CANCELLED: "annulé",
}


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A clock in words."""

    clock: Clock
    state: str
    words: str
    why: Explained


@login_required
def incident(request: HttpRequest, ref: str) -> HttpResponse:
    user = the_user(request)
    found = _visible(user, ref)
    if found.is_confidential:
        note_confidential_read(user, found.ref, at=timezone.now(), address=request.META.get("REMOTE_ADDR", ""))
    return _page(request, found)


@login_required
@require_POST
def say(request: HttpRequest, ref: str, verb: str) -> HttpResponse:
    """Say one verb; a refusal shows the page again, with the sentence beside the field and nothing lost."""
    user, found = the_user(request), _visible(the_user(request), ref)
    said = next((each for each in FORMS if each.value.replace("_", "-") == verb), None)
    if said is None:
        raise Http404
    form = FORMS[said](request.POST, request.FILES, incident=found, user=user, prefix=said.value)
    if not form.is_valid():
        return _page(request, found, failed=(said, form), status=400)
    version = form.cleaned_data["version"]
    try:
        with transaction.atomic():
            speak(said, form, by=user, at=timezone.now())
    except Refused as refusal:
        found.refresh_from_db()
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        is_conflict = isinstance(refusal, Stale | WrongTransition)
        read_then = version if isinstance(refusal, Stale) else None
        return _page(request, found, failed=(said, form), read=read_then, status=409 if is_conflict else 400)
    messages.success(request, f"{said.label} : enregistré.")
    return redirect("incident", ref=found.ref)


@login_required
@require_POST
def take_back(request: HttpRequest, ref: str) -> HttpResponse:
    """Undo one's last word, for a minute."""
    user, found = the_user(request), _visible(the_user(request), ref)
    try:
        with transaction.atomic():
            undo(found, by=user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "Annulé : l'incident est comme avant.")
    return redirect("incident", ref=found.ref)


def _visible(user: User, ref: str) -> Incident:
    found: Incident = get_object_or_404(
        Incident.objects.visible_to(user).for_lists().select_related("bailleur", "merged_into"), ref=ref
    )
    return found


def _page(
    request: HttpRequest,
    found: Incident,
    *,
    failed: tuple[Verb, VerbForm] | None = None,
    read: int | None = None,
    status: int = 200,
) -> HttpResponse:
    """`failed`: what was not recorded, and its form. `read`: the version it answered, where another one stands now."""
    user, now = the_user(request), timezone.now()
    allowed = found.allowed_actions(user)
    forms = {verb: FORMS[verb](incident=found, user=user, prefix=verb.value) for verb in FORMS if verb in allowed}
    if failed is not None:
        typed = failed[1].typed()
        forms[failed[0]] = failed[1]
        # The page now shows the present version: sending again is then a choice made on what is shown.
        data = request.POST.copy()
        data[f"{failed[0].value}-version"] = str(found.version)
        failed[1].data = data
    if failed is not None and read is not None:
        # Shown beside what changed, once on the page.
        del forms[failed[0]]
    photos = list(found.photos.all())
    events = list(readable_events(found, user).select_related("organisation").order_by("-at", "-seq"))
    context = {
        "incident": found,
        "clocks": _lines(found, now),
        "events": events,
        "undone": undone(events),
        "undo": _undo(found, user, now),
        "before": [each for each in photos if each.kind in (PhotoKind.BEFORE, PhotoKind.CONTEST, PhotoKind.ACCESS)],
        "after": [each for each in photos if each.kind == PhotoKind.AFTER],
        "main_forms": [(verb, forms[verb]) for verb in MAIN_VERBS if verb in forms],
        "other_forms": [(verb, form) for verb, form in forms.items() if verb not in MAIN_VERBS],
        "failed_verb": failed[0] if failed else None,
        "failed_form": failed[1] if failed else None,
        "typed": typed if failed else [],
        "changes": None if read is None else list(changed_since(found, read, user).select_related("organisation")),
        "still_possible": failed is not None and failed[0] in allowed,
        "alike": _alike(found, user) if Verb.MERGE in allowed else [],
        "phone": found.reporter_phone if may_call_back(found, user) else "",
        "orders": orders_of(found, user),
        "may_give_order": may_give(found, user),
        "pauses": found.pauses.filter(ended_at__isnull=True),
        "now": now,
    }
    return render(request, "desk/incident.html", context, status=status)


def _undo(found: Incident, user: User, now: datetime) -> dict[str, object] | None:
    """What she may still take back, and until when."""
    said = undoable(found, user, now)
    return None if said is None else {"label": label(said), "until": said.recorded_at + WITHIN}


def _alike(found: Incident, user: User) -> list[Incident]:
    """What is likely the same problem: merged with a button, or told apart by who knows the place."""
    return list(alike(found, Incident.objects.visible_to(user))[:ALIKE_SHOWN])


def _lines(found: Incident, now: datetime) -> list[ClockLine]:
    explained = explained_clocks(found, now)
    clocks = found.clocks.select_related("commitment", "party")
    return [_line(clock, explained[key], now) for clock in clocks if (key := clock.key) in explained]


def _line(clock: Clock, why: Explained, now: datetime) -> ClockLine:
    situation = situation_of(clock, now)
    if situation in (Situation.LATE, Situation.MISSED):
        return ClockLine(clock, "missed", "excusé par arbitrage" if clock.is_excused else "dépassé", why)
    return ClockLine(clock, situation.value, WORDS[situation], why)
