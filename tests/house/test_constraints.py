"""The database refuses what cannot be, for whoever writes past the forms, and says so in French."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError, models, transaction
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.constraints import BaseConstraint
from django.db.models.functions import Coalesce
from django.db.models.sql import Query

from tests.house.impossible_rows import IMPOSSIBLE

pytestmark = pytest.mark.django_db
OURS = ("gup.", "api.", "worker.", "mobile_forms.")


def _constraints() -> dict[str, tuple[type[models.Model], BaseConstraint]]:
    ours = [model for model in apps.get_models() if model.__module__.startswith(OURS)]
    return {each.name: (model, each) for model in ours for each in model._meta.constraints}


def test_every_constraint_has_a_row_that_it_refuses_and_words_for_it() -> None:
    assert IMPOSSIBLE.keys() == _constraints().keys()
    wordless = [
        name
        for name, (_, each) in _constraints().items()
        if each.violation_error_message == each.default_violation_error_message
    ]
    assert wordless == []


@pytest.mark.parametrize("name", sorted(IMPOSSIBLE))
def test_the_database_refuses(name: str) -> None:
    model, constraint = _constraints()[name]
    row = IMPOSSIBLE[name]()
    assert isinstance(row, model)
    # A unique constraint on plain fields is told by its fields on SQLite, by its name on PostgreSQL.
    told = "|".join([name, *_told_fields(model, constraint)])
    with pytest.raises(IntegrityError, match=told), transaction.atomic():
        model._base_manager.bulk_create([row])


@pytest.mark.parametrize(
    "name", sorted(name for name, (_, each) in _constraints().items() if isinstance(each, CheckConstraint))
)
def test_no_check_lets_a_missing_value_pass_by_not_knowing(name: str) -> None:
    """SQL takes "unknown" for "yes" in a check: whatever is missing, the answer must be yes or no."""
    model, constraint = _constraints()[name]
    assert isinstance(constraint, CheckConstraint)
    fields = sorted({_field(model, path) for path in _paths(constraint.condition)}, key=lambda field: field.name)
    for values in product(*(_samples(field) for field in fields)):
        known = dict(zip(fields, values, strict=True))
        assert _holds(constraint, known, unknown=True) == _holds(constraint, known, unknown=False), known


def _told_fields(model: type[models.Model], constraint: BaseConstraint) -> Iterator[str]:
    if isinstance(constraint, UniqueConstraint) and constraint.fields:
        columns = (_field(model, each).column for each in constraint.fields)
        yield ", ".join(f"{model._meta.db_table}.{column}" for column in columns)


def _paths(condition: Any) -> Iterator[str]:
    """The names that a condition speaks of, on either side of a comparison."""
    for child in condition.children:
        if isinstance(child, Q):
            yield from _paths(child)
        else:
            path, value = child
            yield path
            if isinstance(value, models.F):
                yield str(value.name)  # type: ignore[attr-defined]


def _field(model: type[models.Model], path: str) -> "models.Field[Any, Any]":
    try:
        found = model._meta.get_field(path.split("__")[0])
    except FieldDoesNotExist as unknown:
        raise AssertionError(f"{model.__name__}: {path}") from unknown
    assert isinstance(found, models.Field)
    return found


def _samples(field: "models.Field[Any, Any]") -> list[Any]:
    """Some values of every sort that a column may hold; None where it may be empty."""
    if field.choices:
        found: list[Any] = ["", *(value for value, _ in list(field.flatchoices)[:2])]
    elif isinstance(field, models.DateTimeField):
        found = ["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"]
    elif isinstance(field, models.DateField):
        found = ["2026-01-01", "2026-01-02"]
    elif isinstance(field, models.BooleanField):
        found = [True, False]
    elif isinstance(field, models.CharField | models.TextField):
        found = ["", "x"]
    else:
        found = [0, 1]
    return [None, *found] if field.null else found


def _holds(constraint: CheckConstraint, known: dict[Any, Any], *, unknown: bool) -> bool:
    """Whether the check is true of these values, an unknown answer read as `unknown`."""
    query = Query(None)
    for field, value in known.items():
        query.add_annotation(models.Value(field.to_python(value), output_field=_plain(field)), field.name, select=False)
    query.add_annotation(models.Value(1), "_held")
    query.add_q(Q(Coalesce(constraint.condition, unknown, output_field=models.BooleanField())))
    return query.get_compiler(using="default").execute_sql("single") is not None


def _plain(field: "models.Field[Any, Any]") -> "models.Field[Any, Any]":
    """A reference is its number."""
    return models.BigIntegerField() if isinstance(field, models.ForeignKey | models.AutoField) else field
