"""The search document of incidents: written when they are born, and again when their place is renamed."""

from typing import TYPE_CHECKING

from gup.incidents.search_models import IncidentText
from gup.incidents.search_text import document
from gup.places.models import Residence

if TYPE_CHECKING:
    from gup.incidents.models import Incident

BATCH = 500


def body_of(incident: "Incident") -> str:
    spot = incident.spot.name if incident.spot else ""
    return document(incident.ref, incident.title, incident.description, incident.residence.name, spot)


def write_text(incident: "Incident") -> None:
    """In the transaction of the event that changed it."""
    IncidentText.objects.update_or_create(incident=incident, defaults={"body": body_of(incident)})


def rewrite_texts(residence: Residence) -> None:
    """Its incidents are found by its new name."""
    for incident in residence.incidents.select_related("spot", "residence").iterator(chunk_size=BATCH):
        write_text(incident)
