"""Everybody reads the catalogue; who writes it is a matter of permissions."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request


class ReadOrModelPermission(BasePermission):
    """Let staff write who have the permission that the view names for its action."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Look the action up in the view's `needs`; one that is not listed is refused."""
        if request.method in SAFE_METHODS:
            return True
        needed = view.needs.get(view.action)
        user = request.user
        return bool(user and user.is_authenticated and needed and user.has_perm(needed))
