"""The outbox: put messages in with the change they tell of, and send what is due."""

from apps.notifications.services.delivery import deliver_due as deliver_due
from apps.notifications.services.erasing import erase_own as erase_own
from apps.notifications.services.erasing import export_own as export_own
from apps.notifications.services.outbox import forget_card as forget_card
from apps.notifications.services.outbox import forget_thread as forget_thread
from apps.notifications.services.outbox import is_silenced as is_silenced
from apps.notifications.services.outbox import queue_message as queue_message
from apps.notifications.services.outbox import queue_messages as queue_messages
from apps.notifications.services.outbox import register_card as register_card
from apps.notifications.services.outbox import retry_message as retry_message
from apps.notifications.services.outbox import silenced as silenced
