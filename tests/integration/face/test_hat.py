"""The hat: public-domain portraits with a cap and without, bare heads of every hair, hats drawn on. Figures on real pictures: bench.hat."""

from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from app.domain.coaching import HAT_WORN
from app.face import hat, models
from app.face.detect import Detector
from app.face.hat import HatFinder
from app.face.mesh import MeshFinder
from demo import hats
from demo.portraits import astronaut, hopper
from tests.integration.face.conftest import RESOURCES

FOLDER = RESOURCES / "models"


@dataclass
class Eyes:
    """Finds faces, and measures."""

    detector: Detector
    finder: MeshFinder
    hats: HatFinder

    def mesh(self, image: np.ndarray) -> np.ndarray:
        (face, *_rest) = self.detector.find(image)
        return self.finder.settle(image, face).points

    def measure(self, image: np.ndarray) -> float:
        return self.hats.measure(image, self.mesh(image))


@pytest.fixture(scope="module")
def eyes() -> Eyes:
    specs = models.read_manifest(FOLDER)
    finder = hat.load(RESOURCES, models.load(specs["faceres"], FOLDER))
    assert finder is not None
    detector = Detector(models.load(specs["blazeface"], FOLDER))
    return Eyes(detector, MeshFinder(models.load(specs["facemesh"], FOLDER)), finder)


def roomy(image: np.ndarray) -> np.ndarray:
    """With room above the head."""
    return cv2.copyMakeBorder(image, image.shape[0] // 3, 0, 40, 40, cv2.BORDER_REPLICATE)


def test_a_uniform_cap_is_seen(eyes: Eyes) -> None:
    assert eyes.measure(roomy(hopper())) > HAT_WORN


def test_a_bare_head_is_left_alone(eyes: Eyes) -> None:
    assert eyes.measure(roomy(astronaut())) < HAT_WORN


@pytest.mark.parametrize("kind", hats.KINDS)
@pytest.mark.parametrize("colour", hats.COLOURS)
def test_a_hat_that_is_drawn_on_a_bare_head_is_seen(eyes: Eyes, colour: tuple[int, int, int], kind: str) -> None:
    bare = roomy(astronaut())
    assert eyes.measure(hats.draw(bare, eyes.mesh(bare), colour, kind)) > HAT_WORN


def test_nothing_is_said_about_a_head_that_is_cut_off(eyes: Eyes) -> None:
    image = hopper()
    top = int(eyes.mesh(image)[:, 1].min())
    assert eyes.measure(image[max(0, top - 5) :]) == 0.0


def test_weights_for_another_network_are_not_used() -> None:
    assert hat.load(RESOURCES, None) is None
