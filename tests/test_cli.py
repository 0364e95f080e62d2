from __future__ import annotations

from .conftest import Project


def test_the_command_without_asv(project: Project) -> None:
    script = "import sys; sys.modules['asv'] = None; import gopybench.cli"
    run = project.run("python", "-c", script, code=1)
    assert run.stderr == "gopybench needs asv: pip install 'gopybench[asv]'\n"
