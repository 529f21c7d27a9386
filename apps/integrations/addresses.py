"""To which addresses events may go: public ones only, whatever a name resolves to.

Whoever names a URL must not make the shop ask its own network (reliability: SSRF, rebinding).
"""

import ipaddress
from urllib.parse import urlsplit

URL_LENGTH = 500

# Not private by their registration, and yet no place for a stranger's request.
_REFUSED = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; a cloud's metadata at 100.100.100.200
        "168.63.129.16/32",  # a cloud's wire server
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",
        "224.0.0.0/3",
        "::/96",  # IPv4-compatible
        "64:ff9b::/96",  # NAT64 leads to any IPv4 address
        "64:ff9b:1::/48",
        "2001::/23",  # Teredo and its like
        "2002::/16",  # 6to4
        "fec0::/10",
        "ff00::/8",
    )
)


def is_public(text: str) -> bool:
    """Tell whether an address literal is one of the public internet's."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address in network for network in _REFUSED)


def is_fit(url: str, *, may_be_private: bool) -> bool:
    """Tell whether a URL can be an endpoint; what its name resolves to is seen when it is sent to.

    With `may_be_private`, as on a developer's machine, http and private addresses will do.
    """
    plain = url.isascii() and url.isprintable() and len(url) <= URL_LENGTH
    if not plain or any(letter in url for letter in ' \\#"<>'):
        return False
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc:
        return False
    if may_be_private:
        return parts.scheme in {"http", "https"}
    return parts.scheme == "https" and (not _is_literal(host) or is_public(host))


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
