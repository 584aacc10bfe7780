from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from gup.places.append_only import protect, release

TABLE = "incidents_incidentevent"


def protect_events(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    protect(schema_editor, TABLE)


def release_events(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    release(schema_editor, TABLE)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial")]

    operations = [migrations.RunPython(protect_events, release_events)]
