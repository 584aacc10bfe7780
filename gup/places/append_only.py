"""The history is written once: triggers that refuse to update or delete a row, on both engines."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REFUSAL = "l'historique ne se modifie pas et ne s'efface pas"


def protect(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Make the database itself refuse UPDATE and DELETE on `table`."""
    if editor.connection.vendor == "postgresql":
        editor.execute(
            f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_quoted(REFUSAL)}' USING ERRCODE = 'restrict_violation'; END $$"
        )
        editor.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        editor.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{_quoted(REFUSAL)}'); END"
        )


def release(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Take the protection away, for a migration that reverses or a test database that is emptied."""
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        editor.execute(f"DROP FUNCTION {table}_is_append_only()")
        return
    for verb in ("update", "delete"):
        editor.execute(f"DROP TRIGGER {table}_no_{verb}")


def _quoted(text: str) -> str:
    return text.replace("'", "''")
