"""How long a key press on a slider of the lab takes until the new curve is drawn, in headless Chromium.

python scripts/measure_lab.py                    200 presses on sliders of treatment, 200 on those of the person
python scripts/measure_lab.py --presses 50       fewer

Every press gives a value that was not seen before, so nothing is known from before. A press is over when the frame
after the new curve has been drawn. Needs Chromium with its driver, and Selenium.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from neurokyn.lab.bench import Bench
from neurokyn.lab.serve import make_app

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from waitress.server import create_server

from tests.lab.conftest import SWITCHES

WATCH = """
window.pressed = 0; window.found = [];
document.addEventListener("keydown", (event) => { window.pressed = event.timeStamp; }, true);
document.addEventListener("explore-drawn", (event) => {
    if (event.detail.whole || !window.pressed) { return; }
    const since = window.pressed;
    window.pressed = 0;
    requestAnimationFrame(() => setTimeout(() => {
        const told = document.getElementById("explore-timing").textContent.match(/in (\\d+) ms, solver (\\d+)/);
        window.found.push([performance.now() - since, told ? Number(told[2]) : NaN]);
    }, 0));
});
"""
Press = tuple[str, str]  # slider, key


def treatment() -> Iterator[Press]:
    """Intensity up and down, with another length of bout each time."""
    for way in cycle((Keys.ARROW_RIGHT, Keys.ARROW_LEFT)):
        for _ in range(60):
            yield "intensity", way
        yield "minutes", Keys.ARROW_RIGHT


def person() -> Iterator[Press]:
    """Severity, then stress, CRP, CYP2C19 activity and fitness in turn: twelve up, later eleven down."""
    for way, count in cycle(((Keys.ARROW_RIGHT, 12), (Keys.ARROW_LEFT, 11))):
        for slider in ("severity", "stress", "crp", "cyp2c19", "fitness"):
            for _ in range(count):
                yield slider, way


def measure(browser: webdriver.Chrome, presses: Iterator[Press], count: int) -> tuple[list[float], list[float]]:
    """Milliseconds from key down to the new curve, and in the solver, of each press."""
    browser.execute_script("window.found = []")
    sliders: dict[str, WebElement] = {}
    for done, (name, key) in enumerate(islice(presses, count), start=1):
        if name not in sliders:
            sliders[name] = browser.find_element(By.ID, f"explore-{name}")
        sliders[name].send_keys(key)
        until = time.monotonic() + 10
        while browser.execute_script("return window.found.length") < done:
            if time.monotonic() > until:
                sys.exit(f"press {done} on {name} drew nothing within 10 s")
            time.sleep(0.01)
    found = browser.execute_script("return window.found")
    return [row[0] for row in found], [row[1] for row in found]


def tell(title: str, whole: list[float], solver: list[float]) -> None:
    """The middle and the ninth tenth of one kind."""
    tenth = statistics.quantiles(whole, n=10)[-1]
    middle, share = statistics.median(whole), statistics.median(solver)
    print(
        f"{title:18} {len(whole):4} presses   median {middle:5.0f} ms   p90 {tenth:5.0f} ms   solver {share:3.0f} ms",
        flush=True,
    )


def main() -> None:
    """Serve the lab, open it, press keys."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--presses", type=int, default=200, help="of each kind")
    chosen = options.parse_args()
    server = create_server(make_app(Bench()).server, host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    with tempfile.TemporaryDirectory() as profile:
        settings = webdriver.ChromeOptions()
        settings.binary_location = shutil.which("chromium") or ""
        for switch in (*SWITCHES, f"--user-data-dir={profile}"):
            settings.add_argument(switch)
        browser = webdriver.Chrome(options=settings, service=webdriver.ChromeService(shutil.which("chromedriver")))
        try:
            pin = "pin=" + "name%3DLeft%2Balone"
            start = "mode=running&minutes=30&intensity=32"
            browser.get(f"http://127.0.0.1:{server.effective_port}/#{start}&{pin}")
            while not browser.execute_script("return document.getElementById('explore-timing')?.textContent"):
                time.sleep(0.1)
            browser.execute_script(WATCH)
            time.sleep(1.0)
            print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
            tell("treatment sliders", *measure(browser, treatment(), chosen.presses))
            tell("person sliders", *measure(browser, person(), chosen.presses))
            print(f"load {os.getloadavg()[0]:.1f}")
        finally:
            browser.quit()


if __name__ == "__main__":
    main()
