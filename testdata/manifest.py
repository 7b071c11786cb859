#!/usr/bin/env python3
"""Keeps the list of the files in this folder.

    manifest.py check    compare MANIFEST with the files; exit code 1 and a sentence for each difference
    manifest.py update   write the sizes and sums anew; licence and origin are kept, for a new file they are "?"

MANIFEST has one line a file, sorted by path: sha256, bytes, licence, path, how it was made; two spaces between.
Scripts (*.py), documentation (*.md) and MANIFEST itself are not listed.
"""

import hashlib
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
MANIFEST = HERE / "MANIFEST"


def listed():
    """Returns (sha256, bytes, licence, how) by path."""
    if not MANIFEST.exists():
        return {}
    lines = (line.split("  ", 4) for line in MANIFEST.read_text("utf-8").splitlines())
    return {path: (digest, size, licence, how) for digest, size, licence, path, how in lines}


def present():
    """Returns (sha256, bytes) by path."""
    files = (file for file in HERE.rglob("*") if file.is_file())
    wanted = (file for file in files if file != MANIFEST and file.suffix not in (".py", ".pyc", ".md"))
    contents = {file.relative_to(HERE).as_posix(): file.read_bytes() for file in wanted}
    return {path: (hashlib.sha256(content).hexdigest(), str(len(content))) for path, content in contents.items()}


def check():
    before, now = listed(), present()
    wrong = [f"{path} is listed but missing" for path in before.keys() - now.keys()]
    wrong += [f"{path} is not listed" for path in now.keys() - before.keys()]
    for path in before.keys() & now.keys():
        if before[path][:2] != now[path]:
            wrong.append(f"{path} differs from its sha256 or size")
        if "?" in before[path][2:]:
            wrong.append(f"{path} has no licence or origin")
    for sentence in sorted(wrong):
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


def update():
    before = listed()
    lines = []
    for path, (digest, size) in sorted(present().items()):
        licence, how = before[path][2:] if path in before else ("?", "?")
        lines.append("  ".join((digest, size, licence, path, how)) + "\n")
    MANIFEST.write_text("".join(lines), "utf-8")
    return 0


if __name__ == "__main__":
    actions = {"check": check, "update": update}
    if len(sys.argv) != 2 or sys.argv[1] not in actions:
        sys.exit(__doc__)
    sys.exit(actions[sys.argv[1]]())
