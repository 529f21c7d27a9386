"""Wiring only: settings, URLs and the entry points of the processes."""

from frozenfood.celery import app as celery_app

__all__ = ["celery_app"]
