"""A real browser for the tests: Chromium of the system, watched for errors and outside requests."""

from __future__ import annotations

import contextlib
import functools
import gzip
import http.server
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, TimeoutError, ViewportSize, sync_playwright

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


@contextlib.contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", *flags],
        )
        try:
            yield browser
        finally:
            browser.close()


WIDE: ViewportSize = {"width": 1400, "height": 1000}


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


class _Compressing(_Quiet):
    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        body = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *args: Any) -> None:
        """A browser that has gone elsewhere may hang up."""


@contextlib.contextmanager
def serving(directory: Path, compressed: bool = False) -> Iterator[str]:
    """Serve *directory* as any static server does; yield its address."""
    handler = functools.partial(_Compressing if compressed else _Quiet, directory=str(directory))
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Watched:
    """A page of the browser at a site's address, with what should not have happened."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str = "") -> Page:
        """Open a page of the site and wait until it has drawn itself."""
        self.page.goto("about:blank")
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")
        if not path.startswith("asv.html"):
            self.drawn()
        return self.page

    def visit(self, path: str) -> Page:
        """Open a page of the site that is there without drawing anything."""
        self.page.goto("about:blank")
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def drawn(self) -> None:
        try:
            # Not a function, which the policy of most pages would keep from being evaluated.
            self.page.locator("html[data-drawn]").wait_for(state="attached", timeout=10_000)
        except TimeoutError:
            raise AssertionError(self.complaints) from None

    def act(self, what: Any) -> None:
        """Do something that makes the page draw itself anew, and wait for it."""
        self.page.evaluate("delete document.documentElement.dataset.drawn")
        what()
        self.drawn()


def watch(page: Page, address: str) -> Watched:
    """Record errors, dialogs and requests to other hosts of a page that is blank."""
    site = Watched(page, address)

    def note(what: str) -> None:
        site.complaints.append(what)

    page.on("console", lambda m: m.type in ("error", "warning") and note(f"{m.type}: {m.text}"))
    page.on("pageerror", lambda error: note(f"error: {error}"))
    page.on("dialog", lambda dialog: (note(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("response", lambda r: r.status >= 400 and note(f"{r.status}: {r.url}"))
    page.on(
        "request",
        lambda r: (
            r.url.startswith((address, "blob:", "data:", "about:")) or note(f"outside: {r.url}")
        ),
    )
    return site


@contextlib.contextmanager
def watched(browser: Browser, address: str, **options: Any) -> Iterator[Watched]:
    """Open a blank page that is watched, in a context of its own."""
    context = browser.new_context(**{"viewport": WIDE, **options})
    try:
        yield watch(context.new_page(), address)
    finally:
        context.close()


def check_use(page: Page, *ways: tuple[int, Literal["dark", "light"]]) -> None:
    """Fail unless a page fits and axe finds nothing, in each width and colour scheme."""
    for width, scheme in ways:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
