from typing import Any

from botocore.exceptions import ClientError
from django.core.files.storage import storages
from django.core.management.base import BaseCommand
from storages.backends.s3 import S3Storage


class Command(BaseCommand):
    help = "Crée le compartiment S3 des photos et rapports s'il manque."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises botocore ClientError when the storage refuses (wrong key, no right to create)."""
        storage = storages["default"]
        if not isinstance(storage, S3Storage):
            self.stdout.write("Les fichiers sont dans un dossier local : rien à préparer.")
            return
        client, name = storage.connection.meta.client, storage.bucket_name
        try:
            client.head_bucket(Bucket=name)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            client.create_bucket(Bucket=name)
        self.stdout.write(f"Compartiment « {name} » prêt.")
