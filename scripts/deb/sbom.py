#!/usr/bin/env python3
"""What the programs of a package are made of, as one CycloneDX 1.5 file on standard output.

cargo-cyclonedx lists what the workspace could ask for, the tests' virtual cards too; cargo-auditable has written into each program what was
built into it, and that is what stays in the list. It, too, goes by the whole workspace, and names more than a program asks for: what cargo
itself (cargo tree) does not link is said to be "excluded".

usage: sbom.py FOLDER=PROGRAM...    the folder of each program's crate, and the program that was built; the first one leads
"""

import json
import os
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

from notices import linked

ROOT = Path.cwd()
NAME = "kakari-made-sbom"


def made(folder: str) -> dict:
    """cargo-cyclonedx writes beside each crate of the workspace; only one of the files is wanted."""
    command = ["cargo", "cyclonedx", "-qq", "--manifest-path", f"{folder}/Cargo.toml", "--format", "json", "--spec-version", "1.5",
               "--target", "x86_64-unknown-linux-gnu", "--override-filename", NAME]
    if folder == "app":  # As it is built for a tablet: without the training region.
        command.append("--no-default-features")
    try:
        subprocess.run(command, check=True, stdout=sys.stderr)
        text = (ROOT / folder / f"{NAME}.json").read_text()
    finally:
        members = subprocess.run(["git", "ls-files", "--", "Cargo.toml", "*/Cargo.toml"], capture_output=True, text=True, check=True)
        for manifest in members.stdout.split():
            (ROOT / manifest).with_name(f"{NAME}.json").unlink(missing_ok=True)
    # Where the sources lay says nothing about what the program is.
    # As an address a folder's name is written otherwise than as a path.
    return json.loads(text.replace(ROOT.as_uri(), "file://."))


def built_in(program: str) -> dict[tuple[str, str], str]:
    """Name and version of what is in the program, with its kind: runtime, or build for what only helped to build it."""
    with tempfile.NamedTemporaryFile() as taken:
        subprocess.run(["objcopy", "-O", "binary", "--only-section=.dep-v0", "--set-section-flags", ".dep-v0=alloc", program, taken.name],
                       check=True)
        section = Path(taken.name).read_bytes()
    if not section:
        sys.exit(f"sbom: {program} does not say what it is made of; build it with cargo auditable")
    packages = json.loads(zlib.decompress(section))["packages"]
    return {(package["name"], package["version"]): package.get("kind", "runtime") for package in packages}


def key(component: dict) -> tuple[str, str]:
    return component["name"], component["version"]


def pruned(bom: dict, kinds: dict[tuple[str, str], str]) -> dict:
    """Only what is built in, and what only built is said to be outside. What is missing in the list ends this."""
    own = bom["metadata"]["component"]
    listed = {key(component) for component in bom["components"]} | {key(own)}
    missing = set(kinds) - listed
    if missing:
        sys.exit(f"sbom: the programs hold what cargo-cyclonedx does not list: {sorted(missing)}")
    bom["components"] = [component for component in bom["components"] if key(component) in kinds]
    for component in bom["components"]:
        component["scope"] = "required" if kinds[key(component)] == "runtime" else "excluded"
    refs = {component["bom-ref"] for component in bom["components"]} | {own["bom-ref"]}
    links = [link for link in bom["dependencies"] if link["ref"] in refs]
    bom["dependencies"] = [{**link, "dependsOn": [to for to in link["dependsOn"] if to in refs]} for link in links]
    return bom


def merged(boms: list[dict]) -> dict:
    first = boms[0]
    components = {}
    dependencies = {}
    for bom in boms:
        others = [bom["metadata"]["component"]] if bom is not first else []
        for component in bom["components"] + others:
            components.setdefault(component["bom-ref"], component)
        for link in bom["dependencies"]:
            known = dependencies.setdefault(link["ref"], set())
            known.update(link.get("dependsOn", []))
    components.pop(first["metadata"]["component"]["bom-ref"], None)
    first["components"] = [components[ref] for ref in sorted(components)]
    first["dependencies"] = [{"ref": ref, "dependsOn": sorted(links)} for ref, links in sorted(dependencies.items())]
    # The same sources give the same file: no number of its own, and the commit's time.
    first.pop("serialNumber", None)
    seconds = int(os.environ["SOURCE_DATE_EPOCH"])
    time = subprocess.run(["date", "-u", "-d", f"@{seconds}", "+%Y-%m-%dT%H:%M:%SZ"], capture_output=True, text=True, check=True)
    first["metadata"]["timestamp"] = time.stdout.strip()
    return first


def main(pairs: list[str]) -> None:
    folders, programs = zip(*(pair.split("=", 1) for pair in pairs))
    kinds: dict[tuple[str, str], str] = {}
    for program in programs:
        in_it = linked(Path(program).name)
        for package in built_in(program):
            kinds[package] = "runtime" if package in in_it else kinds.get(package, "build")
    json.dump(pruned(merged([made(folder) for folder in folders]), kinds), sys.stdout, indent=1, sort_keys=True, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main(sys.argv[1:])
