"""The server of the lab: one application, guarded, on this computer only unless told otherwise."""

from __future__ import annotations

import logging
import sys
import threading
import webbrowser
from collections.abc import Collection, Sequence
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from dash import Dash
from flask import Flask, Response, abort, request
from waitress.server import create_server

from neurokyn.compiler.compiled import is_compiled
from neurokyn.lab import page
from neurokyn.lab.bench import Bench
from neurokyn.lab.state import LabError, State
from neurokyn.scenario.model import standard_model

LOOPBACK = "127.0.0.1"
NAMES = ("127.0.0.1", "localhost", "::1")  # what a browser on this computer calls it
LARGEST = 1_000_000  # bytes of a request
THREADS = 6
ASSETS = Path(__file__).with_name("assets")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def make_app(bench: Bench, hosts: Collection[str] = NAMES, *, by_number: bool = False) -> Dash:
    """The application with all its rooms.

    Parameters
    ----------
    bench : Bench
        Runs what the rooms ask for.
    hosts : collection of str
        Names under which it answers.
    by_number : bool
        Whether it answers to any address in numbers too, as from other computers of a classroom: a page from
        elsewhere needs a name of its own to reach it.

    Returns
    -------
    Dash
        Ready to be served; `server` is its WSGI application.
    """
    shown = page.rooms()
    app = Dash(
        "neurokyn.lab",
        assets_folder=str(ASSETS),
        title="neurokyn lab",
        update_title="",
        index_string=page.INDEX,
    )
    app.layout = page.layout(shown)
    page.register(app)
    for room in shown:
        room.register(app, bench)
    _guard(app, hosts, by_number=by_number)
    return app


def _guard(app: Dash, hosts: Collection[str], *, by_number: bool) -> None:
    """Requests from elsewhere or too large are refused; the browser is told to trust this page's own files only."""
    server: Flask = app.server
    server.config["MAX_CONTENT_LENGTH"] = LARGEST
    policy = _policy(app.csp_hashes())

    @server.before_request
    def refuse_strangers() -> None:
        """Another name for this computer is how a page from elsewhere would reach it (DNS rebinding)."""
        name = urlsplit(f"//{request.host}").hostname or ""
        if name not in hosts and not (by_number and _is_number(name)):
            abort(403, f"This is neurokyn lab on this computer; it does not answer to '{request.host}'.")
        origin = request.headers.get("Origin")
        if origin and origin.partition("://")[2] != request.host:
            abort(403, f"A page of {origin} may not use neurokyn lab.")

    @server.errorhandler(413)
    def too_large(_: Exception) -> tuple[dict[str, str], int]:
        return {"error": f"That is more than {LARGEST // 1_000_000} MB; ask for less."}, 413

    @server.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(HEADERS | {"Content-Security-Policy": policy})
        response.headers.remove("Server")
        return response


def _is_number(name: str) -> bool:
    """Whether an address is written in numbers."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _policy(hashes: Sequence[str]) -> str:
    """What the page may load: its own files, and the two inline scripts that Dash itself writes."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {' '.join(hashes)}",
            "style-src 'self' 'unsafe-inline'",  # Plotly and Dash write style elements
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def serve(port: int, browser: bool, host: str = LOOPBACK) -> None:
    """Serve the lab until Ctrl-C.

    Parameters
    ----------
    port : int
        Where to listen; 0 takes a free one.
    browser : bool
        Whether to open the page in the browser.
    host : str
        The address to listen at; this computer only if not given.

    Raises
    ------
    LabError
        If the port is taken or may not be used.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    bench = Bench()
    app = make_app(bench, (*NAMES, host), by_number=host not in NAMES)
    try:
        server = create_server(app.server, host=host, port=port, threads=THREADS, ident=None)
    except (OSError, OverflowError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise LabError(f"port {port} cannot be used: {reason}", fix=f"choose another: --port {_other(port)}") from None
    if not is_compiled(standard_model()):
        print("neurokyn: compiling the model (once, some seconds) …", file=sys.stderr, flush=True)
    bench.run(State())
    address = f"http://{host}:{server.effective_port}"
    print(f"neurokyn lab: {address} (Ctrl-C stops it)", flush=True)
    if browser:
        threading.Timer(0.2, webbrowser.open, (address,)).start()
    try:
        server.run()
    finally:
        server.close()
    print("neurokyn lab: stopped", flush=True)


def _other(port: int) -> int:
    """A port beside one that is taken."""
    return port + 1 if 0 < port < 65535 else 8051
