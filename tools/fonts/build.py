"""Builds the shipped fonts from the npm packages @expo-google-fonts/noto-sans-sc and noto-serif-sc (OFL): subset, no hinting.

Needs npm and fonttools; run by hand when a font's version changes: ``python -m tools.fonts.build``. Kept: everything a name, an address or
a form can need: ASCII, Latin, punctuation, full-width forms, and every ideograph the font has; dropped: kana, hangul, vertical variants.
"""

import subprocess
import tarfile
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

VERSION = "0.4.3"
TARGET = Path(__file__).resolve().parents[2] / "resources" / "fonts"
FONTS = {
    "CertSans-Regular.ttf": ("noto-sans-sc", "400Regular/NotoSansSC_400Regular.ttf"),
    "CertSans-Medium.ttf": ("noto-sans-sc", "500Medium/NotoSansSC_500Medium.ttf"),
    "CertSerif-Regular.ttf": ("noto-serif-sc", "400Regular/NotoSerifSC_400Regular.ttf"),
}
RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x2060), (0x20AC, 0x20AC), (0x2100, 0x2199), (0x2460, 0x24FF), (0x2500, 0x25FF),
    (0x2600, 0x2612), (0x3000, 0x303F), (0x3220, 0x3243), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF), (0x20000, 0x323AF),
)  # fmt: skip
"""Unicode ranges kept where the font has them."""
SERIF_LEAVES_OUT = range(0x3400, 0x4DC0)
"""Extension A makes the serif too big; papers fall back to the sans for these, glyph by glyph."""
MUST_HAVE = "龑喆堃旻淼犇祎翀韡䶮𬭎㛃𠅤𫍯"
LARGEST_BYTES = 12 * 1024 * 1024


def fetch(package: str, folder: Path) -> Path:
    """The unpacked npm package."""
    subprocess.run(["npm", "pack", f"@expo-google-fonts/{package}@{VERSION}", "--silent"], cwd=folder, check=True)
    archive = folder / f"expo-google-fonts-{package}-{VERSION}.tgz"
    with tarfile.open(archive) as tar:
        tar.extractall(folder / package, filter="data")
    return folder / package / "package"


def build(source: Path, target: Path) -> None:
    """Subset one font and check that nothing a name needs is missing."""
    font = TTFont(source)
    wanted = {code for code in font.getBestCmap() if any(low <= code <= high for low, high in RANGES)}
    if "Serif" in target.name:
        wanted = {code for code in wanted if code not in SERIF_LEAVES_OUT or chr(code) in MUST_HAVE}
    options = subset.Options()
    options.hinting = False
    options.layout_features = ["kern", "locl"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    font.save(target)
    missing = [c for c in MUST_HAVE if ord(c) not in TTFont(target).getBestCmap()]
    size = target.stat().st_size
    if missing or size > LARGEST_BYTES:
        raise SystemExit(f"{target.name}: missing {missing}, {size} bytes")
    print(f"{target.name}: {len(wanted)} characters, {size / 1e6:.1f} MB")


def main() -> None:
    """Build all and put the licence beside them."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        packages = {name: fetch(name, folder) for name, _path in FONTS.values()}
        for target, (package, path) in FONTS.items():
            build(packages[package] / path, TARGET / target)
        licence = (packages["noto-sans-sc"] / "LICENSE_FONT").read_text("utf-8")
    (TARGET / "OFL.txt").write_text(licence, "utf-8")


if __name__ == "__main__":
    main()
