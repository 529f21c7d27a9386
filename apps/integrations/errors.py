"""What integrations are refused."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Kind, NotFound, ShopError


class InvalidApiKey(ShopError):
    """The key is none of ours, was revoked, or has expired."""

    kind = Kind.UNAUTHENTICATED
    code = "invalid_api_key"
    message = _("This API key is not valid.")


class ScopeMissing(ShopError):
    """The key is good, but not for this door."""

    kind = Kind.FORBIDDEN
    code = "scope_missing"
    message = _("This API key lacks the scope {scope}.")


class InvalidApiKeyDraft(ShopError):
    """A key has a name and a scope, and expires in the future if it does."""

    code = "invalid_api_key_draft"
    message = _("A key needs a name and at least one scope, and can't have expired already.")


class ApiKeyNotFound(NotFound):
    """There is no such key."""

    code = "api_key_not_found"
    message = _("There is no such API key.")


class ApiKeyRevoked(ShopError):
    """A revoked key stays revoked, and nothing new is tied to it."""

    kind = Kind.CONFLICT
    code = "api_key_revoked"
    message = _("This API key was revoked.")


class InvalidEndpointUrl(ShopError):
    """Events are sent to public https addresses only."""

    code = "invalid_endpoint_url"
    message = _("Give a public https:// address without a user name, a fragment or blanks.")


class InvalidEventTypes(ShopError):
    """An endpoint subscribes to at least one kind of event, and each of them exists."""

    code = "invalid_event_types"
    message = _("Choose at least one kind of event.")


class EndpointNotFound(NotFound):
    """There is no such endpoint, or it belongs to another key."""

    code = "endpoint_not_found"
    message = _("There is no such webhook endpoint.")


class EndpointExists(ShopError):
    """Each address stands once under a key: otherwise it would hear everything twice."""

    kind = Kind.CONFLICT
    code = "endpoint_exists"
    message = _("This address is an endpoint already.")


class TooManyEndpoints(ShopError):
    """A key has so many endpoints at most."""

    kind = Kind.CONFLICT
    code = "too_many_endpoints"
    message = _("A key has {most} endpoints at most.")


class EndpointSilent(ShopError):
    """Nothing is sent to an endpoint that is switched off, or whose key is dead."""

    kind = Kind.CONFLICT
    code = "endpoint_silent"
    message = _("This endpoint is sent nothing: switch it on first.")


class DeliveryNotFound(NotFound):
    """There is no such delivery, or it went to another key's endpoint."""

    code = "webhook_delivery_not_found"
    message = _("There is no such delivery.")
