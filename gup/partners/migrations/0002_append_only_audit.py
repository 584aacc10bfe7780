from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from gup.places.append_only import protect, release

TABLE = "partners_auditentry"


def protect_audit(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    protect(schema_editor, TABLE)


def release_audit(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    release(schema_editor, TABLE)


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]

    operations = [migrations.RunPython(protect_audit, release_audit)]
