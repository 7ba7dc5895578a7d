"""Damaged and missing models degrade in words; packs are taken only with the center's signature."""

import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.evidence import Band
from app.errors import AppError
from app.face import library, models, pack
from app.face.engine import LocalEngine
from demo.clips.library import ClipKind
from tests.integration.face.clips import VISIT, last, pictures, play, portrait
from tests.integration.face.conftest import RESOURCES


@pytest.fixture
def resources(tmp_path: Path) -> Path:
    for name in ("models", "face", "coaching"):
        shutil.copytree(RESOURCES / name, tmp_path / name)
    return tmp_path


def flip_a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("file", "code"), [("faceres.onnx", "no_faceres"), ("sface.onnx", "no_sface"), ("blazeface.onnx", "no_blazeface")]
)
def test_one_flipped_bit_is_noticed_and_the_engine_goes_on_without_that_model(resources, file, code):
    flip_a_bit(resources / "models" / file)
    engine = LocalEngine(resources)
    assert engine.start().degraded == (code,)
    engine.open_visit(VISIT, portrait())
    assert last(play(engine, pictures(ClipKind.LIVE)[:40])).band is Band.MATCH
    assert engine.conclude(VISIT).summary.degraded == (code,)


def test_weights_of_the_library_that_are_not_the_known_ones_are_not_used(monkeypatch):
    monkeypatch.setitem(library.WEIGHTS, "dlib_face_recognition_resnet_model_v1.dat", "0" * 64)
    engine = LocalEngine(RESOURCES)
    info = engine.start()
    assert info.degraded == ("no_dlib",)
    assert not any("dlib" in line for line in info.versions)


def test_without_the_mesh_the_engine_says_that_it_cannot_work(resources):
    (resources / "models" / "facemesh.onnx").unlink()
    with pytest.raises(AppError, match=r"engine\.failed"):
        LocalEngine(resources).start()


def test_without_calibration_there_is_no_advice_rather_than_a_guess(resources):
    (resources / "face" / "calibration.json").write_text("{")
    engine = LocalEngine(resources)
    assert engine.start().degraded == ("no_calibration",)
    engine.open_visit(VISIT, portrait())
    assert last(play(engine, pictures(ClipKind.LIVE)[:40])).band is Band.NONE


def test_every_shipped_model_names_licence_origin_and_version():
    for spec in models.read_manifest(RESOURCES / "models").values():
        assert spec.license
        assert spec.origin
        assert spec.version
        assert models.load(spec, RESOURCES / "models").spec is spec


def trial_files() -> dict[str, bytes]:
    """A pack that brings the shipped faceres under another name: what matters here is the wrapping."""
    text = (RESOURCES / "models" / "models.toml").read_text(encoding="utf-8")
    part = text[text.index("[models.faceres]") : text.index("[models.sface]")].replace("models.faceres", "models.trial")
    return {"models.toml": part.encode(), "faceres.onnx": (RESOURCES / "models" / "faceres.onnx").read_bytes()}


def test_a_signed_pack_is_installed_and_loaded(tmp_path):
    key = Ed25519PrivateKey.generate()
    archive = pack.build(trial_files(), key, tmp_path / "p.zip")
    name = pack.install(archive, tmp_path / "installed", [key.public_key().public_bytes_raw()])
    assert len(name) == 64
    assert [item.name for item in pack.load(tmp_path / "installed").embedders] == ["trial"]
    engine = LocalEngine(RESOURCES, pack=tmp_path / "installed")
    assert engine.start().degraded == ("pack_uncalibrated",)


def test_a_pack_of_somebody_else_is_refused(tmp_path):
    archive = pack.build(trial_files(), Ed25519PrivateKey.generate(), tmp_path / "p.zip")
    with pytest.raises(AppError, match=r"pack\.unsigned"):
        pack.install(archive, tmp_path / "installed", [Ed25519PrivateKey.generate().public_key().public_bytes_raw()])
    assert not (tmp_path / "installed").exists()


def test_a_damaged_archive_is_told(tmp_path):
    (tmp_path / "p.zip").write_bytes(b"PK broken")
    with pytest.raises(AppError, match=r"pack\.damaged"):
        pack.install(tmp_path / "p.zip", tmp_path / "installed", [])


def test_a_pack_cannot_write_outside_its_folder(tmp_path):
    key = Ed25519PrivateKey.generate()
    archive = pack.build({**trial_files(), "../evil": b"x"}, key, tmp_path / "p.zip")
    with pytest.raises(AppError, match=r"pack\.damaged"):
        pack.install(archive, tmp_path / "installed", [key.public_key().public_bytes_raw()])


def test_an_installed_pack_that_rots_degrades_in_words(tmp_path):
    key = Ed25519PrivateKey.generate()
    archive = pack.build(trial_files(), key, tmp_path / "p.zip")
    pack.install(archive, tmp_path / "installed", [key.public_key().public_bytes_raw()])
    flip_a_bit(tmp_path / "installed" / "faceres.onnx")
    engine = LocalEngine(RESOURCES, pack=tmp_path / "installed")
    assert engine.start().degraded == ("no_pack",)
