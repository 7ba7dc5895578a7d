"""The card about the face check: what the engine has, what the roster's photos lack, a new model pack."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from app.domain.ids import RetireeId
from app.domain.operator import Role
from app.domain.standing import Severity
from app.services.gallery import Gallery, GalleryReport
from app.services.ports import EngineInfo, TaskRunner
from app.services.roster import Roster
from app.ui.face_text import PHOTOS_TO_LOOK_AT, degraded, photo_problem
from app.ui.fitting import FittedDialog
from app.ui.ports import Say
from app.ui.session import Session
from app.ui.widgets.badge import Badge
from app.ui.widgets.basic import Card, button, label, row
from app.ui.widgets.table import Column, RowsModel, table


@dataclass(frozen=True, slots=True)
class DoubtfulPhoto:
    """A retiree whose photo needs a look, and why, in words."""

    retiree_id: RetireeId
    name: str
    personnel_number: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FacesState:
    """``info`` None while the engine starts; ``gallery`` None until the photos were looked through once; ``pack``: the center's wish."""

    info: EngineInfo | None = None
    gallery: GalleryReport | None = None
    pack: str = ""
    may_manage: bool = False
    busy: bool = False


class FacesCard(Card):
    """Signals: pack_chosen(Path), photos_asked()."""

    pack_chosen = Signal(object)
    photos_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._badge = Badge("faces_badge")
        self._photos = label("", wrap=True, name="faces_photos")
        self._pack = label("", "muted", wrap=True, name="faces_pack")
        self._versions = label("", "muted", wrap=True, name="faces_versions")
        self._versions.hide()
        self._list = button("看看是谁的照片", "faces_list")
        self._more = button("用的是哪些模型", "faces_more", "link")
        self._install = button("安装省中心的模型包……", "faces_install")
        self._list.clicked.connect(self.photos_asked)
        self._more.clicked.connect(lambda: self._versions.setVisible(not self._versions.isVisible()))
        self._install.clicked.connect(self._choose)
        self.box.addWidget(label("人脸识别", "large"))
        self.box.addWidget(self._badge)
        self.box.addWidget(self._photos)
        self.box.addWidget(self._pack)
        self.box.addLayout(row(self._list, self._install, self._more, 1))
        self.box.addWidget(self._versions)

    def show_state(self, state: FacesState) -> None:
        """How it stands."""
        missing = degraded(state.info.degraded) if state.info is not None else ""
        if state.busy or state.info is None:
            self._badge.show_sentence(Severity.NOTICE, "识别程序正在启动，请稍等……")
        elif missing:
            self._badge.show_sentence(Severity.WARNING, f"{missing}。仍可办理，请多看一眼照片。")
        else:
            self._badge.show_sentence(Severity.GOOD, "识别程序正常")
        self._photos.setText(_photos(state.gallery))
        self._pack.setText(state.pack)
        self._pack.setVisible(bool(state.pack))
        self._list.setVisible(state.gallery is not None)
        self._install.setVisible(state.may_manage)
        self._install.setEnabled(not state.busy)
        self._versions.setText("\n".join(state.info.versions) if state.info is not None else "")

    def _choose(self) -> None:
        name, _filter = QFileDialog.getOpenFileName(self, "选省中心发的模型包", "", "模型包 (*.zip)")
        if name:
            self.pack_chosen.emit(Path(name))


def _photos(report: GalleryReport | None) -> str:
    if report is None:
        return "还没有看过名册照片，空闲时会自动看。"
    if not report.finished:
        return f"正在看名册照片：{report.done} / {report.photos}，空闲时继续。"
    doubtful = report.unusable + 2 * report.pairs
    return f"名册照片 {report.photos} 张，都能用。" if doubtful == 0 else f"名册照片 {report.photos} 张，有的要看一看。"


