"""The repository around a directory, also where "repo" of asv.conf.json is one inside it."""

from __future__ import annotations

from pathlib import Path

from asv.plugins.git import Git


def top(path: str | Path) -> Path | None:
    """Return the top directory of the working tree that a directory is in, None without one."""
    directory = Path(path).resolve()
    # Git itself is not asked: where it refuses to work, asv shows its words.
    for above in (directory, *directory.parents) if directory.is_dir() else ():
        if any((above / name).exists() for name in (".git", ".hg")):
            return above
        if above == directory and (above / "objects").is_dir():
            break  # a repository without a working tree
    return None


class GitAround(Git):  # type: ignore[misc]
    """A repository that is named by a directory inside its working tree.

    asv knows one by its top directory alone, and finds this class among the
    subclasses of its own.
    """

    def __init__(self, url: str, mirror_path: str) -> None:
        """Take what asv gives: "repo" of the configuration, and where it would put a mirror."""
        super().__init__(str(top(url)), mirror_path)

    @classmethod
    def url_match(cls, url: str) -> bool:
        """Return whether *url* is a directory inside a working tree."""
        around = top(url)
        return around is not None and cls.is_local_repo(str(around))
