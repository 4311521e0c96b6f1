"""HTTP lines inside one machine: cheap to open, because nobody reads the certificates of the world for them."""

import ssl

import httpx

_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def over(path: str = "", *, knocks_again: int = 0) -> httpx.HTTPTransport:
    """A transport over a UNIX socket, or to a port of this machine; a call has a connection of its own.

    Where nobody opens, it knocks again so many times within a few seconds.
    """
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.HTTPTransport(uds=path or None, verify=_NO_TLS, limits=limits, retries=knocks_again)


def line(
    address: str,
    *,
    transport: httpx.BaseTransport | None = None,
    timeout: httpx.Timeout | float = 5.0,
    headers: dict[str, str] | None = None,
) -> httpx.Client:
    """A client of the one who is at this address."""
    return httpx.Client(
        transport=transport or over(), base_url=address, timeout=timeout, headers=headers, trust_env=False
    )
