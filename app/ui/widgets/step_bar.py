"""Where in the visit we are: numbered steps, done ones ticked, the present one strong."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.ui import theme
from app.ui.widgets.basic import label


class StepBar(QWidget):
    """A row of steps; told by number, tick and weight, not by colour alone."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self._names = names
        self._labels: list[QLabel] = []
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        for index, name in enumerate(names):
            made = label(name)
            self._labels.append(made)
            box.addWidget(made)
            if index + 1 < len(names):
                box.addWidget(label("›"))
        box.addStretch(1)
        self.show_step(-1)

    def show_step(self, present: int) -> None:
        """``present`` counts from 0; -1 for none."""
        p = theme.PALETTE
        for index, (name, shown) in enumerate(zip(self._names, self._labels, strict=True)):
            sign = "✓" if index < present else str(index + 1)
            shown.setText(f"{sign} {name}")
            if index == present:
                style = f"color: {p.on_primary}; background: {p.primary}; font-weight: 500;"
            else:
                style = f"color: {p.ink if index < present else p.muted}; background: {p.raised};"
            shown.setStyleSheet(f"{style} border-radius: 8px; padding: 6px 14px;")
        if 0 <= present < len(self._names):
            self.setAccessibleName(f"第 {present + 1} 步，共 {len(self._names)} 步：{self._names[present]}")
