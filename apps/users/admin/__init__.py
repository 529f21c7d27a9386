"""People and roles in the admin."""

from apps.users.admin.language import choose_language as choose_language
from apps.users.admin.people import GroupAdmin as GroupAdmin
from apps.users.admin.people import UserAdmin as UserAdmin
