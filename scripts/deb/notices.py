#!/usr/bin/env python3
"""Writes the package's copyright file (DEP-5) and gathers the licence texts of every crate that is linked into its programs.

usage: notices.py PACKAGE TO_FOLDER PROGRAM...    programs are crates of the workspace
"""

import gzip
import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path.cwd()
TARGET = "x86_64-unknown-linux-gnu"
TEXT_NAMES = re.compile(r"^(licen[cs]e|copying|copyright|notice|unlicense|ofl)", re.IGNORECASE)

HEAD = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: kakari
Comment: The programs are linked statically. Each crate below is in them under the licence that its authors gave it; the texts
 that came with them are in /usr/share/doc/@PACKAGE@/third-party-licences.gz, and which version of which crate it is, in
 /usr/share/doc/@PACKAGE@/@PACKAGE@.cdx.json.gz. The whole is under version 3 of the GNU General Public License, because of Slint.

Files: *
Copyright: 2026 The Kakari authors
License: GPL-3
 On Debian systems the text of version 3 of the GNU General Public License is in /usr/share/common-licenses/GPL-3.
"""

FONTS = """
Files: assets/fonts/*
Copyright: 2022 The BIZ UDGothic Project Authors
 2014-2021 Adobe
License: OFL-1.1
@OFL@
"""

C_CODE = """
Files: vendor/openssl-src/openssl/*
Copyright: 1998-2026 The OpenSSL Project Authors
 1995-1998 Eric A. Young, Tim J. Hudson
License: Apache-2.0
 On Debian systems the text of the Apache License 2.0 is in /usr/share/common-licenses/Apache-2.0.

Files: vendor/libsqlite3-sys/sqlcipher/*
Copyright: 2008-2026 Zetetic LLC
License: BSD-3-Clause
 The text is in the gathered file named above. SQLite itself, on which it is built, is in the public domain.
"""


def linked(program: str) -> set[tuple[str, str]]:
    """Name and version of each crate that is linked into the program."""
    command = ["cargo", "tree", "--locked", "-p", program, "-e", "normal", "--target", TARGET, "--prefix", "none", "-f", "{p}"]
    if program == "kakari":
        command.append("--no-default-features")
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    lines = {line.split(" (")[0] for line in told.splitlines() if line}
    return {(name, version.removeprefix("v")) for name, version in (line.split(" ")[:2] for line in lines)}


def facts() -> dict[tuple[str, str], dict]:
    told = subprocess.run(["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", TARGET],
                          capture_output=True, text=True, check=True).stdout
    return {(package["name"], package["version"]): package for package in json.loads(told)["packages"]}


def texts(package: dict) -> list[Path]:
    folder = Path(package["manifest_path"]).parent
    named = [folder / package["license_file"]] if package["license_file"] else []
    found = [path for path in sorted(folder.iterdir()) if path.is_file() and TEXT_NAMES.match(path.name)]
    for inner in ["LICENSES", "licenses", "openssl", "sqlcipher"]:
        if (folder / inner).is_dir():
            found += [path for path in sorted((folder / inner).iterdir()) if path.is_file() and
                      (inner.lower() == "licenses" or TEXT_NAMES.match(path.name))]
    return sorted({path.resolve() for path in named + found if path.is_file()})


def gather(crates: list[dict], to: Path) -> list[str]:
    """The texts, each once, with the crates it came with. Answers the crates that brought none."""
    by_text = defaultdict(list)
    bare = []
    for package in crates:
        found = texts(package)
        for path in found:
            by_text[path.read_text(errors="replace").strip()].append(f"{package['name']} {package['version']} ({path.name})")
        if not found:
            bare.append(f"{package['name']} {package['version']}: {package['license']}")
    parts = [f"{'=' * 100}\n" + "\n".join(who) + f"\n{'=' * 100}\n\n{text}\n" for text, who in by_text.items()]
    if bare:
        parts.append("=" * 100 + "\nThese crates name their licence and bring no text of their own:\n" + "\n".join(bare) + "\n")
    with open(to, "wb") as file, gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=file, mtime=0) as packed:
        packed.write("\n".join(parts).encode())
    return bare


def holders(package: dict) -> str:
    """The authors as the crate names them, without the addresses of persons."""
    names = [re.sub(r"\s*<.*?>", "", author).strip() for author in package["authors"]]
    return ", ".join(name for name in names if name) or f"the authors of {package['name']}"


def indented(text: str) -> str:
    return "\n".join(f" {line}" if line.strip() else " ." for line in text.rstrip().splitlines())


def paragraphs(crates: list[dict]) -> str:
    """Crates of the same licence and the same authors share a paragraph; each licence is named once more, alone, at the end."""
    groups = defaultdict(list)
    for package in crates:
        licence = re.sub(r"\s*/\s*", " OR ", package["license"] or "see-the-gathered-file")
        groups[licence, holders(package)].append(package["name"])
    told = []
    for (licence, who), names in sorted(groups.items()):
        files = " ".join(f"vendor/{name}/*" for name in sorted(set(names)))
        told.append(f"\nFiles: {files}\nCopyright: {who}\nLicense: {licence_word(licence)}\n")
    for licence in sorted({licence for licence, _ in groups}):
        told.append(f"\nLicense: {licence_word(licence)}\n As its authors say it: {licence}\n"
                    " The texts are in the gathered file that is named above.\n")
    return "".join(told)


def licence_word(licence: str) -> str:
    """DEP-5 writes or and and small, and knows no brackets; an exception is part of the name."""
    word = licence.replace(" WITH ", "-with-").replace("(", "").replace(")", "")
    return word.replace(" OR ", " or ").replace(" AND ", " and ")


def main(package: str, to: Path, programs: list[str]) -> None:
    known = facts()
    names = sorted(set().union(*(linked(program) for program in programs)))
    crates = [known[name] for name in names if known[name]["source"]]
    bare = gather(crates, to / "third-party-licences.gz")
    text = HEAD.replace("@PACKAGE@", package)
    if package == "kakari":
        text += FONTS.replace("@OFL@", indented((ROOT / "assets/fonts/OFL.txt").read_text()))
        text += C_CODE
    (to / "copyright").write_text(text + paragraphs(crates))
    print(f"notices: {package}: {len(crates)} crates, {len(bare)} of them without a text of their own", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
