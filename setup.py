"""Build gopybench, with the subject compiled where Cython is installed."""

import sys

from setuptools import setup

COMPILED = [
    f"gopybench/subject/{name}"
    for name in ("person.py", "personnumpy.py", "personcdef.pyx", "workload.py")
]

# An editable install is the working tree itself, which stays plain Python.
if "editable_wheel" in sys.argv:
    extensions = []
else:
    try:
        from Cython.Build import cythonize
    except ImportError:
        extensions = []
    else:
        extensions = cythonize(
            COMPILED,
            build_dir="build",
            language_level=3,
            compiler_directives={"freethreading_compatible": True},
        )

setup(ext_modules=extensions)
