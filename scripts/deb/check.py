#!/usr/bin/env python3
"""Looks into finished packages: what their lists say is what their programs say, nothing of the training region is in them, and Debian's
own judge (lintian) has nothing to say that is not answered.

usage: check.py DEB...
"""

import gzip
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from sbom import built_in, key

# The virtual reader's driver, by name: in every program that can play a card, and never in a tablet's.
TRAINING = b"libkakari_virtual_reader.so"
FIELDS = ["Kakari-Store-Schema", "Kakari-Oldest"]


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def programs(root: Path) -> list[Path]:
    found = [path for folder in ["usr/bin", "usr/lib/kakari"] for path in sorted((root / folder).glob("*"))]
    return [path for path in found if path.read_bytes()[:4] == b"\x7fELF"]


def check_lists(package: str, root: Path) -> None:
    inside: dict[tuple[str, str], str] = {}
    for program in programs(root):
        inside.update(built_in(str(program)))
    listed = json.loads(gzip.decompress((root / f"usr/share/doc/{package}/{package}.cdx.json.gz").read_bytes()))
    told = {key(component) for component in listed["components"]} | {key(listed["metadata"]["component"])}
    if told != set(inside):
        sys.exit(f"check: {package}: only listed {sorted(told - set(inside))}, only built in {sorted(set(inside) - told)}")
    if package == "kakari" and any(TRAINING in program.read_bytes() for program in programs(root)):
        sys.exit(f"check: {package} has the training region in it")
    print(f"{package}: {len(inside)} crates in the programs' own lists and in the package's, "
          f"{sum(component['scope'] == 'required' for component in listed['components'])} of them linked")


def check_fields(deb: str, package: str) -> None:
    if package != "kakari":
        return
    for field in FIELDS:
        value = run("dpkg-deb", "--field", deb, field).strip()
        if not value:
            sys.exit(f"check: {deb} has no field {field}")
        print(f"{package}: {field}: {value}")


def check_lintian(deb: str, package: str) -> None:
    asked = ["lintian", "--allow-root", "--fail-on", "error,warning", deb]
    answer = subprocess.run(asked, capture_output=True, text=True)
    if answer.returncode or answer.stdout:
        sys.exit(f"check: lintian on {package}:\n{answer.stdout}{answer.stderr}")
    print(f"{package}: lintian clean")


if __name__ == "__main__":
    for deb in sys.argv[1:]:
        package = run("dpkg-deb", "--field", deb, "Package").strip()
        with tempfile.TemporaryDirectory() as place:
            run("dpkg-deb", "-x", deb, place)
            check_lists(package, Path(place))
        check_fields(deb, package)
        check_lintian(deb, package)
