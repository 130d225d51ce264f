"""A server of the lab, and a browser that tolerates no error and no request to anywhere else."""

import json
import shutil
import threading
from urllib.parse import urlsplit

import pytest

SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--window-size=1280,900",
)
OWN_SCHEMES = ("data", "blob", "about", "chrome", "devtools", "chrome-extension", "file")  # the site is read from disk


@pytest.fixture(scope="session")
def lab():
    """The address of a server in a thread."""
    pytest.importorskip("dash", reason="the extra `lab` is not installed")
    from neurokyn.lab.bench import Bench
    from neurokyn.lab.serve import make_app
    from waitress.server import create_server

    server = create_server(make_app(Bench()).server, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


@pytest.fixture
def new_browser(tmp_path):
    """Makes browsers, each as if on another computer; all are checked and closed at the end."""
    selenium = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not binary or not driver:
        pytest.skip("no Chromium with its driver on this computer")
    opened = []

    def make(*more):
        options = selenium.ChromeOptions()
        options.binary_location = binary
        for switch in (*SWITCHES, f"--user-data-dir={tmp_path / f'profile-{len(opened)}'}", *more):
            options.add_argument(switch)
        options.add_experimental_option(
            "prefs", {"download.default_directory": str(tmp_path), "download.prompt_for_download": False}
        )
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        opened.append(selenium.Chrome(options=options, service=selenium.ChromeService(driver)))
        opened[-1].allowed_errors = []
        return opened[-1]

    yield make
    problems = []
    for one in opened:
        problems += complaints(one)
        one.quit()
    assert problems == []


@pytest.fixture
def browser(new_browser):
    """One headless Chromium; the test fails on any console error or request outside 127.0.0.1."""
    return new_browser()


def complaints(browser):
    """Console errors (but for those a test lists in `browser.allowed_errors`), and requests to elsewhere."""
    errors = [entry["message"] for entry in browser.get_log("browser") if entry["level"] in {"SEVERE", "ERROR"}]
    errors = [line for line in errors if not any(part in line for part in browser.allowed_errors)]
    addresses = []
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            addresses.append(message["params"]["request"]["url"])
    outside = [
        address
        for address in addresses
        if urlsplit(address).hostname != "127.0.0.1" and urlsplit(address).scheme not in OWN_SCHEMES
    ]
    return [f"console: {line}" for line in errors] + [f"asked elsewhere: {address}" for address in outside]
