"""The id of the request or update being served, for logs and answers."""

from contextvars import ContextVar

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """Return the id of what is being served, or an empty text."""
    return _request_id.get()


def set_request_id(request_id: str) -> None:
    """Remember the id for this thread or task."""
    _request_id.set(request_id)
