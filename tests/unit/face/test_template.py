import numpy as np

from app.face import template

VERSIONS = ["net 1", "other 2"]


def vectors():
    rng = np.random.default_rng(4)
    return {"net": rng.normal(size=128), "other": rng.normal(size=1024)}


def test_a_face_comes_back_from_its_bytes():
    found = template.unpack(template.pack(vectors(), VERSIONS), VERSIONS)
    assert all(np.allclose(found[name], value, atol=2e-3) for name, value in vectors().items())


def test_another_engine_version_makes_the_template_unreadable():
    assert template.unpack(template.pack(vectors(), VERSIONS), ["net 2", "other 2"]) is None


def test_damaged_bytes_are_no_template():
    data = template.pack(vectors(), VERSIONS)
    for torn in (b"", b"{}", data[:40], data[:-700], b"\xff" + data):
        assert template.unpack(torn, VERSIONS) is None
