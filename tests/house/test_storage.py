"""The S3 storage of a production, prepared before its first file."""

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from django.core.files.storage import storages
from django.core.management import call_command
from pytest_django import Settings
from storages.backends.s3 import S3Storage


@pytest.fixture
def storage(settings: Settings) -> Iterator[Stubber]:
    """What the S3 server answers, in order."""
    options = {"bucket_name": "gup", "access_key": "a", "secret_key": "s", "region_name": "us-east-1"}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options},
    }
    made = storages["default"]
    assert isinstance(made, S3Storage)
    with Stubber(made.connection.meta.client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def test_a_bucket_that_is_missing_is_created(storage: Stubber, capsys: pytest.CaptureFixture[str]) -> None:
    storage.add_client_error("head_bucket", http_status_code=404, expected_params={"Bucket": "gup"})
    storage.add_response("create_bucket", {}, {"Bucket": "gup"})
    call_command("prepare_storage")
    assert "Compartiment « gup » prêt." in capsys.readouterr().out


def test_a_bucket_that_is_there_is_left_as_it_is(storage: Stubber) -> None:
    storage.add_response("head_bucket", {}, {"Bucket": "gup"})
    call_command("prepare_storage")


def test_a_wrong_key_is_an_error_and_not_a_new_bucket(storage: Stubber) -> None:
    storage.add_client_error("head_bucket", http_status_code=403)
    with pytest.raises(ClientError):
        call_command("prepare_storage")


def test_without_a_bucket_there_is_nothing_to_prepare(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("prepare_storage")
    assert "rien à préparer" in capsys.readouterr().out
