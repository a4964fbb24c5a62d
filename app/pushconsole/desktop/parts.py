"""The small parts that panes and dialogs are built from; how each looks stands in the style sheet."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QPushButton, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from pushconsole.desktop.theme import Theme

W = TypeVar("W", bound=QWidget)
F = TypeVar("F", bound=QLineEdit)

_LONGEST_TEXT = 2**31 - 1  # letters, the most that Qt can be told


def named(widget: W, accessible_name: str, tip: str = "") -> W:
    """Give a control its name for screen readers and a tooltip; return it."""
    widget.setAccessibleName(accessible_name)
    widget.setToolTip(tip)
    return widget


def unbounded(field: F) -> F:
    """Let a field take a text of any length; Qt's end at 32,767 letters and drop the rest without a word."""
    field.setMaxLength(_LONGEST_TEXT)
    return field


def set_look(widget: QWidget, name: str, value: str | bool) -> None:
    """Set a property the style sheet asks for, and dress the widget anew."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
            return  # it was not dressed yet
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.updateGeometry()


def label(text: str = "", tone: str = "", *, wrap: bool = False) -> QLabel:
    """Return a text in one of the tones of the style sheet; it is plain text whatever it holds."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("tone", tone)
    made.setWordWrap(wrap)
    if wrap:
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    return made


class YieldingLabel(QLabel):
    """A text at the right of the room that is left; it vanishes where there is not enough."""

    def __init__(self, tone: str) -> None:
        super().__init__()
        self.setProperty("tone", tone)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    # Qt's own names, overridden.

    def minimumSizeHint(self) -> QSize:
        """Ask for no room."""
        return QSize(0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text whole or not at all: half a number is another number."""
        if self.sizeHint().width() <= self.width():
            super().paintEvent(event)


class NumberBox(QSpinBox):
    """A field for a whole number."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__()
        self.setRange(least, most)
        self.lineEdit().setTextMargins(8, 0, 0, 0)  # the style sheet's padding does not reach the field inside


def badge() -> QLabel:
    """Return a hidden pill for the kind of a profile; `set_look(it, "badge", kind)` colours it."""
    made = label()
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    made.setContentsMargins(10, 2, 10, 2)
    made.hide()
    return made


def button(text: str, tip: str, role: str = "", icon: QIcon | None = None) -> QPushButton:
    """Return a push button; `role` is empty, primary, destructive, link or row link."""
    made = QPushButton(text)
    made.setProperty("role", role)
    made.setToolTip(tip)
    made.setAutoDefault(False)
    if icon is not None:
        made.setIcon(icon)
    return made


def rule() -> QFrame:
    """Return a hairline."""
    line = QFrame()
    line.setObjectName("rule")
    line.setFixedHeight(1)
    return line


class EmptyState(QWidget):
    """What a pane shows while it has nothing to show: an icon, what is missing, and what would fill it."""

    _ICON = 28

    def __init__(self, theme: Theme, icon: str, title: str, hint: str) -> None:
        super().__init__()
        self._theme = theme
        self._icon_name = icon
        self._icon = label()
        self._title = label(title, "strong")
        self._hint = label(hint, "muted")
        self._hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setSpacing(4)
        layout.addStretch()
        for part in (self._icon, self._title, self._hint):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(part)
        layout.addStretch()
        theme.changed.connect(self._draw)
        self._draw()

    def set_text(self, title: str, hint: str) -> None:
        """Say something else."""
        self._title.setText(title)
        self._hint.setText(hint)

    def _draw(self) -> None:
        pixmap = self._theme.icons.pixmap(self._icon_name, "faint", self._ICON, self.devicePixelRatioF())
        self._icon.setPixmap(pixmap)
