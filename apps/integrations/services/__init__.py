"""What happens to keys and webhooks. Locks: the key, then a delivery, then its endpoint."""

from apps.integrations.services.delivering import send_due as send_due
from apps.integrations.services.delivering import send_webhooks as send_webhooks
from apps.integrations.services.endpoints import make_endpoint as make_endpoint
from apps.integrations.services.endpoints import remove_endpoint as remove_endpoint
from apps.integrations.services.endpoints import rotate_secret as rotate_secret
from apps.integrations.services.endpoints import save_endpoint as save_endpoint
from apps.integrations.services.forgetting import forget_old as forget_old
from apps.integrations.services.keys import make_key as make_key
from apps.integrations.services.keys import note_use as note_use
from apps.integrations.services.keys import replace_key as replace_key
from apps.integrations.services.keys import revoke_key as revoke_key
from apps.integrations.services.resending import send_again as send_again
from apps.integrations.services.resending import send_test as send_test
from apps.integrations.services.spreading import spread_events as spread_events
