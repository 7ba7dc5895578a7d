"""Builds a signed model pack: ``python -m tools.models.pack --models DIR --recipe FILE.toml --key KEY.pem --out PACK.zip [--scores DIR]``.

DIR holds ONNX files; the recipe is a models.toml without hashes (tools/models/trial_pack.toml describes three public models).
``--scores``: folder with statistics.npz and calibration.json as ``python -m bench.face --write-pack`` makes them.
Without ``--key`` a new key is made and its public half printed: for trials only.
"""

import argparse
import hashlib
import re
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.face import pack

TRIAL_RECIPE = Path(__file__).with_name("trial_pack.toml")
TRIAL_SCORES = Path(__file__).with_name("trial_scores")
"""Statistics and calibration of the trial recipe's embedder, as bench.face wrote them: numbers, no model and nobody's face."""


def pack_files(models: Path, recipe: Path = TRIAL_RECIPE, scores: Path | None = TRIAL_SCORES) -> dict[str, bytes]:
    """The files of a pack: the recipe with hashes filled in, every ONNX file it names, scores when there are any."""
    text = recipe.read_text(encoding="utf-8")
    files: dict[str, bytes] = {}
    for name in re.findall(r'^file = "([^"]+)"', text, re.MULTILINE):
        files[name] = (models / name).read_bytes()
        digest = hashlib.sha256(files[name]).hexdigest()
        text = text.replace(f'file = "{name}"', f'file = "{name}"\nsha256 = "{digest}"')
    files["models.toml"] = text.encode("utf-8")
    for name in ("statistics.npz", "calibration.json"):
        if scores is not None and (scores / name).exists():
            files[name] = (scores / name).read_bytes()
    return files


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--recipe", type=Path, default=TRIAL_RECIPE)
    parser.add_argument("--scores", type=Path, default=TRIAL_SCORES)
    parser.add_argument("--key", type=Path, help="PEM, Ed25519")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    if options.key:
        key = serialization.load_pem_private_key(options.key.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise SystemExit("the key must be Ed25519")
    else:
        key = Ed25519PrivateKey.generate()
        print("trial key, public half:", key.public_key().public_bytes_raw().hex())
    pack.build(pack_files(options.models, options.recipe, options.scores), key, options.out)
    print(options.out, options.out.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
