"""The doors for other programs: each wants a key, and names the scope that it wants."""

from apps.integrations.api.deliveries import DeliveriesApi as DeliveriesApi
from apps.integrations.api.deliveries import DeliveryApi as DeliveryApi
from apps.integrations.api.deliveries import SendAgainApi as SendAgainApi
from apps.integrations.api.endpoints import EndpointApi as EndpointApi
from apps.integrations.api.endpoints import EndpointsApi as EndpointsApi
from apps.integrations.api.endpoints import RotateSecretApi as RotateSecretApi
from apps.integrations.api.endpoints import SendTestApi as SendTestApi
from apps.integrations.api.shop import OrderApi as OrderApi
from apps.integrations.api.shop import OrdersApi as OrdersApi
from apps.integrations.api.shop import StockApi as StockApi
