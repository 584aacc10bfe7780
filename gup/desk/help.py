"""The guides, inside the product: read from docs/, the guide of one's role first, opened at the page's own section."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

from gup.desk.people import the_user
from gup.partners.enums import Role
from gup.partners.models import User
from gup.partners.scope import memberships_of

FOLDER = Path(settings.BASE_DIR) / "docs"
# In the order in which the index shows them, after that of one's own role.
GUIDES = ("association", "bailleur", "service", "dsu", "comite", "terrain", "exploitant")
GUIDE_OF_ROLE: dict[str, str] = {
    Role.ADMINISTRATOR: "dsu",
    Role.REVIEWER: "dsu",
    Role.MANAGER: "bailleur",
    Role.AGENT: "bailleur",
    Role.SERVICE: "service",
    Role.COMMITTEE: "comite",
    Role.ASSOCIATION: "association",
}
# Page -> the section that explains it, in each guide that does.
SECTIONS: dict[str, dict[str, str]] = {
    "home": {
        "association": "suivre",
        "bailleur": "chaque-jour",
        "service": "chaque-jour",
        "dsu": "instruire",
        "comite": "ce-que-vous-lisez",
    },
    "incidents": {
        "association": "chercher-un-incident",
        "bailleur": "chercher-un-incident",
        "service": "chercher-un-incident",
        "dsu": "chercher-un-incident",
    },
    "incident-new": {"association": "signaler", "bailleur": "signaler", "dsu": "signaler"},
    "incident": {
        "association": "repondre-a-une-reparation",
        "bailleur": "un-incident-de-bout-en-bout",
        "service": "un-incident-de-bout-en-bout",
        "dsu": "instruire",
    },
    "incident-photo": {"bailleur": "un-incident-de-bout-en-bout", "dsu": "instruire"},
    "work-order-new": {
        "bailleur": "confier-a-une-entreprise",
        "service": "confier-a-une-entreprise",
        "dsu": "instruire",
    },
    "work-order": {"bailleur": "confier-a-une-entreprise", "service": "confier-a-une-entreprise", "dsu": "instruire"},
    "photo-redact": {"bailleur": "masquer-une-partie-dune-photo", "dsu": "masquer-une-partie-dune-photo"},
    "compliance": {"bailleur": "engagements", "dsu": "engagements", "comite": "engagements"},
    "compliance-clocks": {"bailleur": "engagements", "dsu": "engagements"},
    "promises": {"bailleur": "passages-visites-actions", "service": "passages", "dsu": "promesses-du-mois"},
    "promise": {"bailleur": "passages-visites-actions", "service": "passages", "dsu": "promesses-du-mois"},
    "passages": {
        "association": "passages-et-visites",
        "bailleur": "passages-visites-actions",
        "service": "passages",
        "dsu": "promesses-du-mois",
    },
    "passage-new": {"bailleur": "passages-visites-actions", "service": "passages", "dsu": "promesses-du-mois"},
    "walk-new": {"bailleur": "passages-visites-actions", "service": "passages", "dsu": "promesses-du-mois"},
    "milestone-new": {"bailleur": "passages-visites-actions", "service": "passages", "dsu": "promesses-du-mois"},
    "reports": {"bailleur": "rapports", "dsu": "rapports-mensuels", "comite": "rapports"},
    "report": {"bailleur": "rapports", "dsu": "rapports-mensuels", "comite": "rapports"},
    "bilans": {"bailleur": "bilans-et-comites", "dsu": "bilans-et-comites"},
    "bilan": {"bailleur": "bilans-et-comites", "dsu": "bilans-et-comites"},
    "committees": {"bailleur": "bilans-et-comites", "dsu": "bilans-et-comites"},
    "people": {"bailleur": "votre-equipe", "dsu": "personnes-organisations-mandats"},
    "person": {"bailleur": "votre-equipe", "dsu": "personnes-organisations-mandats"},
    "invitation-new": {"bailleur": "votre-equipe", "dsu": "personnes-organisations-mandats"},
    "membership-patch": {"bailleur": "votre-equipe", "dsu": "personnes-organisations-mandats"},
    "administration": {"dsu": "personnes-organisations-mandats"},
    "organisations": {"dsu": "personnes-organisations-mandats"},
    "organisation": {"dsu": "personnes-organisations-mandats"},
    "mandate-new": {"dsu": "personnes-organisations-mandats"},
    "exports": {"dsu": "exporter-une-convention"},
    "conventions": {
        "association": "lire-la-convention",
        "bailleur": "lire-la-convention",
        "service": "lire-la-convention",
        "dsu": "rediger-une-convention-ou-un-avenant",
        "comite": "lire-la-convention",
    },
    "convention-version": {
        "association": "lire-la-convention",
        "bailleur": "lire-la-convention",
        "service": "lire-la-convention",
        "dsu": "rediger-une-convention-ou-un-avenant",
        "comite": "lire-la-convention",
    },
    "convention-import": {"dsu": "rediger-une-convention-ou-un-avenant"},
    "simulations": {"dsu": "avant-dactiver-un-avenant"},
    "convention-simulation": {"dsu": "avant-dactiver-un-avenant"},
    "alerts": {"dsu": "vigilance-cyclonique-horaires"},
    "calendars": {"dsu": "vigilance-cyclonique-horaires"},
    "calendar": {"dsu": "vigilance-cyclonique-horaires"},
    "posters": {"bailleur": "affiches", "dsu": "affiches"},
    "poster-replace": {"bailleur": "affiches", "dsu": "affiches"},
    "places": {"dsu": "personnes-organisations-mandats"},
    "places-import": {"dsu": "personnes-organisations-mandats"},
    "place-new": {"dsu": "personnes-organisations-mandats"},
    "residence": {"dsu": "personnes-organisations-mandats"},
    "spot": {"dsu": "personnes-organisations-mandats"},
    "audit-log": {"dsu": "confidentialite"},
    "blocks": {"dsu": "bloquer-une-adresse"},
    "my-messages": dict.fromkeys(("association", "bailleur", "service", "dsu", "comite"), "vos-messages"),
    "outgoing": {"dsu": "vos-messages"},
    "devices": {
        "association": "votre-compte",
        "bailleur": "votre-compte",
        "service": "votre-compte",
        "dsu": "votre-compte",
        "comite": "votre-compte",
    },
}


@dataclass(frozen=True, slots=True)
class Section:
    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Guide:
    """One guide as it is shown: its sections are the headings that its summary lists."""

    name: str
    title: str
    sections: tuple[Section, ...]
    html: SafeString


@login_required
def help_index(request: HttpRequest) -> HttpResponse:
    own = own_guide(the_user(request))
    names = sorted(GUIDES, key=lambda name: name != own)
    return render(request, "desk/help.html", {"guides": [read_guide(name) for name in names], "own": own})


@login_required
def help_guide(request: HttpRequest, guide: str) -> HttpResponse:
    if guide not in GUIDES:
        raise Http404
    return render(request, "desk/guide.html", {"guide": read_guide(guide)})


def own_guide(user: User) -> str | None:
    """The guide of the first of one's roles, in the order of what they may do; None without a role."""
    roles = {membership.role for membership in memberships_of(user)}
    return next((name for role, name in GUIDE_OF_ROLE.items() if role in roles), None)


