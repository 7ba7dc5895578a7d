"""Which files of the installed packages hold their licences: they ship with the program, as those licences ask. Used by certdesk.spec."""

import re
from collections.abc import Iterable
from importlib.metadata import Distribution
from pathlib import Path

_NAME = re.compile(r"(licen[cs]es?|copying|notices?|authors|thirdpartynotices)([._-].*)?", re.IGNORECASE)


def licence_texts(distributions: Iterable[Distribution]) -> list[tuple[str, str]]:
    """File and the folder below the program's where it goes, ``licences/PACKAGE/…``, as PyInstaller wants it."""
    found = []
    for one in distributions:
        name = str(one.metadata["Name"])
        for file in one.files or ():
            path = Path(str(one.locate_file(file)))
            told = _NAME.fullmatch(file.name) or file.parts[1:2] == ("licenses",)
            if told and path.suffix not in (".py", ".pyc", ".pyi") and path.is_file():
                inside = Path(*(part for part in file.parent.parts if part != ".." and not part.endswith(".dist-info")))
                found.append((str(path), str(Path("licences", name, inside))))
    return sorted(set(found))
