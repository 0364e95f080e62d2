"""Pictures of the site for the README, of the committed results: run by ``make screenshots``."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from ..browser import chromium, serving, watched
from ..conftest import BIN, ROOT

VIEW = "index.html"
PICTURES = {
    "docs/compare.png": (1400, 700, "light"),
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
                    page.screenshot(path=picture)
                    written = picture.stat().st_size
                    print(f"{name}: {written:,} bytes")
                    if written > MAX_SIZE:
                        raise SystemExit(f"{name} is larger than {MAX_SIZE:,} bytes")


if __name__ == "__main__":
    main()
