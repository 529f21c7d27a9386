"""What can be done to people: profiles, addresses, sessions, erasure; one file a use case."""

from apps.users.services.addresses import add_address as add_address
from apps.users.services.addresses import change_address as change_address
from apps.users.services.addresses import remove_address as remove_address
from apps.users.services.addresses import touch_address as touch_address
from apps.users.services.profiles import change_language as change_language
from apps.users.services.profiles import ensure_customer as ensure_customer
from apps.users.services.profiles import mark_reachable as mark_reachable
from apps.users.services.profiles import mark_unreachable as mark_unreachable
from apps.users.services.profiles import save_phone as save_phone
from apps.users.services.profiles import update_profile as update_profile
