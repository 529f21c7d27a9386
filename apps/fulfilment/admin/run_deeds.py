"""The buttons of a run: begun, arranged, given to another courier, taken away."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.admin import Deed, actor_id
from apps.core.time import now
from apps.fulfilment import services
from apps.fulfilment.admin.run_forms import AssignForm
from apps.fulfilment.models import Run


def _start(request: HttpRequest, run: Run, values: dict[str, Any]) -> str:
    refused = services.start_run(run_id=run.pk, actor_id=actor_id(request), now=now())
    for refusal in refused:
        messages.error(request, str(refusal))
    return _("The run is on the road.")


def _suggest(request: HttpRequest, run: Run, values: dict[str, Any]) -> str:
    services.suggest_order(run_id=run.pk, actor_id=actor_id(request))
    return _("The stops are arranged: earlier windows first, then always the nearest door.")


def _assign(request: HttpRequest, run: Run, values: dict[str, Any]) -> str:
    services.assign_run(run_id=run.pk, actor_id=actor_id(request), now=now(), **values)
    return _("The run has its courier.")


def _drop(request: HttpRequest, run: Run, values: dict[str, Any]) -> str:
    services.drop_run(run_id=run.pk, actor_id=actor_id(request))
    return _("The empty run is taken away.")


START = Deed(
    name="start", label=gettext_lazy("Send the boxes out"), icon="local_shipping", run=_start,
    variant="primary",
)  # fmt: skip
SUGGEST = Deed(name="suggest", label=gettext_lazy("Suggest the order"), icon="route", run=_suggest)
ASSIGN = Deed(
    name="assign", label=gettext_lazy("Another courier"), icon="person", run=_assign,
    form_class=AssignForm,
)  # fmt: skip
DROP = Deed(
    name="drop", label=gettext_lazy("Take the empty run away"), icon="delete", run=_drop,
    question=gettext_lazy("No order is on it any more. The courier sees it no longer."),
    variant="danger",
)  # fmt: skip
