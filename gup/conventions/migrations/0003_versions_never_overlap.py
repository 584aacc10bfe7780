from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Projects bind nobody, and may overlap. SQLite has no exclusion constraint: there a trigger says the same.
OVERLAP = (
    "NEW.activated_at IS NOT NULL AND EXISTS (SELECT 1 FROM conventions_conventionversion other WHERE other.convention_id = NEW.convention_id "
    "AND other.id <> COALESCE(NEW.id, -1) AND other.activated_at IS NOT NULL "
    "AND other.in_force_from < COALESCE(NEW.in_force_until, '9999-12-31') "
    "AND NEW.in_force_from < COALESCE(other.in_force_until, '9999-12-31'))"
)


def forbid_overlap(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        schema_editor.execute(
            "ALTER TABLE conventions_conventionversion ADD CONSTRAINT convention_versions_never_overlap "
            "EXCLUDE USING gist (convention_id WITH =, daterange(in_force_from, in_force_until) WITH &&) "
            "WHERE (activated_at IS NOT NULL)"
        )
        return
    for verb in ("INSERT", "UPDATE"):
        schema_editor.execute(
            f"CREATE TRIGGER convention_versions_never_overlap_{verb.lower()} "
            f"BEFORE {verb} ON conventions_conventionversion WHEN {OVERLAP} "
            "BEGIN SELECT RAISE(ABORT, 'convention_versions_never_overlap'); END"
        )


def allow_overlap(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE conventions_conventionversion DROP CONSTRAINT convention_versions_never_overlap"
        )
        return
    for verb in ("insert", "update"):
        schema_editor.execute(f"DROP TRIGGER convention_versions_never_overlap_{verb}")


class Migration(migrations.Migration):
    dependencies = [("conventions", "0002_projects_revisions_and_alerts")]

    operations = [migrations.RunPython(forbid_overlap, allow_overlap)]
