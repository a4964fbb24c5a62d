"""How the wire is reached: whose certificates are believed, and through which proxy.

Certificates are believed as the system believes them, so a company's own authority works once the system knows it; a
profile may name one more. A proxy is the profile's, else the system's, and never for this machine's own addresses.
"""

from __future__ import annotations

import contextlib
import ssl
import urllib.request
from functools import cache
from pathlib import Path

import httpx
import truststore

from pushconsole.errors import ConfigurationError
from pushconsole.ingestion.addresses import is_loopback


def tls(ca_bundle: str | None = None) -> ssl.SSLContext:
    """Return what checks certificates: by the system's store, and by a file of further authorities where one is named.

    Raises:
        ConfigurationError: the file cannot be read, or holds no certificate.

    """
    return _tls(ca_bundle, None if ca_bundle is None else _version(ca_bundle))


def _version(file: str) -> tuple[int, int] | None:
    """Return what is another one once the file was replaced, as a person does who had named the wrong one."""
    with contextlib.suppress(OSError):
        known = Path(file).stat()
        return known.st_mtime_ns, known.st_size
    return None


@cache
def _tls(ca_bundle: str | None, _: tuple[int, int] | None) -> ssl.SSLContext:
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_bundle is not None:
        try:
            context.load_verify_locations(cafile=ca_bundle)
        except OSError as error:  # ssl.SSLError is one
            raise ConfigurationError(
                f"The CA bundle {ca_bundle} cannot be used: {error.strerror or error}.",
                "It has to be a file of certificates in PEM form.",
            ) from error
    return context


def transports(
    addresses: tuple[httpx.URL, ...], proxy: str | None, ca_bundle: str | None
) -> dict[str, httpx.AsyncBaseTransport]:
    """Return for each host how it is reached, in the form of httpx's ``mounts``.

    Raises:
        ConfigurationError: proxy or CA bundle cannot be used.

    """
    return {f"all://{_bracketed(url.host)}": _transport(url, proxy, ca_bundle) for url in addresses}


def proxies(addresses: tuple[httpx.URL, ...], proxy: str | None) -> dict[str, str]:
    """Return by host the name of the proxy through which it is reached; the others are left out."""
    found = {url.host: proxy_for(url, proxy) for url in addresses}
    return {host: through.rpartition("@")[2].rpartition("//")[2] for host, through in found.items() if through}


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _transport(url: httpx.URL, proxy: str | None, ca_bundle: str | None) -> httpx.AsyncBaseTransport:
    verify = tls(ca_bundle) if url.scheme == "https" else False
    through = proxy_for(url, proxy)
    if through is None:
        # No HTTP/2: measured with 4 calls at once (httpx 0.28 and h2 against hypercorn), pushes of 4.9 MB went at 2.4
        # calls/s for 16.1 over HTTP/1.1 and took 106 ms of processor each for 14; looking at events, no difference.
        return httpx.AsyncHTTPTransport(verify=verify)
    encrypted = tls(ca_bundle) if through.startswith("https:") else None
    try:
        return httpx.AsyncHTTPTransport(verify=verify, proxy=httpx.Proxy(through, ssl_context=encrypted))
    except (ValueError, httpx.InvalidURL, ImportError) as error:
        login, _, address = through.rpartition("@")
        if login:  # the system's may have a password, which what httpx says may quote
            raise ConfigurationError(
                f"The system's proxy {address} cannot be used; its name and password are not shown here.",
                "Its address looks like http://NAME:PASSWORD@proxy.example:3128.",
            ) from None
        raise ConfigurationError(f"The proxy {through} cannot be used: {error}.") from error


def proxy_for(url: httpx.URL, proxy: str | None) -> str | None:
    """Return the proxy through which an address is reached, or None."""
    if is_loopback(url.host):
        return None
    if proxy is not None:
        return proxy
    if urllib.request.proxy_bypass(url.host):
        return None
    found = urllib.request.getproxies().get(url.scheme)
    return found if found is None or "://" in found else f"http://{found}"
