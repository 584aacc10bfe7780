import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="IdempotentRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200, verbose_name="clé")),
                ("body_sha256", models.CharField(max_length=64, verbose_name="empreinte de la demande")),
                ("status", models.PositiveSmallIntegerField(verbose_name="état de la réponse")),
                ("answer", models.JSONField(verbose_name="réponse")),
                ("created_at", models.DateTimeField(verbose_name="le")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["created_at"], name="idempotency_created")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "key"),
                        name="idempotency_key_once",
                        violation_error_message="Cette clé a déjà servi.",
                    )
                ],
            },
        ),
    ]
