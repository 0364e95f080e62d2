"""How soon each page of a published site shows its largest part, to one with a slow phone.

``make bench-site`` measures the large project; ``python -m tests.tools.site_paint DIR`` any.
"""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path

from playwright.sync_api import Browser

from gopybench.site.htmltemplates import own_pages

from ..browser import chromium, serving, watched

# Of the processor how many times slower, of the network bytes a second, and seconds.
SLOWER = 4
BYTES_PER_SECOND = 1.6e6 / 8
AIM = 1.5

_LARGEST = (
    "window.paint = 0; new PerformanceObserver(list => list.getEntries().forEach("
    "entry => window.paint = entry.startTime)).observe("
    "{type: 'largest-contentful-paint', buffered: true})"
)


def largest(browser: Browser, address: str, page: str) -> float:
    """Return after how many seconds the largest part of a page is painted."""
    with watched(browser, address, viewport={"width": 400, "height": 900}) as site:
        session = site.page.context.new_cdp_session(site.page)
        limits = {"downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND}
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", {"offline": False, "latency": 0, **limits})
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        site.page.add_init_script(_LARGEST)
        site.page.goto(address + page)
        site.page.wait_for_load_state("networkidle")
        found = float(site.page.evaluate("window.paint")) / 1000
        assert site.complaints == [], site.complaints
    return found


def of_site(browser: Browser, html: Path, times: int) -> None:
    """Print the median of each page of ours."""
    with serving(html, compressed=True) as address:
        for page in own_pages():
            took = statistics.median(largest(browser, address, page) for _ in range(times))
            print(f"{page}: largest paint after {took:.2f} s (aim: within {AIM})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("html", type=Path, nargs="+", help="directories of published sites")
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    with chromium() as browser:
        for html in options.html:
            print(html)
            of_site(browser, html, options.times)


if __name__ == "__main__":
    main()
