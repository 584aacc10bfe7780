"""What bodies have in common: their fields are listed, a field that does not exist is refused, instants are UTC."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import models
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

# Enough to see what is wrong; a body of 10,000 unknown keys does not come back as 10,000 lines.
MAX_UNKNOWN_TOLD = 20
Row = TypeVar("Row", bound=models.Model)


class Instant(serializers.DateTimeField):
    """Out as an aware datetime, that the renderer writes in UTC; in with any offset, Martinique's without one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"format": None, **options})


class Shown(serializers.ModelSerializer[Row]):
    """What goes out."""

    serializer_field_mapping = {**serializers.ModelSerializer.serializer_field_mapping, models.DateTimeField: Instant}

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        """Without the bounds of integers: they are those of the database in use, and the schema is one for all."""
        field_class, options = super().build_standard_field(field_name, model_field)
        bounds = ("min_value", "max_value", "validators")
        return field_class, {name: value for name, value in options.items() if name not in bounds}


class Given(serializers.Serializer[Any]):
    """What comes in. A key that is not listed is refused: a typing error is told, a forged field goes nowhere."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = [name for name in data if name not in self.fields] if isinstance(data, Mapping) else []
        errors: dict[str, Any] = {name: ["Ce champ n'existe pas ici."] for name in unknown[:MAX_UNKNOWN_TOLD]}
        try:
            read = super().to_internal_value(data)
        except ValidationError as refusal:
            found = refusal.detail if isinstance(refusal.detail, dict) else {"": refusal.detail}
            raise ValidationError({**found, **errors}) from refusal
        if errors:
            raise ValidationError(errors)
        return read


class Among(serializers.CharField):
    """A row named by its public key, looked up among what the caller may name; foreign and missing read alike.

    `choices` gives that queryset from the serializer's context, `key` is the field that names a row of it.
    """

    def __init__(
        self, choices: Callable[[Mapping[str, Any]], models.QuerySet[Any]], *, key: str, unknown: str, **options: Any
    ) -> None:
        super().__init__(max_length=254, **options)
        self.choices_of, self.key, self.unknown = choices, key, unknown

    def to_internal_value(self, data: Any) -> Any:
        name = super().to_internal_value(data)
        self.run_validators(name)
        found = self.choices_of(self.context).filter(**{self.key: name}).first()
        if found is None:
            raise ValidationError(self.unknown)
        return found

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """The validators judge the name given (its length, its characters), before it is looked up."""
        is_empty, data = self.validate_empty_values(data)
        return data if is_empty else self.to_internal_value(data)
