"""The server: who it answers, what it refuses, how it starts and stops."""

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

pytest.importorskip("dash", reason="the extra `lab` is not installed")

from neurokyn.lab.bench import Bench
from neurokyn.lab.serve import LARGEST, make_app, serve
from neurokyn.lab.state import LabError

pytestmark = pytest.mark.xdist_group("lab")


@pytest.fixture(scope="module")
def client():
    return make_app(Bench()).server.test_client()


def test_the_page_is_guarded(client):
    reply = client.get("/", headers={"Host": "127.0.0.1:8050"})
    assert reply.status_code == 200
    policy = reply.headers["Content-Security-Policy"]
    scripts = re.search(r"script-src ([^;]*)", policy)[1]
    assert "'self'" in scripts
    assert "unsafe" not in scripts
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["X-Frame-Options"] == "DENY"
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    assert "camera=()" in reply.headers["Permissions-Policy"]


def test_nothing_in_the_page_points_elsewhere(client):
    page = client.get("/").get_data(as_text=True)
    loaded = re.findall(r"""<(?:script|link|img|iframe)[^>]*?(?:src|href)=["']([^"']+)""", page)
    assert len(loaded) > 5
    assert [address for address in loaded if "//" in address] == []


@pytest.mark.parametrize("host", ["example.org", "example.org:8050", "127.0.0.1.example.org"])
def test_other_names_are_refused(client, host):
    reply = client.get("/", headers={"Host": host})
    assert reply.status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1:8050", "localhost:8050", "[::1]:8050", "localhost"])
def test_own_names_are_answered(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 200


def test_a_classroom_reaches_it_by_number_and_nobody_by_another_name():
    client = make_app(Bench(), by_number=True).server.test_client()
    assert client.get("/", headers={"Host": "192.168.1.20:8050"}).status_code == 200
    assert client.get("/", headers={"Host": "example.org:8050"}).status_code == 403
    assert client.get("/", headers={"Host": "[bad"}).status_code in {400, 403}


def test_another_page_may_not_ask(client):
    headers = {"Host": "127.0.0.1:8050", "Origin": "http://example.org"}
    assert client.post("/explore/ask", json={}, headers=headers).status_code == 403
    own = {"Host": "127.0.0.1:8050", "Origin": "http://127.0.0.1:8050"}
    assert client.post("/explore/open", json={}, headers=own).status_code == 200


def test_too_much_is_refused_with_a_word(client):
    reply = client.post("/explore/ask", data=b"{" + b" " * LARGEST + b"}", content_type="application/json")
    assert reply.status_code == 413
    assert "1 MB" in reply.get_json()["error"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"state": {"weeks": 1e6}}, "out of reach"),
        ({"state": {"weeks": "many"}}, "is not a number"),
        ({"state": []}, "is no set of controls"),
        ({"state": {}, "panels": ["mood.depresion"]}, "did you mean 'mood.depression'"),
        ({"state": {}, "panels": "all"}, "is no list of curves"),
        ({"state": {}, "window": [1]}, "is no stretch of time"),
        ({"state": {}, "window": ["a", "b"]}, "is no stretch of time"),
        ({"state": {}, "pins": [{"name": "x", "state": {"dose": -1}}]}, "out of reach"),
        ({"state": {}, "pins": [{}] * 50}, "more than 6"),
        ([], "reload the page"),
    ],
)
def test_nonsense_is_answered_with_a_sentence(client, body, said):
    reply = client.post("/explore/ask", json=body)
    assert reply.status_code == 422
    assert said in reply.get_json()["error"]


def test_what_is_no_json_is_refused(client):
    assert client.post("/explore/ask", data=b"{", content_type="application/json").status_code == 400
    assert client.post("/explore/ask", data=b"{}", content_type="text/plain").status_code == 415
    assert client.post("/explore/file/exe", json={}).status_code == 404


def test_a_port_that_is_taken_is_said():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LabError, match=f"port {port} cannot be used.*--port {port + 1}"):
            serve(port, False)


def test_it_starts_says_where_and_stops_cleanly():
    code = (
        "import signal\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # tests started in the background have it ignored
        "from neurokyn.lab.serve import serve\n"
        "serve(0, False)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+", line)[0]
        request = urllib.request.Request(f"{address}/explore/open", b"{}", {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as reply:
            assert json.load(reply)["defaults"]["phenotype"] == "mdd"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0, err
    assert "stopped" in out
    assert "Traceback" not in err
