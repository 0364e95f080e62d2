"""Published sites, and a browser that looks at them and complains."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize

from ..browser import WIDE, Watched, chromium, serving, watch, watched
from ..conftest import BIN, ROOT


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium("--process-per-site") as browser:
        yield browser


@pytest.fixture(scope="session")
def context(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """What the pages share; their servers' ports keep what they store apart.

    One page stays open, so that the process that draws all others is not
    started anew for each: that takes longer than most pages.
    """
    context = browser.new_context(viewport=WIDE)
    with serving(tmp_path_factory.mktemp("kept-open")) as address:
        context.new_page().goto(address)
        yield context
        context.close()


Open = Callable[..., Watched]


@pytest.fixture
def look(browser: Browser, context: BrowserContext) -> Iterator[Open]:
    """Open a published directory; at the end nothing may have gone wrong in it."""
    with contextlib.ExitStack() as stack:
        opened: list[Watched] = []

        def open_(html: Path, path: str | None = "", **options: Any) -> Watched:
            address = stack.enter_context(serving(html))
            if options.get("java_script_enabled", True):
                site = stack.enter_context(_in_page(context, address, **options))
            else:
                site = stack.enter_context(watched(browser, address, **options))
            opened.append(site)
            if path is not None:
                site.open(path)
            return site

        yield open_
        complaints = [complaint for site in opened for complaint in site.complaints]
    assert complaints == []


@contextlib.contextmanager
def _in_page(
    context: BrowserContext,
    address: str,
    viewport: ViewportSize = WIDE,
    color_scheme: Literal["dark", "light"] = "light",
    permissions: Sequence[str] = (),
) -> Iterator[Watched]:
    context.grant_permissions(permissions, origin=address)
    page = context.new_page()
    page.set_viewport_size(viewport)
    page.emulate_media(color_scheme=color_scheme)
    yield watch(page, address)
    page.close()


@pytest.fixture(scope="session")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This project's committed results, published."""
    html = tmp_path_factory.mktemp("own") / "html"
    subprocess.run([BIN / "asv", "publish", "--no-pull", "-o", html], cwd=ROOT, check=True)
    return html
