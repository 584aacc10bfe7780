"""The letters that have not left: what waits, what fails and why; sent again, or given up with a reason."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gup.desk.people import the_administrator
from gup.incidents.errors import InvalidInput
from gup.incidents.words import clean_text
from gup.notifications.enums import Topic
from gup.notifications.models import OutboxMessage
from gup.notifications.outbox import give_up, send_again
from gup.partners.audit import note

SHOWN = 100


@login_required
def outgoing(request: HttpRequest) -> HttpResponse:
    the_administrator(request)
    return _page(request)


@login_required
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    the_administrator(request)
    message = get_object_or_404(OutboxMessage, pk=pk)
    if send_again(message, timezone.now()):
        messages.success(request, "Le message repart dans l'instant.")
    else:
        messages.error(request, "Ce message est déjà parti, ou abandonné.")
    return redirect("outgoing")


@login_required
@require_POST
def abandon(request: HttpRequest, pk: int) -> HttpResponse:
    """Never sent: the audit chain keeps who decided it and why."""
    user = the_administrator(request)
    message = get_object_or_404(OutboxMessage, pk=pk)
    try:
        reason = clean_text(request.POST.get("reason", ""), field="reason", limit=200)
    except InvalidInput as refusal:
        return _page(request, problem=refusal.message, status=400)
    if not reason:
        return _page(request, problem="Motif : dites pourquoi ce message ne partira pas.", status=400)
    now = timezone.now()
    if give_up(message, now):
        subject = f"{message.subject} · {message.address} : {reason}"
        note(actor=user.email, action="message abandonné", subject=subject[:300], at=now)
        messages.success(request, "Message abandonné.")
    else:
        messages.error(request, "Ce message est déjà parti, ou abandonné.")
    return redirect("outgoing")


def _page(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    waiting = OutboxMessage.objects.filter(sent_at=None, given_up_at=None)
    counts = waiting.values("topic").annotate(waits=Count("id"), fails=Count("id", filter=~Q(last_error="")))
    context = {
        "failing": waiting.exclude(last_error="").order_by("next_attempt_at", "id")[:SHOWN],
        "waiting": waiting.filter(last_error="").order_by("next_attempt_at", "id")[:SHOWN],
        "counts": [(Topic(row["topic"]).label, row["waits"], row["fails"]) for row in counts.order_by("topic")],
        "given_up": OutboxMessage.objects.exclude(given_up_at=None).order_by("-given_up_at")[:SHOWN],
        "problem": problem,
    }
    return render(request, "desk/outgoing.html", context, status=status)
