"""Published sites, and a browser that looks at them and complains."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from ..browser import Watched, chromium, serving, watched
from ..conftest import BIN, ROOT


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


Open = Callable[..., Watched]


@pytest.fixture
def look(browser: Browser) -> Iterator[Open]:
    """Open a published directory; at the end nothing may have gone wrong in it."""
    with contextlib.ExitStack() as stack:
        opened: list[Watched] = []

        def open_(html: Path, path: str | None = "", **options: Any) -> Watched:
            address = stack.enter_context(serving(html))
            site = stack.enter_context(watched(browser, address, **options))
            opened.append(site)
            if path is not None:
                site.open(path)
            return site

        yield open_
        complaints = [complaint for site in opened for complaint in site.complaints]
    assert complaints == []


@pytest.fixture(scope="session")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This project's committed results, published."""
    html = tmp_path_factory.mktemp("own") / "html"
    subprocess.run([BIN / "asv", "publish", "--no-pull", "-o", html], cwd=ROOT, check=True)
    return html
