import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from gup.incidents import search_models
from gup.incidents.search_text import document

TABLE = "incidents_incidenttext"
BATCH = 1000


def create_table(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """An FTS5 table is its own index; PostgreSQL indexes the trigrams of a plain one (read by the list's search)."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"CREATE VIRTUAL TABLE {TABLE} USING fts5(body, tokenize='trigram')")
        return
    schema_editor.create_model(apps.get_model("incidents", "IncidentText"))
    # Trusted since PostgreSQL 13: the owner of the database may install it.
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    schema_editor.execute(f"CREATE INDEX incident_text_trigrams ON {TABLE} USING gin (body gin_trgm_ops)")


def drop_table(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(f"DROP TABLE {TABLE}")


def write_texts(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The documents of the incidents that are there already."""
    texts = apps.get_model("incidents", "IncidentText").objects
    incidents = apps.get_model("incidents", "Incident").objects.order_by("pk")
    rows = incidents.values_list("pk", "ref", "title", "description", "residence__name", "spot__name")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        texts.bulk_create(
            texts.model(incident_id=key, body=document(*(part or "" for part in parts))) for key, *parts in batch
        )
        last = batch[-1][0]


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_expected_photos")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="IncidentText",
                    fields=[
                        (
                            "incident",
                            models.OneToOneField(
                                db_column="rowid",
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="search",
                                serialize=False,
                                to="incidents.incident",
                            ),
                        ),
                        ("body", search_models.FoldedText(verbose_name="texte cherché")),
                    ],
                ),
            ],
        ),
        # The state is above: the tables below are made from it, each in its database's own way.
        migrations.RunPython(create_table, drop_table),
        migrations.RunPython(write_texts, migrations.RunPython.noop),
    ]
