"""The retiree's corner of the desk: window, presenter and voice put together; what the main window holds on to."""

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication, QImage

from app.services.device_ports import Spoken
from app.services.stored_settings import VOICE
from app.ui.screens.retiree_side import words
from app.ui.screens.retiree_side.presenter import RetireeSidePresenter, Speaker
from app.ui.screens.retiree_side.view import RetireeSide
from app.ui.screens.settings.view import SettingsView
from app.ui.screens.visit.presenter import VisitScreen


class RetireeCorner:
    """Attributes: ``screen`` goes to the visit's presenter in place of the clerk's own; ``window`` is the second window."""

    def __init__(self, *, clerk: VisitScreen, voice: Speaker) -> None:
        self.window = RetireeSide()
        self._voice = voice
        self.screen = RetireeSidePresenter(clerk=clerk, view=self.window, voice=voice)
        self.window.repeat_asked.connect(self.screen.repeat)
        self.window.pace_asked.connect(self.screen.change_pace)
        self.window.closed.connect(self.screen.closed)

    def wire_settings(self, view: SettingsView, *, chosen: str | None, remember: Callable[[str, str], None]) -> None:
        """The dialect to choose, remembered; and a trial of the sound, which also tells whether the computer has any."""
        choices = [*self._voice.choices(), "off"]
        present = chosen if chosen in choices else choices[0]
        self._voice.choose(present)
        view.show_voices([(code, words.DIALECT.get(code, code)) for code in choices], present)
        view.voice_chosen.connect(self._voice.choose)
        view.voice_chosen.connect(lambda code: remember(VOICE, code))
        view.voice_tried.connect(self.try_voice)

    def try_voice(self) -> None:
        """A trial of the sound."""
        self._voice.warm()
        self._voice.say(Spoken(parts=(words.WELCOME,), sentence=words.PROMPTS[words.WELCOME]))

    def toggle(self) -> None:
        """Bring it up, or put it away."""
        if self.window.isVisible():
            self.window.close()
            return
        self.window.bring_up()
        self.screen.opened()

    def repeat(self) -> None:
        """The clerk's key: say it again over there."""
        self.window.again.click()

    def change_pace(self) -> None:
        """The clerk's key: slower over there, or normal again."""
        self.window.slower.click()

    def begin(self) -> None:
        """Come up by itself where a second screen stands ready."""
        if len(QGuiApplication.screens()) > 1 and not self.window.isVisible():
            self.toggle()

    def follow(self, *, on_visit: bool, visit_open: bool) -> None:
        """The clerk went to another screen: the visit is hidden meanwhile, and forgotten when it is over."""
        self.screen.follow(on_visit=on_visit, visit_open=visit_open)

    def show_frame(self, image: QImage) -> None:
        """The newest frame."""
        self.window.show_frame(image)

    def close(self) -> None:
        """With the program."""
        self.window.close()
        self.window.deleteLater()
