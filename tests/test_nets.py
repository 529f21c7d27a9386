"""Free nets: what must hold for every error, job and admin page, however many there come."""

import importlib
import pkgutil
from enum import StrEnum

import pytest
from celery import current_app
from django.conf import settings
from django.utils.translation import override

import apps
import bot
from apps.core.errors import Kind, ShopError
from apps.core.jobs import enqueue_on_commit


def _modules(name):
    """Import every module of ours that has this last name."""
    for package in (apps, bot):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name.rsplit(".", 1)[-1] == name:
                yield importlib.import_module(found.name)


def _errors(kind=ShopError):
    for child in kind.__subclasses__():
        yield child
        yield from _errors(child)


list(_modules("errors"))
ERRORS = sorted(
    {error for error in _errors() if error.__module__.startswith(("apps.", "bot."))},
    key=lambda error: (error.__module__, error.__name__),
)


class TestErrors:
    @pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
    def test_have_kind_code_and_both_languages(self, error):
        assert isinstance(error.kind, Kind)
        assert error.code
        assert error.code == error.code.lower()
        said = {}
        for language in ("en", "ru"):
            with override(language):
                said[language] = str(error.message)
        assert said["en"]
        assert any("а" <= letter <= "я" for letter in said["ru"].lower()), said["en"]

    def test_have_codes_of_their_own(self):
        own = [error.code for error in ERRORS if "code" in vars(error)]

        assert len(own) == len(set(own))
        assert all("code" in vars(error) for error in ERRORS if not error.__subclasses__())


class TestJobs:
    def test_that_beat_calls_exist(self):
        current_app.loader.import_default_modules()
        names = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

        assert names <= set(current_app.tasks)

    def test_that_customers_wait_for_exist_and_have_a_queue_of_their_own(self):
        current_app.loader.import_default_modules()

        assert settings.CELERY_TASK_ROUTES.keys() <= set(current_app.tasks)
        assert list(settings.CELERY_TASK_QUEUES) == ["orders", "celery"]

    def test_that_are_named_exist(self):
        current_app.loader.import_default_modules()
        names = {
            member.value
            for module in _modules("jobs")
            for kind in vars(module).values()
            if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
            for member in kind
        }

        assert names
        assert names <= set(current_app.tasks)
        assert callable(enqueue_on_commit)
