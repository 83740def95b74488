"""What gets installed is pinned, and nothing names where it comes from."""

import re
import subprocess
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Not installed by us: the environment's own tools.
TOOLS = {"pip", "setuptools", "wheel", "drtui"}
# Written in parts, so that this file does not name them either.
HOSTS = ("pypi" + ".org", "python" + "hosted", "registry." + "npmjs", "deb." + "debian")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_installed_package_is_pinned_as_installed() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = {normal(name): version for name, _, version in (line.partition("==") for line in lines)}
    installed = {normal(each.name): each.version for each in distributions()}
    ours = {name: version for name, version in installed.items() if name not in TOOLS}
    assert ours == {name: version for name, version in pins.items() if name in ours}


def test_no_file_names_a_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    naming = []
    for name in filter(None, listed):
        path = ROOT / name
        if path.is_file() and any(host.encode() in path.read_bytes() for host in HOSTS):
            naming.append(name)
    assert naming == []
