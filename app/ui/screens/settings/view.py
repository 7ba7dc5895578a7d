"""The settings screen's widgets."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from app.domain.operator import Operator, Role
from app.ui import text
from app.ui.screens.settings.backup_card import BackupCard
from app.ui.screens.settings.faces_card import FacesCard
from app.ui.screens.settings.presenter import SettingsState
from app.ui.screens.settings.privacy_card import PrivacyCard
from app.ui.widgets.basic import Card, Page, button, label, row
from app.ui.widgets.table import Column, RowsModel, table
from app.version import VERSION


def _edit(name: str, words: str, *, secret: bool = False) -> QLineEdit:
    edit = QLineEdit()
    edit.setObjectName(name)
    edit.setAccessibleName(words)
    edit.setPlaceholderText(words)
    if secret:
        edit.setEchoMode(QLineEdit.EchoMode.Password)
    return edit


class SettingsView(Page):
    """Signals: created(login, name, Role, password), active_set(Operator, bool), password_set(Operator, str),
    enrol_asked(address, code), camera_chosen(str key), care_asked(), audit_asked(), licences_asked(), voice_chosen(str dialect),
    voice_tried()."""

    created = Signal(str, str, object, str)
    active_set = Signal(object, bool)
    password_set = Signal(object, str)
    enrol_asked = Signal(str, str)
    camera_chosen = Signal(str)
    care_asked = Signal()
    audit_asked = Signal()
    licences_asked = Signal()
    voice_chosen = Signal(str)
    voice_tried = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.box.addWidget(label("设置", "title"))
        inner = QWidget()
        cards = QVBoxLayout(inner)
        cards.setContentsMargins(0, 0, 8, 0)
        cards.setSpacing(16)
        self.backup, self.faces, self.privacy = BackupCard(), FacesCard(), PrivacyCard()
        parts = (self._camera_card, self._voice_card, self._accounts_card, self._center_card)
        for part in parts:
            cards.addWidget(part())
        cards.addWidget(self.backup)
        cards.addWidget(self.faces)
        cards.addWidget(self.privacy)
        cards.addWidget(self._about_card())
        cards.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        self.box.addWidget(scroll, 1)

    def _camera_card(self) -> Card:
        card = Card()
        self._cameras = QComboBox()
        self._cameras.setObjectName("settings_camera")
        self._cameras.setAccessibleName("摄像头")
        self._cameras.activated.connect(lambda i: self.camera_chosen.emit(str(self._cameras.itemData(i))))
        self._no_camera = label("没有找到摄像头", "muted")
        card.box.addWidget(label("摄像头", "large"))
        card.box.addWidget(self._cameras)
        card.box.addWidget(self._no_camera)
        return card

    def _voice_card(self) -> Card:
        card = Card()
        self._voices = QComboBox()
        self._voices.setObjectName("settings_voice")
        self._voices.setAccessibleName("老人屏幕的语音")
        self._voices.activated.connect(lambda i: self.voice_chosen.emit(str(self._voices.itemData(i))))
        hear = button("试听", "settings_voice_try")
        hear.clicked.connect(self.voice_tried)
        card.box.addWidget(label("老人屏幕的语音", "large"))
        card.box.addLayout(row(self._voices, hear, 1))
        card.box.addWidget(
            label("第二块屏幕接好后会自动打开；只有一块屏幕时按 F9。电脑没有声音时只显示字。", "muted", wrap=True)
        )
        return card

    def show_voices(self, choices: list[tuple[str, str]], chosen: str) -> None:
        """(code, name) of each, and the one in use."""
        self._voices.clear()
        for code, name in choices:
            self._voices.addItem(name, code)
        self._voices.setCurrentIndex(max(0, self._voices.findData(chosen)))

    def _accounts_card(self) -> Card:
        self._accounts = Card()
        self._model: RowsModel[Operator] = RowsModel(
            [
                Column("姓名", lambda o: o.name, 160),
                Column("账号", lambda o: o.login, 160),
                Column("权限", lambda o: text.ROLE[o.role], 120),
                Column("状态", lambda o: "使用中" if o.active else "已停用"),
            ]
        )
        self._table = table(self._model, name="settings_accounts", words="账号")
        self._table.setFixedHeight(190)
        self._login, self._name = _edit("account_login", "账号"), _edit("account_name", "姓名")
        self._password = _edit("account_password", "密码（至少 8 位）", secret=True)
        self._role = QComboBox()
        self._role.setAccessibleName("权限")
        for role in Role:
            self._role.addItem(text.ROLE[role], role)
        self._add = button("新建账号", "account_add")
        self._add.clicked.connect(self._create)
        self._off, self._reset = button("停用 / 启用", "account_toggle"), button("把密码改成上面填的", "account_reset")
        self._off.clicked.connect(self._toggle)
        self._reset.clicked.connect(self._reset_password)
        self._accounts.box.addWidget(label("账号", "large"))
        self._accounts.box.addWidget(self._table)
        grid = QGridLayout()
        for number, widget in enumerate((self._login, self._name, self._role, self._password)):
            grid.addWidget(widget, number // 2, number % 2)
        self._accounts.box.addLayout(grid)
        self._accounts.box.addLayout(row(self._add, self._off, self._reset, 1))
        return self._accounts

    def _center_card(self) -> Card:
        card = Card()
        self._unit = label("", wrap=True)
        self._address, self._code = _edit("enrol_address", "中心地址 https://"), _edit("enrol_code", "一次性登记码")
        self._enrol = button("登记到省中心", "enrol_go")
        self._enrol.clicked.connect(lambda: self.enrol_asked.emit(self._address.text(), self._code.text()))
        card.box.addWidget(label("省中心", "large"))
        card.box.addWidget(self._unit)
        card.box.addWidget(self._address)
        card.box.addWidget(self._code)
        card.box.addLayout(row(self._enrol, 1))
        return card

    def _about_card(self) -> Card:
        card = Card()
        card.box.addWidget(label("关于", "large"))
        card.box.addWidget(label(f"{text.PROGRAM} {VERSION}　依据湘人社函〔2022〕40号", wrap=True))
        care, audit = button("自检", "settings_care"), button("稽核与操作日志", "settings_audit")
        licences = button("许可证与第三方组件", "settings_licences", "link")
        care.clicked.connect(self.care_asked)
        audit.clicked.connect(self.audit_asked)
        licences.clicked.connect(self.licences_asked)
        card.box.addLayout(row(care, audit, licences, 1))
        return card

    def prefill(self, address: str) -> None:
        """The center's address as rolled out."""
        self._address.setText(address)

    def show_state(self, state: SettingsState) -> None:
        """Accounts, unit, camera list, versions."""
        self._model.set_rows(state.operators)
        for widget in (self._login, self._name, self._role, self._password, self._add, self._off, self._reset):
            widget.setVisible(state.may_manage)
        identity = state.figures.identity if state.figures is not None else None
        self._unit.setText(
            f"{identity.unit_name}（{identity.unit_code}）\n{identity.center_url}"
            if identity
            else "还没有登记。请向省中心要一次性登记码。"
        )
        for edit in (self._address, self._code, self._enrol):
            edit.setVisible(state.may_manage)
        self._cameras.clear()
        for device in state.cameras:
            self._cameras.addItem(device.name, device.key)
        self._cameras.setCurrentIndex(max(0, self._cameras.findData(state.camera)))
        self._cameras.setVisible(bool(state.cameras))
        self._no_camera.setVisible(not state.cameras)

    def _chosen(self) -> Operator | None:
        index = self._table.currentIndex()
        return self._model.row_at(index.row()) if index.isValid() else None

    def _create(self) -> None:
        self.created.emit(self._login.text(), self._name.text(), self._role.currentData(), self._password.text())
        self._password.clear()

    def _toggle(self) -> None:
        operator = self._chosen()
        if operator is not None:
            self.active_set.emit(operator, not operator.active)

    def _reset_password(self) -> None:
        operator = self._chosen()
        if operator is not None:
            self.password_set.emit(operator, self._password.text())
            self._password.clear()
