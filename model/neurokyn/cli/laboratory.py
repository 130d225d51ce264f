"""`neurokyn lab`: the page on which people, doses and exercise are tried out."""

from __future__ import annotations

import argparse
from importlib.util import find_spec

from neurokyn.cli.inputs import Commands
from neurokyn.errors import NeurokynError

NEEDED = ("dash", "plotly", "waitress")
LOOPBACK, PORT = "127.0.0.1", 8050


def declare(commands: Commands) -> None:
    """The command `lab` and its options."""
    lab = commands.add_parser("lab", help="open the page on which people, doses and exercise are tried out")
    lab.add_argument("--port", type=int, default=PORT, help=f"where it answers (default {PORT})")
    lab.add_argument("--host", default=LOOPBACK, help=f"who can reach it (default {LOOPBACK}: this computer only)")
    lab.add_argument("--no-browser", action="store_true", help="do not open a browser; the address is printed")
    lab.set_defaults(command=open_lab)


def open_lab(options: argparse.Namespace) -> int:
    """Serve the page until it is stopped."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise NeurokynError(f"the lab needs {', '.join(missing)}", fix="install the extra: pip install 'neurokyn[lab]'")
    if not 0 <= options.port < 1 << 16:  # waitress would take the rest of it, and listen elsewhere
        raise NeurokynError(f"there is no port {options.port}", where="--port", fix="choose one from 1024 to 65535")
    from neurokyn.lab.serve import serve

    serve(options.port, not options.no_browser, options.host)
    return 0
