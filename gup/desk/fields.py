"""Form fields that several pages share."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext

from gup.incidents.photo_files import MAX_BYTES

MAX_PHOTOS = 4


def moment(label: str, *, required: bool = True, help_text: str = "") -> forms.DateTimeField:
    """A day and an hour, as the browser asks for them."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=required, widget=widget, help_text=help_text)


def day(label: str, *, help_text: str = "") -> forms.DateField:
    """A day, as the browser asks for it."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, help_text=help_text)


class PhotosInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Up to four photos. Their content is judged by the domain; here only their number and their weight."""

    widget = PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic,image/heif"})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = [each for each in (data if isinstance(data, list | tuple) else [data]) if each]
        if len(files) > MAX_PHOTOS:
            raise forms.ValidationError(
                gettext("%(most)d photos au plus : vous en avez joint %(given)d."),
                params={"most": MAX_PHOTOS, "given": len(files)},
            )
        if self.required and not files:
            raise forms.ValidationError(gettext("Joignez une photo."))
        return files


def read_photos(files: Sequence[UploadedFile]) -> Iterator[bytes]:
    """The bytes of each, as it is asked for: one photo in memory at a time.

    A heavy one is cut just past the limit, so that the domain refuses it by its size.
    """
    return (file.read(MAX_BYTES + 1) for file in files)
