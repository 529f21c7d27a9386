"""Where providers tell us that something happened."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.core.client_address import client_address
from apps.core.problems import describe
from apps.core.time import now
from apps.payments import services
from apps.payments.errors import EventRefused


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, provider: str) -> HttpResponse:
    """Keep an event before it is acknowledged; what it says is asked of the provider afterwards.

    403 or 400 for what is not the provider's, 5xx while it can't be kept: the provider comes again.

    Raises:
        Http404: The shop takes no money through this provider.
    """
    if provider not in settings.PAYMENT_GATEWAYS:
        raise Http404
    try:
        notice = services.gateway_of(provider).parse_event(
            body=request.body,
            headers={name.lower(): value for name, value in request.headers.items()},
            address=client_address(request),
        )
    except EventRefused as error:
        return HttpResponse(status=describe(error).status)
    try:
        services.keep_event(provider=provider, notice=notice, now=now())
    except Exception as error:
        problem = describe(error)
        return HttpResponse(status=503, headers={"Retry-After": str(problem.retry_after or 5)})
    return HttpResponse()
