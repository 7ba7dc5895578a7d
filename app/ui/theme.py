"""Colours, sizes and the style sheet. Calm, large, and readable: every pair in CONTRAST_PAIRS has at least 4.5:1 (a test computes it)."""

from dataclasses import dataclass

from app import resources
from app.domain.standing import Severity


@dataclass(frozen=True, slots=True)
class Palette:
    """Named colours as #RRGGBB."""

    page: str = "#F3F5F7"
    surface: str = "#FFFFFF"
    raised: str = "#E9EEF2"
    line: str = "#C3CCD4"
    ink: str = "#15202B"
    muted: str = "#4B5966"
    primary: str = "#0B5A87"
    primary_hover: str = "#08496E"
    on_primary: str = "#FFFFFF"
    focus: str = "#C75B00"
    focus_on_rail: str = "#FFB45C"
    rail: str = "#12384F"
    rail_chosen: str = "#0A2535"
    on_rail: str = "#E8F1F7"
    good: str = "#0C5F34"
    good_back: str = "#E1F2E8"
    notice: str = "#5C4700"
    notice_back: str = "#FFF3D1"
    warning: str = "#7A3E00"
    warning_back: str = "#FFE6CC"
    danger: str = "#98161B"
    danger_back: str = "#FBE2E2"
    neutral: str = "#3D4954"
    neutral_back: str = "#E6EAEE"
    disabled: str = "#5F6B76"
    covered: str = "#D9E8F1"
    film: str = "#17222C"
    oval: str = "#FFFFFF"
    oval_good: str = "#57D98B"


PALETTE = Palette()
SEVERITY_COLOURS: dict[Severity, tuple[str, str]] = {
    Severity.GOOD: (PALETTE.good, PALETTE.good_back),
    Severity.NOTICE: (PALETTE.notice, PALETTE.notice_back),
    Severity.WARNING: (PALETTE.warning, PALETTE.warning_back),
    Severity.DANGER: (PALETTE.danger, PALETTE.danger_back),
    Severity.NEUTRAL: (PALETTE.neutral, PALETTE.neutral_back),
}
"""Severity → (ink, background)."""
SEVERITY_SIGNS: dict[Severity, str] = {
    Severity.GOOD: "✓",
    Severity.NOTICE: "●",
    Severity.WARNING: "▲",
    Severity.DANGER: "■",
    Severity.NEUTRAL: "○",
}
"""A sign beside the words, so that nothing is told by colour alone."""
CONTRAST_PAIRS: tuple[tuple[str, str], ...] = (
    (PALETTE.ink, PALETTE.page),
    (PALETTE.ink, PALETTE.surface),
    (PALETTE.ink, PALETTE.raised),
    (PALETTE.muted, PALETTE.page),
    (PALETTE.muted, PALETTE.surface),
    (PALETTE.muted, PALETTE.raised),
    (PALETTE.on_primary, PALETTE.primary),
    (PALETTE.on_primary, PALETTE.primary_hover),
    (PALETTE.primary, PALETTE.surface),
    (PALETTE.primary, PALETTE.page),
    (PALETTE.on_rail, PALETTE.rail),
    (PALETTE.on_rail, PALETTE.rail_chosen),
    (PALETTE.disabled, PALETTE.raised),
    *SEVERITY_COLOURS.values(),
)
SMALL_PX, BASE_PX, LARGE_PX, TITLE_PX, HUGE_PX = 15, 17, 20, 26, 34
FAMILY = "Noto Sans SC"
FOCUS_PX = 3


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two #RRGGBB colours, 1 to 21."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _icon(name: str) -> str:
    """The path of a small drawing as a style sheet wants it (forward slashes on Windows too)."""
    return resources.path("icons", "controls", f"{name}.svg").as_posix()


