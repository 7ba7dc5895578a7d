"""The house keeps its own rules: what may stand in tracked files, how long they are, and that the lock is whole."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = ("app", "protocol", "center", "demo", "bench", "tools", "tests", "installer")
LONGEST_FILE_LINES = 400
LOCKS = {"desk": "dependencies", "center": "center", "demo": "demo", "dev": "dev", "build": "build"}
TEXT = {".py", ".md", ".toml", ".txt", ".sh", ".ps1", ".json", ".yml", ".qss", ".spec", ".nsi", ".html", ".svg", ""}
# Written in halves so that this file does not find itself.
BANNED = {
    "a path of some machine": re.compile(r"(?<![\w.])/(?:wor" + r"k/|home/(?!user\b|clerk\b)\w|tmp/bri" + r"ef|opt/py" + r"pi)"),
    "a package registry's address": re.compile(r"https?://(?:[\w.-]*py" + r"pi[\w.-]*|files\.pythonho" + r"sted|registry\.npm)[\w./-]*"),
}  # fmt: skip


def tracked() -> list[Path]:
    """Files under version control, or, in an unpacked archive, all files that are not made here."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode != 0:
        return [path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]
    names = listing.stdout.decode("utf-8").split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def sources() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in CODE]


def requirement_names(lock: str) -> set[str]:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    return {name.lower() for name in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}


@pytest.mark.parametrize("what", sorted(BANNED))
def test_no_tracked_file_holds(what: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in tracked()
        if path.suffix in TEXT
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if BANNED[what].search(line)
    ]
    assert found == []


def test_no_source_file_is_longer_than_it_should_be() -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE_LINES} == {}


def test_every_source_file_says_what_it_owns() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in sources()
        if path.relative_to(ROOT).parts[0] in {"app", "protocol", "center", "demo"}
        and (text := path.read_text(encoding="utf-8")).strip()
        and ast.get_docstring(ast.parse(text)) is None
    ]
    assert silent == []


def test_qt_is_imported_only_by_the_window_the_runtime_and_the_start() -> None:
    at_home = {("app", "ui"), ("app", "runtime"), ("app", "bootstrap.py"), ("app", "__main__.py")}
    strangers = [
        str(path.relative_to(ROOT))
        for path in sources()
        if path.relative_to(ROOT).parts[0] in {"app", "protocol", "center"}
        and path.relative_to(ROOT).parts[:2] not in at_home
        and re.search(r"^\s*(?:from|import) PySide6", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert strangers == []


@pytest.mark.parametrize("lock", sorted(LOCKS))
def test_the_lock_holds_every_declared_dependency(lock: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = {"dependencies": project["project"]["dependencies"], **project["dependency-groups"]}
    declared = {re.split(r"[\s<>=!~\[;]", entry, maxsplit=1)[0].lower() for entry in groups[LOCKS[lock]]}
    assert declared - requirement_names(lock) == set()


@pytest.mark.parametrize("lock", sorted(LOCKS))
def test_every_locked_package_carries_a_hash_and_no_lock_an_address(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert entries
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text


def test_the_locks_agree_with_each_other() -> None:
    pins: dict[str, set[str]] = {}
    for lock in LOCKS:
        if lock == "build":  # lives in an environment of its own
            continue
        text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
        for name, version, marker in re.findall(r"^([\w.-]+)==(\S+)(?: ; ([^\\\n]+))?", text, re.MULTILINE):
            # On aarch64 Qt is older (decision 0003).
            if "python_full_version" not in marker and "== 'aarch64'" not in marker:
                pins.setdefault(name, set()).add(version)
    assert {name: versions for name, versions in pins.items() if len(versions) > 1} == {}


def test_dlib_is_never_compiled_on_a_users_machine() -> None:
    names = set().union(*(requirement_names(lock) for lock in LOCKS))
    assert "dlib" not in names
    assert "dlib-bin" in names
