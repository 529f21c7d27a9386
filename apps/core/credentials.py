"""What a caller shows of themselves in `Authorization` (RFC 9110, 11.4)."""

from rest_framework.request import Request


def credentials_of(request: Request, *, scheme: str) -> str | None:
    """Return what stands behind a scheme: nothing readable is empty, another scheme is None."""
    header: str = request.META.get("HTTP_AUTHORIZATION", "")
    parts = header.encode("latin-1", "replace").split()
    if not parts or parts[0].lower() != scheme.encode():
        return None
    return parts[1].decode() if len(parts) == 2 and parts[1].isascii() else ""
