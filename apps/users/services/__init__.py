"""What can be done to people: profiles, addresses, sessions, erasure; one file a use case."""

from apps.users.services.addresses import add_address as add_address
from apps.users.services.addresses import change_address as change_address
from apps.users.services.addresses import remove_address as remove_address
from apps.users.services.addresses import touch_address as touch_address
from apps.users.services.consents import set_offers as set_offers
from apps.users.services.erasure import erase_own as erase_own
from apps.users.services.erasure import erase_person as erase_person
from apps.users.services.erasure import export_own as export_own
from apps.users.services.erasure import export_person as export_person
from apps.users.services.passwords import check_staff_password as check_staff_password
from apps.users.services.profiles import change_language as change_language
from apps.users.services.profiles import ensure_customer as ensure_customer
from apps.users.services.profiles import language_for as language_for
from apps.users.services.profiles import mark_reachable as mark_reachable
from apps.users.services.profiles import mark_unreachable as mark_unreachable
from apps.users.services.profiles import save_phone as save_phone
from apps.users.services.profiles import update_profile as update_profile
from apps.users.services.sessions import begin_session as begin_session
from apps.users.services.sessions import end_all_sessions as end_all_sessions
from apps.users.services.sessions import end_session as end_session
from apps.users.services.sessions import forget_sessions as forget_sessions
from apps.users.services.sessions import refresh_session as refresh_session
from apps.users.services.sessions import sign_in_staff as sign_in_staff
from apps.users.services.sessions import sign_in_with_telegram as sign_in_with_telegram
from apps.users.services.staff import remember_new_password as remember_new_password
from apps.users.services.staff import save_staff as save_staff
