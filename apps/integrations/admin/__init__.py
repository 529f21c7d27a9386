"""Keys, endpoints and the log of deliveries in the admin: for the owner and managers."""

from apps.integrations.admin.deliveries import DeliveryAdmin as DeliveryAdmin
from apps.integrations.admin.endpoints import EndpointAdmin as EndpointAdmin
from apps.integrations.admin.keys import ApiKeyAdmin as ApiKeyAdmin