def style_sheet(p: Palette = PALETTE) -> str:
    """The whole application's style sheet."""
    return f"""
* {{ font-family: "{FAMILY}"; font-size: {BASE_PX}px; color: {p.ink}; }}
QWidget#page, QWidget#help_window, QMainWindow, QDialog, QStackedWidget {{ background: {p.page}; }}
QLabel {{ background: transparent; }}
QLabel[role="title"] {{ font-size: {TITLE_PX}px; font-weight: 500; }}
QLabel[role="large"] {{ font-size: {LARGE_PX}px; font-weight: 500; }}
QLabel[role="huge"] {{ font-size: {HUGE_PX}px; font-weight: 500; }}
QLabel[role="muted"] {{ color: {p.muted}; font-size: {SMALL_PX}px; }}
QLabel[role="trouble"] {{ color: {p.danger}; }}
QLabel[role="simulated"] {{ background: {p.notice_back}; color: {p.notice}; border-radius: 6px; padding: 6px 12px; }}
QFrame[role="card"] {{ background: {p.surface}; border: 1px solid {p.line}; border-radius: 10px; }}
QPushButton {{ background: {p.surface}; border: 1px solid {p.line}; border-radius: 8px; padding: 9px 20px; min-height: 24px; }}
QPushButton:hover {{ background: {p.raised}; }}
QPushButton:focus, QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus, QTableView:focus,
  QListView:focus, QDateEdit:focus, QSpinBox:focus
  {{ border: {FOCUS_PX}px solid {p.focus}; }}
QPushButton:focus {{ padding: 7px 18px; }}
QPushButton::menu-indicator {{ image: url("{_icon("down")}"); width: 16px; height: 16px; subcontrol-origin: border;
  subcontrol-position: center right; right: 14px; }}
QPushButton[role="menu"] {{ padding-right: 40px; }}
QPushButton[role="menu"]:focus {{ padding-right: 38px; }}
QPushButton:disabled {{ color: {p.disabled}; background: {p.raised}; }}
QPushButton[role="primary"] {{ background: {p.primary}; color: {p.on_primary}; border: 1px solid {p.primary};
  font-size: {LARGE_PX}px; font-weight: 500; padding: 11px 30px; }}
QPushButton[role="primary"]:hover {{ background: {p.primary_hover}; }}
QPushButton[role="primary"]:disabled {{ color: {p.disabled}; background: {p.raised}; border-color: {p.line}; }}
QPushButton[role="primary"]:focus {{ border: {FOCUS_PX}px solid {p.focus}; padding: 9px 28px; }}
QPushButton[role="choice"] {{ font-size: {LARGE_PX}px; padding: 13px 34px; border: 2px solid {p.primary}; color: {p.primary}; }}
QPushButton[role="choice"]:focus {{ border: {FOCUS_PX}px solid {p.focus}; padding: 12px 33px; }}
QPushButton[role="link"] {{ background: transparent; border: 1px solid transparent; color: {p.primary}; text-decoration: underline;
  padding: 4px 6px; min-height: 20px; }}
QPushButton[role="link"]:focus {{ border: {FOCUS_PX}px solid {p.focus}; padding: 2px 4px; }}
QPushButton[role="line"] {{ background: transparent; border: {FOCUS_PX}px solid transparent; border-radius: 6px; text-align: left;
  padding: 1px 5px; min-height: 24px; }}
QPushButton[role="line"]:hover {{ background: {p.raised}; text-decoration: underline; }}
QPushButton[role="line"]:focus {{ border: {FOCUS_PX}px solid {p.focus}; padding: 1px 5px; }}
QFrame#rail {{ background: {p.rail}; }}
QFrame#rail QPushButton {{ background: transparent; color: {p.on_rail}; border: {FOCUS_PX}px solid transparent; border-radius: 8px;
  text-align: left; padding: 11px 14px; font-size: {BASE_PX}px; }}
QFrame#rail[low="true"] QPushButton {{ padding: 8px 14px; }}
QFrame#rail QPushButton:checked {{ background: {p.rail_chosen}; font-weight: 500; border-left: 6px solid {p.on_rail};
  border-top-left-radius: 0; border-bottom-left-radius: 0; }}
QFrame#rail QPushButton:hover {{ background: {p.rail_chosen}; }}
QFrame#rail QPushButton:focus {{ border-color: {p.focus_on_rail}; padding: 11px 14px; }}
QFrame#rail[low="true"] QPushButton:focus {{ padding: 8px 14px; }}
QFrame#rail QLabel {{ color: {p.on_rail}; padding: 0 13px; }}
QFrame#rail QLabel[role="large"] {{ padding: 0; }}
QLineEdit, QComboBox, QPlainTextEdit, QTextEdit, QDateEdit, QSpinBox {{ background: {p.surface}; border: 1px solid {p.line};
  border-radius: 8px;
  padding: 8px 12px; selection-background-color: {p.primary}; selection-color: {p.on_primary};
  placeholder-text-color: {p.muted}; }}
QLineEdit, QComboBox, QDateEdit, QSpinBox {{ min-height: 26px; }}
QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus, QDateEdit:focus, QSpinBox:focus {{ padding: 6px 10px; }}
QComboBox::drop-down, QDateEdit::drop-down {{ subcontrol-origin: padding; subcontrol-position: center right; width: 38px; border: none; }}
QComboBox::down-arrow, QDateEdit::down-arrow {{ image: url("{_icon("down")}"); width: 16px; height: 16px; }}
QComboBox QAbstractItemView {{ background: {p.surface}; selection-background-color: {p.primary}; selection-color: {p.on_primary}; }}
QLineEdit[role="search"] {{ font-size: {LARGE_PX}px; padding: 12px 16px; }}
QLineEdit[role="search"]:focus {{ padding: 10px 14px; }}
QTableView, QListView {{ background: {p.surface}; border: 1px solid {p.line}; border-radius: 8px; padding: 2px; outline: 0;
  gridline-color: {p.raised};
  selection-background-color: {p.primary}; selection-color: {p.on_primary}; alternate-background-color: {p.page}; }}
QTableView:focus, QListView:focus {{ padding: 0; }}
QTableView::item, QListView::item {{ padding: 7px 10px; }}
QHeaderView::section {{ background: {p.raised}; border: none; border-bottom: 1px solid {p.line}; padding: 8px 10px 8px 13px;
  color: {p.muted}; font-size: {SMALL_PX}px; }}
QProgressBar {{ background: {p.raised}; border: none; border-radius: 6px; min-height: 12px; max-height: 12px; }}
QProgressBar::chunk {{ background: {p.primary}; border-radius: 6px; }}
QScrollArea {{ background: transparent; border: none; }}
QScrollArea > QWidget > QWidget {{ background: transparent; }}
QScrollBar:vertical {{ background: {p.page}; width: 14px; }}
QScrollBar::handle:vertical {{ background: {p.line}; border-radius: 7px; min-height: 40px; }}
QScrollBar:horizontal {{ background: {p.page}; height: 14px; }}
QScrollBar::handle:horizontal {{ background: {p.line}; border-radius: 7px; min-width: 40px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: none; }}
QTabWidget::pane {{ border: none; }}
QTabBar::tab {{ background: {p.raised}; border: 1px solid {p.line}; border-bottom: none; padding: 9px 22px; margin-right: 4px;
  border-top-left-radius: 8px; border-top-right-radius: 8px; }}
QTabBar::tab:selected {{ background: {p.surface}; font-weight: 500; }}
QTabBar:focus {{ outline: none; }}
QTabBar::tab:focus {{ border: {FOCUS_PX}px solid {p.focus}; }}
QToolTip {{ background: {p.ink}; color: {p.surface}; border: none; padding: 6px; }}
QCheckBox, QRadioButton {{ spacing: 10px; padding: 5px; border: {FOCUS_PX}px solid transparent; border-radius: 6px; }}
QCheckBox:focus, QRadioButton:focus {{ border-color: {p.focus}; }}
QCheckBox::indicator, QRadioButton::indicator {{ width: 22px; height: 22px; }}
QCheckBox::indicator:unchecked {{ image: url("{_icon("box")}"); }}
QCheckBox::indicator:checked {{ image: url("{_icon("box_checked")}"); }}
QRadioButton::indicator:unchecked {{ image: url("{_icon("ring")}"); }}
QRadioButton::indicator:checked {{ image: url("{_icon("ring_checked")}"); }}
"""
