from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from gup.places.append_only import protect, release

TABLES = ("inspections_passage", "inspections_walk", "inspections_milestone")


def protect_records(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        protect(schema_editor, table)


def release_records(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        release(schema_editor, table)


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_initial")]

    operations = [migrations.RunPython(protect_records, release_records)]
