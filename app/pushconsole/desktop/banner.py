"""A bar over the table with a sentence, something to do about it, and a way to put it away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from pushconsole.desktop.parts import button, label, named, set_look
from pushconsole.desktop.theme import Theme

_ICONS = {"info": ("info", "accent"), "warning": ("warning", "warning"), "failed": ("cross", "failed")}


class Banner(QFrame):
    """Hidden until something is said.

    Signals:
        action_requested(text): the action with these words was clicked.

    """

    action_requested = Signal(str)

    def __init__(self, theme: Theme, tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tone = "info"
        self.setObjectName("banner")
        self._icon, self._sentence = label(), label("", wrap=True)
        self._actions = QHBoxLayout()
        self._actions.setSpacing(14)
        tip = tip or self.tr("Puts it away; the log keeps it")
        self._close = named(QToolButton(), self.tr("Close this message"), tip)
        self._close.setIcon(theme.icons.icon("cross"))
        self._close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 10, 6)
        layout.setSpacing(10)
        layout.addWidget(self._icon)
        layout.addWidget(self._sentence, 1)
        layout.addLayout(self._actions)
        layout.addWidget(self._close)
        theme.changed.connect(self._draw)
        self.hide()

    def say(self, sentence: str, *, tone: str = "warning", actions: Sequence[tuple[str, str]] = ()) -> None:
        """Show a sentence; `tone` is info, warning or failed, `actions` the words and tips of its links."""
        self._tone = tone
        set_look(self, "tone", tone)
        self._sentence.setText(sentence)
        while (item := self._actions.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for words, tip in actions:
            self._add(words, tip)
        self._draw()
        self.show()

    def _add(self, words: str, tip: str) -> None:
        link = named(button(words, tip, "link"), words, tip)
        link.clicked.connect(lambda: self.action_requested.emit(words))
        self._actions.addWidget(link)

    def _draw(self) -> None:
        self._icon.setPixmap(
            self._theme.icons.pixmap(*_ICONS[self._tone], self._theme.icon_size, self.devicePixelRatioF())
        )
