"""A bar over the table with a sentence, something to do about it, and a way to put it away."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from pushconsole.desktop.parts import button, label, named, set_look
from pushconsole.desktop.theme import Theme

_ICONS = {"info": ("info", "accent"), "warning": ("warning", "warning"), "failed": ("cross", "failed")}


class Banner(QFrame):
    """Hidden until something is said.

    Signals:
        action_requested: the action was clicked.
        closed: it was put away.

    """

    action_requested = Signal()
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tone = "info"
        self.setObjectName("banner")
        self._icon, self._sentence = label(), label("", wrap=True)
        self._action = button("", "", "link")
        self._close = named(QToolButton(), self.tr("Close this message"), self.tr("Puts it away; the log keeps it"))
        self._close.setIcon(theme.icons.icon("cross"))
        self._close.clicked.connect(self._put_away)
        self._action.clicked.connect(self.action_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 10, 6)
        layout.setSpacing(10)
        layout.addWidget(self._icon)
        layout.addWidget(self._sentence, 1)
        layout.addWidget(self._action)
        layout.addWidget(self._close)
        theme.changed.connect(self._draw)
        self.hide()

    def say(self, sentence: str, *, tone: str = "warning", action: str = "", tip: str = "") -> None:
        """Show a sentence; `tone` is info, warning or failed, `action` the words of the link."""
        self._tone = tone
        set_look(self, "tone", tone)
        self._sentence.setText(sentence)
        named(self._action, action, tip).setText(action)
        self._action.setVisible(bool(action))
        self._draw()
        self.show()

    def _draw(self) -> None:
        self._icon.setPixmap(
            self._theme.icons.pixmap(*_ICONS[self._tone], self._theme.icon_size, self.devicePixelRatioF())
        )

    def _put_away(self) -> None:
        self.hide()
        self.closed.emit()