def help_address(user: User, page: str | None) -> str:
    """Where « Aide » leads from this page: the section that explains it, else the guide, else all of them."""
    name = own_guide(user)
    if name is None:
        return reverse("help")
    anchor = SECTIONS.get(page or "", {}).get(name)
    return reverse("help-guide", args=[name]) + (f"#{anchor}" if anchor else "")


@cache
def read_guide(name: str) -> Guide:
    """A guide of docs/, rendered once a process. What is not Markdown in it is shown as text, never obeyed."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse((FOLDER / f"guide-{name}.md").read_text(encoding="utf-8"))
    title, sections = "", []
    for opened, words in pairwise(tokens):
        if opened.type != "heading_open":
            continue
        anchor = slugify(words.content)
        opened.attrSet("id", anchor)
        if opened.tag == "h1":
            title = words.content
        elif opened.tag == "h2":
            sections.append(Section(anchor, words.content))
    for token in tokens:
        _lead_within(token)
    html = parser.renderer.render(tokens, parser.options, {})
    return Guide(name, title, tuple(sections), mark_safe(html))


def _lead_within(token: Token) -> None:
    """A link from one guide's file to another's leads to its page."""
    for each in token.children or []:
        target = str(each.attrGet("href") or "")
        for name in GUIDES:
            if each.type == "link_open" and target.startswith(f"guide-{name}.md"):
                each.attrSet("href", reverse("help-guide", args=[name]) + target.removeprefix(f"guide-{name}.md"))
