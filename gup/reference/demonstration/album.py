"""The demonstration's photos: drawn by the program, and joined through the same door as any other."""

from dataclasses import dataclass, field
from datetime import datetime

from gup.incidents.enums import PhotoKind
from gup.incidents.models import Incident
from gup.incidents.photos import derive_photo
from gup.partners.actors import PublicReporter
from gup.partners.models import User
from gup.reference.drawn_photos import draw

SCENES = 6


@dataclass(slots=True)
class Album:
    """A few scenes a family, drawn when first needed."""

    drawn: dict[tuple[str, int, bool], bytes] = field(default_factory=dict)

    def join(self, incident: Incident, kind: PhotoKind, *, by: User | PublicReporter, at: datetime) -> None:
        """Join a picture of the incident's family, before or after, and derive it at once as the worker would."""
        scene = (incident.category.family.slug, (incident.spot_id or incident.pk) % SCENES, kind == PhotoKind.AFTER)
        if scene not in self.drawn:
            self.drawn[scene] = draw(scene[0], scene[1], after=scene[2])
        photo = incident.add_photo(by=by, at=at, data=self.drawn[scene], kind=kind)
        derive_photo(photo)
