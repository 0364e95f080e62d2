"""Pictures of the site for the README, of the committed results: run by ``make screenshots``."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from ..browser import chromium, serving, watched
from ..conftest import BIN, ROOT

VIEW = "?p-n=4000000"
PICTURES = {
    "docs/compare.png": (1400, 1000, "light"),
    "docs/compare-narrow.png": (400, 900, "dark"),
}
MAX_SIZE = 200_000  # bytes


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        html = Path(directory, "html")
        subprocess.run([BIN / "asv", "publish", "--no-pull", "-o", html], cwd=ROOT, check=True)
        with chromium() as browser, serving(html) as address:
            for name, (width, height, scheme) in PICTURES.items():
                size = {"width": width, "height": height}
                with watched(browser, address, viewport=size, color_scheme=scheme) as site:
                    picture = ROOT / name
                    picture.parent.mkdir(exist_ok=True)
                    page = site.open(VIEW)
                    if width < 500:
                        page.locator("#bars").scroll_into_view_if_needed()
                        page.evaluate("document.querySelector('#bars').scrollIntoView()")
                    page.screenshot(path=picture)
                    written = picture.stat().st_size
                    print(f"{name}: {written:,} bytes")
                    if written > MAX_SIZE:
                        raise SystemExit(f"{name} is larger than {MAX_SIZE:,} bytes")


if __name__ == "__main__":
    main()
