"""Whose address a request comes from, behind a fixed count of proxies."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"


def client_address(request: HttpRequest) -> str:
    """Return the caller's address, or `unknown`; an IPv6 caller is known by the /64 network.

    X-Forwarded-For is believed for the last TRUSTED_PROXY_HOPS entries only: those our own
    proxies wrote. Whatever stands before them is the caller's invention.
    """
    direct = _normal(request.META.get("REMOTE_ADDR", ""))
    hops = settings.TRUSTED_PROXY_HOPS
    if not hops:
        return direct
    chain = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if len(chain) < hops:
        return direct
    forwarded = _normal(chain[-hops].strip())
    return direct if forwarded == UNKNOWN else forwarded


def _normal(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return UNKNOWN
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    # Anyone with IPv6 has a whole /64 to choose addresses from.
    return str(ipaddress.ip_network((address, 64), strict=False))
