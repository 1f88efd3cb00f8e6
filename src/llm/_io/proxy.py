"""Which proxy the environment names for a URL."""

from __future__ import annotations

import os
from urllib.parse import SplitResult, urlsplit

from ..errors import ConfigError
from .request import host_name, port_of


def proxy_for(url: SplitResult) -> SplitResult | None:
    """The proxy for *url* by `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, in either case; or None."""
    if not any(name.lower().endswith("_proxy") for name in os.environ):
        return None
    # Imported only where a proxy is named: it costs as much as the whole HTTP client.
    from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]

    proxies = getproxies_environment()
    named = proxies.get(url.scheme) or proxies.get("all")
    if not named or proxy_bypass_environment(url.netloc.rpartition("@")[2], proxies):
        return None
    proxy = urlsplit(named if "://" in named else f"http://{named}")
    if proxy.scheme != "http":  # an https:// proxy would be sent its password before anything is encrypted
        raise ConfigError(
            f"The environment names a {proxy.scheme}:// proxy for {url.scheme}://, and that kind is not supported",
            hint="Name an http:// proxy, which also carries https://, or list the host in NO_PROXY",
        )
    if not _is_address(proxy):
        raise ConfigError(  # its password may be in it, so it is not repeated
            f"The proxy that the environment names for {url.scheme}:// has no usable host and port",
            hint="A proxy looks like http://proxy.example:3128",
        )
    return proxy


def proxy_host(proxy: SplitResult) -> str:
    """The proxy as `host:port`, for messages: without its user and password."""
    return f"{host_name(proxy)}:{port_of(proxy)}"


def _is_address(proxy: SplitResult) -> bool:
    host = proxy.hostname or ""
    try:
        _ = proxy.port
    except ValueError:
        return False
    return bool(host) and host.isprintable() and " " not in host


def proxy_authorization(proxy: SplitResult) -> dict[str, str]:
    """The header that carries the user and password of a proxy's URL; empty where it names none."""
    if not proxy.username:
        return {}
    from base64 import b64encode
    from urllib.parse import unquote

    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
