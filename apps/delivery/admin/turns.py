"""Forms whose rows are compared with one another: whoever writes them comes one after another."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from apps.core.admin import HistoryAdmin


class InTurnAdmin(HistoryAdmin):
    """A page that waits for its turn before it checks what was sent.

    Otherwise what another person or program writes that very moment is refused by the table alone,
    and nobody says in words why.
    """

    # The service that waits for the turn.
    turn: ClassVar[Callable[[], None]]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the page; what is sent is checked against all that others wrote before."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            type(self).turn()
            return super().changeform_view(request, object_id, form_url, extra_context)
