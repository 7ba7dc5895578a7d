"""What can be checked of the installers without building the program."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted([*ROOT.glob("tools/**/*.sh"), *ROOT.glob("installer/**/*.sh"), ROOT / ".ci" / "run"])
MAINTAINER = ("preinst", "postinst", "postrm", "config")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_shell_script_is_well_formed(script: Path) -> None:
    told = subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True, check=False)
    assert told.stderr == ""
    assert told.returncode == 0


@pytest.mark.parametrize("name", MAINTAINER)
def test_a_maintainer_script_is_well_formed_for_a_plain_shell(name: str) -> None:
    told = subprocess.run(["sh", "-n", str(ROOT / "installer/deb/debian" / name)], capture_output=True, check=False)
    assert told.stderr == b""


def preinst(*arguments: str) -> subprocess.CompletedProcess[str]:
    script = str(ROOT / "installer/deb/debian/preinst")
    return subprocess.run(["sh", script, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="dpkg compares the versions")
def test_a_downgrade_is_refused_in_words_and_an_upgrade_is_not() -> None:
    refused = preinst("upgrade", "0.10.0", "0.9.0")
    assert refused.returncode == 1
    assert "不能降级" in refused.stderr
    assert preinst("upgrade", "0.9.0", "0.10.0").returncode == 0
    assert preinst("install").returncode == 0


def test_the_menu_entry_names_the_program_in_chinese() -> None:
    entry = (ROOT / "installer/deb/debian/certdesk.desktop").read_text(encoding="utf-8")
    assert "Name[zh_CN]=资格认证" in entry
    assert re.search(r"^Exec=/usr/bin/certdesk$", entry, re.MULTILINE)


@pytest.mark.parametrize(
    ("content", "said"),
    [('[center]\naddress = "https://center.example"\n', "https://center.example"), ("[", "第 1 行")],
)
def test_the_package_tells_the_administrator_what_it_makes_of_a_rollout_file(
    tmp_path: Path, content: str, said: str
) -> None:
    program, file = tmp_path / "certdesk", tmp_path / "rollout.toml"
    program.write_text(f'#!/bin/sh\ncd {ROOT} && exec {sys.executable} -m app "$@"\n')
    program.chmod(0o755)
    file.write_text(content)
    environment = {
        **os.environ,
        "CERTDESK_PROGRAM": str(program),
        "CERTDESK_ROLLOUT": str(file),
        "PATH": "/usr/bin:/bin",
    }
    # Without debconf's shell library, which would take over this test's standard output.
    script = (ROOT / "installer/deb/debian/postinst").read_text().replace("/usr/share/debconf/confmodule", "/nowhere")
    told = subprocess.run(
        ["sh", "-c", script, "postinst", "configure"], env=environment, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    assert said in told.stdout


def test_the_build_carries_every_source_that_the_recipe_names_into_its_root() -> None:
    recipe = (ROOT / "installer/certdesk.spec").read_text(encoding="utf-8")
    build = (ROOT / "installer/deb/build.sh").read_text(encoding="utf-8")
    copied = re.search(r"tar -cf - --exclude=__pycache__ ([^|]+)\|", build)
    assert copied is not None
    carried = [Path(name) for name in copied[1].replace("\\", " ").split()]
    named = [Path(*re.findall(r'"([^"]+)"', parts)) for parts in re.findall(r'str\(ROOT((?: / "[^"]+")+)\)', recipe)]
    assert Path("docs/manual") in named
    assert [name for name in named if not any(name.is_relative_to(folder) for folder in carried)] == []
    assert [folder for folder in carried if not (ROOT / folder).exists()] == []
