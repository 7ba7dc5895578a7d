"""What the retiree's screen shows, made from what the clerk's screen shows. Pure; carries no personal data but the new date."""

from dataclasses import dataclass
from datetime import date

from app.domain.challenge import Challenge
from app.domain.evidence import Hint
from app.domain.visit import VisitStep
from app.services.device_ports import Spoken
from app.ui.screens.retiree_side import words
from app.ui.screens.visit.state import CaptureState, VisitState

_PROMPTS = {
    VisitStep.IDENTIFY: words.WAIT,
    VisitStep.PRECHECK: words.WAIT,
    VisitStep.CONSENT: words.CONSENT,
    VisitStep.CAPTURE: words.LOOK,
    VisitStep.REVIEW: words.CHECKING,
    VisitStep.RECORD: words.CHECKING,
    VisitStep.RECEIPT: words.DONE,
    VisitStep.DONE: words.THANKS,
    VisitStep.FORM: words.FORM,
    VisitStep.ABANDONED: words.WELCOME,
}
_PICTURES = {VisitStep.RECEIPT: Hint.GOOD, VisitStep.DONE: Hint.GOOD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One moment of the retiree's screen.

    Attributes:
        prompt: code of the sentence and of the sound.
        picture: what is drawn; None nothing.
        camera: whether the live picture is shown.
        until: the new date at the friendly end.
        good: the oval turns green.
        lamp: the window gives light to a face in the dark.
        simulated: a stand-in clip is shown, which the screen has to say.
    """

    prompt: str
    picture: Hint | Challenge | None = None
    camera: bool = False
    until: date | None = None
    good: bool = False
    lamp: bool = False
    simulated: bool = False

    @property
    def sentence(self) -> str:
        """What is written and said."""
        return words.PROMPTS[self.prompt]

    @property
    def spoken(self) -> Spoken:
        """What is said: the sentence, and the new date after it."""
        if self.until is None:
            return Spoken(parts=(self.prompt,), sentence=self.sentence)
        whole = f"{self.sentence}。{words.until_words(self.until)}"
        return Spoken(parts=(self.prompt, *words.until_parts(self.until)), sentence=whole)


IDLE = Scene(prompt=words.WELCOME, picture=Hint.NO_FACE)


def scene(visit: VisitState | None, live: CaptureState) -> Scene:
    """The scene that goes with the clerk's screen."""
    if visit is None:
        return IDLE
    if visit.step is VisitStep.CAPTURE:
        return _capture(live, again=visit.view.visit.advice is not None)
    until = None
    if visit.step is VisitStep.RECEIPT and visit.view.card is not None:
        until = visit.view.card.standing.deadlines.with_provisional
    prompt = _PROMPTS[visit.step]
    if visit.step is VisitStep.FORM and visit.view.visit.advice is not None:
        prompt = words.FORM_INSTEAD  # after a capture that led to nothing
    return Scene(prompt=prompt, picture=_PICTURES.get(visit.step), until=until)


def _capture(live: CaptureState, *, again: bool) -> Scene:
    if live.trouble:
        return Scene(prompt=words.TROUBLE, simulated=live.simulated)
    if live.challenge is not None:
        prompt = f"challenge_{live.challenge.value}"
        return Scene(
            prompt=prompt, picture=live.challenge, camera=True, good=True, lamp=live.lamp, simulated=live.simulated
        )
    first = words.AGAIN if again else words.LOOK
    prompt = first if live.hint is None else f"hint_{live.hint.value}"
    good = live.hint in (Hint.GOOD, Hint.HOLD_STILL, Hint.TURN_SLOWLY)
    return Scene(prompt=prompt, picture=live.hint, camera=True, good=good, lamp=live.lamp, simulated=live.simulated)
