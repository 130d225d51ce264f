"""Write docs/lab.png: the lab's first room with running beside a pinned drug, 1280 pixels wide.

python scripts/picture_lab.py

Needs Chromium with its driver, and Selenium.
"""

import shutil
import tempfile
import threading
import time
from pathlib import Path

from measure_lab import SWITCHES
from neurokyn.lab.bench import Bench
from neurokyn.lab.serve import make_app
from neurokyn.lab.state import State, to_json, to_link
from selenium import webdriver
from waitress.server import create_server

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "lab.png"
SIZE = 1280, 860
PINNED = {"Left alone": State(), "Escitalopram 10 mg": State(drug="escitalopram")}
SHOWN = to_link(State(mode="running"), [{"name": name, "state": to_json(state)} for name, state in PINNED.items()])

server = create_server(make_app(Bench()).server, host="127.0.0.1", port=0, threads=4)
threading.Thread(target=server.run, daemon=True).start()
with tempfile.TemporaryDirectory() as profile:
    settings = webdriver.ChromeOptions()
    settings.binary_location = shutil.which("chromium") or ""
    for switch in (*SWITCHES, "--hide-scrollbars", f"--user-data-dir={profile}"):
        settings.add_argument(switch)
    browser = webdriver.Chrome(options=settings, service=webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": SIZE[0], "height": SIZE[1], "deviceScaleFactor": 1, "mobile": False},
        )
        browser.get(f"http://127.0.0.1:{server.effective_port}/#{SHOWN}")
        while not browser.execute_script("return document.getElementById('explore-timing')?.textContent"):
            time.sleep(0.1)
        time.sleep(3.0)  # the whole picture follows once it rests
        browser.save_screenshot(str(PICTURE))
    finally:
        browser.quit()
print("written: docs/lab.png")
