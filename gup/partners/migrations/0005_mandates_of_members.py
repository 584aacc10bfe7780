"""What an association's people see today becomes its mandates, without an end; nobody sees less or more for it."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone


def tell_mandates(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    mandates = apps.get_model("partners", "Mandate").objects
    for membership in apps.get_model("partners", "Membership").objects.filter(role="association"):
        since = timezone.localdate(membership.user.date_joined)
        for residence in membership.residences.all():
            mandates.get_or_create(
                association_id=membership.organisation_id, residence=residence, until=None, defaults={"since": since}
            )


class Migration(migrations.Migration):
    dependencies = [("partners", "0004_people_invited")]

    operations = [migrations.RunPython(tell_mandates, migrations.RunPython.noop)]
