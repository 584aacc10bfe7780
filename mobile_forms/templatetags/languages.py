"""The same page in the other languages: the language is in the address, so that a link keeps it."""

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

register = template.Library()


@dataclass(frozen=True, slots=True)
class Language:
    """`name` as its speakers write it."""

    code: str
    name: str
    url: str
    is_current: bool


@register.simple_tag(takes_context=True)
def languages(context: template.Context) -> list[Language]:
    """Every language, with this page's address in it."""
    request: HttpRequest = context["request"]
    here, current = request.get_full_path(), get_language()
    return [Language(code, name, translate_url(here, code), code == current) for code, name in settings.LANGUAGES]
