"""Nobody makes the system call where he wants: addresses of companies come from the environment alone."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import models

from core.gateways import client
from core.gateways.models import Callback, Instruction, Provider
from tests.architecture import source
from tests.factories.gateways import ProviderFactory

INSIDE = (
    "http://10.0.0.1",
    "http://192.168.1.1:8080",
    "http://[::ffff:169.254.169.254]",
    "http://2852039166",
    "http://0xA9FEA9FE",
    "http://0251.0376.0251.0376",
    "http://metadata.google.internal",
    "http://localhost.evil.example",
    "http://127.0.0.1.nip.io",
    "http://127.0.0.1#@evil.example",
    "http://127.0.0.1@evil.example",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "dict://127.0.0.1:11211/",
    "https://",
    "https:///etc/passwd",
    "https://provider.example#x",
)
HTTP_CALLS = (
    "import httpx",
    "import requests",
    "urllib.request",
    "http.client",
    "aiohttp",
    "create_connection",
)


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_into_the_own_network_is_refused(monkeypatch, url):
    monkeypatch.setenv("ECOMNET_PROVIDER_X_URL", url)
    with pytest.raises(client.ImproperlyConfigured):
        client.address_of(Provider(code="X"))


@pytest.mark.parametrize("model", [Provider, Instruction, Callback])
def test_no_row_holds_an_address_to_be_called(model):
    held = {field.name for field in model._meta.get_fields() if isinstance(field, models.URLField)}
    telling = {"url", "uri", "host", "address"}
    named = {field.name for field in model._meta.concrete_fields if telling & set(field.name.split("_"))}
    assert held | named == set()


def test_one_module_of_the_house_calls_other_machines():
    """The played day is a client of the system, and the demonstration asks the sandbox for its messages."""
    callers = {
        source.named(path)
        for path in source.files()
        if any(call in path.read_text(encoding="utf-8") for call in HTTP_CALLS)
    }
    apart = ("core/gateways/sandbox/", "ecomnet/simulation/", "ecomnet/demo_data/")
    assert [name for name in callers if not name.startswith(apart)] == ["core/gateways/client.py"]


class _Listener(BaseHTTPRequestHandler):
    """Sends everybody on, and remembers who came."""

    asked: list[str] = []
    onward = ""

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(302)
        self.send_header("Location", self.onward)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args):
        """Nothing on the screen."""


@pytest.mark.django_db
@pytest.mark.parametrize("onward", ["/v1/elsewhere", "http://169.254.169.254/latest/", "file:///etc/passwd"])
def test_a_company_that_sends_us_elsewhere_is_not_followed(monkeypatch, onward):
    asked: list[str] = []
    handler = type("Handler", (_Listener,), {"asked": asked, "onward": onward})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        monkeypatch.setenv("ECOMNET_PROVIDER_X_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("ECOMNET_PROVIDER_X_SECRET", "secret")
        provider = ProviderFactory(code="X", secret_name="ECOMNET_PROVIDER_X_SECRET")
        with pytest.raises(client.NoAnswer):
            client.call(provider, "GET", "/v1/transactions/a")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert asked == ["/v1/transactions/a"]


def test_proxies_of_the_environment_are_not_asked(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://evil.example:3128")
    monkeypatch.setenv("HTTP_PROXY", "http://evil.example:3128")
    client._client.cache_clear()
    try:
        assert client._client("").trust_env is False
    finally:
        client._client.cache_clear()
