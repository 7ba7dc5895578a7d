"""``python -m demo.clips KIND SEED FOLDER``: make one synthetic clip and print where it is."""

import argparse
from pathlib import Path

from demo.clips.library import ClipKind, make


def main() -> None:
    """Parse and make."""
    parser = argparse.ArgumentParser(description="make one synthetic clip")
    parser.add_argument("kind", choices=[kind.value for kind in ClipKind])
    parser.add_argument("seed", type=int)
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args()
    print(make(ClipKind(chosen.kind), chosen.seed, chosen.folder))


if __name__ == "__main__":
    main()
