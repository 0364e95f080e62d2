"""asv's own pages without a request to another host: their libraries come from Python packages.

What has no package is small and our own: see ``page/shims.js``.
"""

from __future__ import annotations

import html as html_text
import importlib.metadata
import re
import shutil
from pathlib import Path

from asv.util import UserError

# The page's name; index.html is ours.
NAME = "asv.html"

# asv's libraries by what their addresses hold: the package that carries it, and the file.
_LIBRARIES = {
    "jquery-": ("js.jquery", "jquery-3.6.1.min.js"),
    "jquery.flot.min.js": ("js.jquery-flot", "jquery.flot.min.js"),
    "jquery.flot.time.min.js": ("js.jquery-flot", "jquery.flot.time.min.js"),
    "jquery.flot.selection.min.js": ("js.jquery-flot", "jquery.flot.selection.min.js"),
    "jquery.flot.categories.min.js": ("js.jquery-flot", "jquery.flot.categories.min.js"),
    "bootstrap.min.js": ("js.bootstrap", "bootstrap.min.js"),
    "bootstrap.min.css": ("js.bootstrap", "bootstrap.min.css"),
}
_SHIMS = ("jquery.flot.orderBars.js", "stupidtable.min.js", "md5.min.js")

_REMOTE = re.compile(r'<(script|link)\b[^>]*\b(?:src|href)="(https?://[^"]+)"[^>]*>(?:</script>)?')
_INLINE = re.compile(r"<script[^>]*>\s*function js_load_failure.*?</script>\s*", re.DOTALL)

# Nothing from elsewhere, and no script but the files here: a benchmark's name
# that asv's page takes for HTML does nothing.
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
)

# On a narrow screen the list of pages would cover what is below it.
_NARROW = "<style>@media (max-width: 767px) { #nav { position: static } }</style>\n"


def make_local(html: Path, title: str) -> None:
    """Make asv's page in *html* local, by the name of ``asv.html``, with links to ours.

    Raises asv's UserError where asv's page asks for a library that is not
    known here, as that of a newer asv may.
    """
    library = html / "lib"
    library.mkdir(exist_ok=True)
    page = (html / "index.html").read_text(encoding="utf-8")

    def local(match: re.Match[str]) -> str:
        name = match[2].rsplit("/", 1)[-1]
        if name in _SHIMS:
            return ""
        for known, (package, file) in _LIBRARIES.items():
            if name == known or (known.endswith("-") and name.startswith(known)):
                shutil.copyfile(_file(package, file), library / file)
                return (
                    f'<script src="lib/{file}"></script>'
                    if match[1] == "script"
                    else f'<link rel="stylesheet" href="lib/{file}">'
                )
        raise UserError(
            f"asv's page asks for {match[2]}, which gopybench does not know: see asv's version"
        )

    page = _REMOTE.sub(local, _INLINE.sub("", page))
    page = page.replace(
        "<head>", f'<head>\n    <meta http-equiv="Content-Security-Policy" content="{POLICY}">', 1
    )
    page = page.replace("</head>", f'{_NARROW}  <script src="shims.js"></script>\n  </head>', 1)
    pages = (("index.html", html_text.escape(title)), ("changes.html", "Changes"))
    links = "".join(f'<li><a href="{path}">{text}</a></li>\n        ' for path, text in pages)
    page = page.replace('<li id="nav-li-"', links + '<li id="nav-li-"', 1)
    (html / NAME).write_text(page, encoding="utf-8")
    # It says that asv needs the internet.
    (html / "error.html").unlink(missing_ok=True)


def _file(package: str, name: str) -> Path:
    try:
        found = importlib.metadata.files(package) or []
    except importlib.metadata.PackageNotFoundError:
        raise UserError(f"the site needs {package}: pip install 'gopybench[asv]'") from None
    for path in found:
        if path.name == name:
            return Path(str(path.locate()))
    raise UserError(f"{package} has no {name}: pip install 'gopybench[asv]'")