class PhotosDialog(FittedDialog):
    """The list of doubtful photos. Signals: person_asked(RetireeId)."""

    person_asked = Signal(str)

    def __init__(self, parent: QWidget | None, photos: tuple[DoubtfulPhoto, ...]) -> None:
        super().__init__(parent)
        self.setObjectName("photos_dialog")
        self.setWindowTitle("要看一看的照片")
        self.resize(1040, 560)
        self._model: RowsModel[DoubtfulPhoto] = RowsModel(
            [
                Column("姓名", lambda p: p.name, 150),
                Column("个人编号", lambda p: p.personnel_number, 125),
                Column("照片", lambda p: p.words),
            ]
        )
        self._table = table(
            self._model, name="photos_table", words="要看一看的照片，双击或按回车打开这个人", nothing="照片都能用。"
        )
        self._model.set_rows(photos)
        self._table.activated.connect(self._opened)
        close = button("关闭", "photos_close", "primary")
        close.clicked.connect(self.accept)
        box = QVBoxLayout(self)
        box.setContentsMargins(28, 24, 28, 24)
        box.setSpacing(12)
        box.addWidget(label("要看一看的照片", "title"))
        box.addWidget(label("没有可用照片的人照样能来：走确认表，或请省中心补照片。", "muted", wrap=True))
        box.addWidget(self._table, 1)
        box.addLayout(row(1, close))

    def _opened(self, index: QModelIndex) -> None:
        self.person_asked.emit(self._model.row_at(index.row()).retiree_id)
        self.accept()


class FacesShown(Protocol):
    """What the presenter asks of the card."""

    def show_state(self, state: FacesState) -> None: ...


class FacesPresenter:
    """Keeps the card up to date. ``show``: open the list."""

    def __init__(
        self,
        *,
        card: FacesShown,
        gallery: Gallery,
        roster: Roster,
        show: Callable[[tuple[DoubtfulPhoto, ...]], None],
        session: Session,
        tasks: TaskRunner,
        say: Say,
    ) -> None:
        self._card, self._gallery, self._roster = card, gallery, roster
        self._open = show
        self._session, self._tasks, self._say = session, tasks, say
        self._state = FacesState()
        self._known_doubtful: int | None = None

    def refresh(self) -> None:
        """The screen came up, perhaps with another clerk."""
        operator = self._session.operator
        self._change(may_manage=operator is not None and operator.role is Role.ADMIN)

    def on_engine(self, info: EngineInfo) -> None:
        """The engine has started; what it has to do without is said, once."""
        if info.degraded and (self._state.info is None or info.degraded != self._state.info.degraded):
            self._say.notice(f"{degraded(info.degraded)}。仍可办理，请多看一眼照片。")
        self._change(info=info, busy=False)

    def on_gallery(self, report: GalleryReport) -> None:
        """The photos were looked through, or some of them; new ones that need a look are told as soon as they are known."""
        doubtful = report.unusable + 2 * report.pairs
        if report.finished:
            if self._known_doubtful is not None and doubtful > self._known_doubtful:
                self._say.notice(PHOTOS_TO_LOOK_AT)
            self._known_doubtful = doubtful
        self._change(gallery=report)

    def show_photos(self) -> None:
        """The list of doubtful photos."""
        self._tasks.database(self._doubtful, self._open, self._say.error)

    def show_pack(self, said: str) -> None:
        """What the center wants of the models."""
        self._change(pack=said)

    def show_busy(self, busy: bool) -> None:
        """The engine is being loaded anew, or a pack taken in."""
        self._change(busy=busy)

    def _doubtful(self) -> tuple[DoubtfulPhoto, ...]:
        problems = self._gallery.problems()
        people = {row.retiree.id: row.retiree for row in self._roster.rows()}
        return tuple(
            DoubtfulPhoto(
                person_id, people[person_id].name, people[person_id].personnel_number, photo_problem(*problem)
            )
            for person_id, problem in problems.items()
            if person_id in people
        )

    def _change(self, **values: Any) -> None:
        self._state = replace(self._state, **values)
        self._card.show_state(self._state)
