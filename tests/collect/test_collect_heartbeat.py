"""The heartbeat tells that a night is done, and nothing else."""

import http.server
import ssl
import threading
from pathlib import Path

import pytest
from certificate_kit import made_certificate

from courttally.cli.nightly import _beat, _worth_a_beat
from courttally.collect.run import Report


def test_it_is_a_bare_request_without_any_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, certificate = made_certificate(tmp_path)
    heard: list[tuple[str, str, dict[str, str]]] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append((self.command, self.path, dict(self.headers)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return None

    server = http.server.HTTPServer(("127.0.0.1", 0), Listener)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    _beat(f"https://localhost:{server.server_port}/beat")
    thread.join()
    server.server_close()
    ((method, path, headers),) = heard
    assert (method, path) == ("GET", "/beat")
    assert headers.pop("Host").startswith("localhost:")
    assert headers == {"Accept-Encoding": "identity", "User-Agent": "courttally", "Connection": "close"}


def test_that_nobody_hears_it_is_no_failure_and_names_no_address(capsys: pytest.CaptureFixture[str]) -> None:
    _beat("https://localhost:1/secret")
    said = capsys.readouterr().err
    assert said == "The heartbeat could not be delivered; everything else is done.\n"


@pytest.mark.parametrize(("requests", "captures", "worth"), [(0, 0, True), (9, 5, True), (12, 0, False)])
def test_a_night_in_which_nothing_answered_sends_none(requests: int, captures: int, worth: bool) -> None:
    assert _worth_a_beat(Report({}, captures=captures, requests=requests, failures=requests)) == worth
