"""How the product starts, told by its environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SECRET = "k2vX9-pLq7_WcZr4Tn8sYb3Hd6Mf1Jg5Ae0Ru-QiOoBwNxVtSyC_hDl"


def start(tmp_path: Path, code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a fresh interpreter and run `code` on them as `s`."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("GUP_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-c", f"from gup import settings as s\n{code}"],
        env={**inherited, "GUP_VAR": str(tmp_path / "var"), **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def shown(tmp_path: Path, expression: str, **variables: str) -> str:
    answer = start(tmp_path, f"print({expression})", **variables)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


@pytest.mark.parametrize("secret", ["", "changez-moi", "a" * 60], ids=["missing", "short", "repeated"])
def test_production_refuses_to_start_with_a_missing_or_weak_secret(tmp_path: Path, secret: str) -> None:
    answer = start(tmp_path, "", GUP_PRODUCTION="1", GUP_BASE_URL="https://gup.example.org", GUP_SECRET_KEY=secret)
    assert answer.returncode != 0
    assert "GUP_SECRET_KEY manque, ou est trop faible" in answer.stderr


def test_production_refuses_to_start_without_https(tmp_path: Path) -> None:
    answer = start(tmp_path, "", GUP_PRODUCTION="1", GUP_BASE_URL="http://gup.example.org", GUP_SECRET_KEY=SECRET)
    assert "GUP_BASE_URL doit commencer par https://" in answer.stderr


def test_production_keeps_its_cookies_to_its_own_host_and_https(tmp_path: Path) -> None:
    told = shown(
        tmp_path,
        "s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS, s.ALLOWED_HOSTS",
        GUP_PRODUCTION="1",
        GUP_BASE_URL="https://gup.example.org",
        GUP_SECRET_KEY=SECRET,
    )
    assert told == "__Host-gup-session True 31536000 ['gup.example.org']"


def test_a_forwarded_scheme_is_believed_only_behind_a_proxy_of_ours(tmp_path: Path) -> None:
    asked = "getattr(s, 'SECURE_PROXY_SSL_HEADER', None), s.ALLAUTH_TRUSTED_PROXY_COUNT"
    assert shown(tmp_path, asked) == "None 0"
    assert shown(tmp_path, asked, GUP_TRUSTED_PROXIES="1") == "('HTTP_X_FORWARDED_PROTO', 'https') 1"


def test_without_any_variable_a_secret_of_its_own_is_drawn_once(tmp_path: Path) -> None:
    first, second = shown(tmp_path, "s.SECRET_KEY"), shown(tmp_path, "s.SECRET_KEY")
    assert first == second
    assert len(first) > 50
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o077 == 0
    assert shown(tmp_path / "other", "s.SECRET_KEY") != first


def test_without_any_variable_it_answers_on_the_loopback_only(tmp_path: Path) -> None:
    assert shown(tmp_path, "s.GUP_HOST, s.ALLOWED_HOSTS") == (
        "127.0.0.1 ['127.0.0.1', '127.0.0.1', 'localhost', '[::1]']"
    )


def test_the_embedded_broker_is_a_socket_or_a_folder_where_the_path_is_too_long(tmp_path: Path) -> None:
    assert shown(tmp_path, "s.CELERY_BROKER_URL") == f"redis+socket://{tmp_path}/var/broker/valkey.sock"
    deep = tmp_path / ("d" * 100)
    assert shown(deep, "s.CELERY_BROKER_URL, s.CELERY_BROKER_TRANSPORT_OPTIONS['polling_interval']") == (
        "filesystem:// 0.1"
    )


def test_a_bucket_makes_the_files_private_objects_with_signed_addresses(tmp_path: Path) -> None:
    told = shown(
        tmp_path,
        "[s.STORAGES['default']['OPTIONS'][name] for name in ('bucket_name', 'querystring_auth', 'default_acl')]",
        GUP_S3_BUCKET="photos",
        GUP_S3_ACCESS_KEY="key",
        GUP_S3_SECRET_KEY="secret",
    )
    assert told == "['photos', True, None]"


def test_mail_goes_to_the_server_that_is_named(tmp_path: Path) -> None:
    told = shown(
        tmp_path,
        "s.EMAIL_BACKEND, s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_USE_TLS",
        GUP_MAIL_URL="smtp+tls://user:pass@smtp.example.org:587",
    )
    assert told == "django.core.mail.backends.smtp.EmailBackend smtp.example.org 587 True"
