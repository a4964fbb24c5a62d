"""The first page: three doors, and nothing that has to be set up."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from pushconsole.desktop.parts import label, named
from pushconsole.desktop.theme import Theme


class _Door(QPushButton):
    """A wide button with an icon, a title and a sentence."""

    def __init__(self, theme: Theme, icon: str, title: str, sentence: str) -> None:
        super().__init__()
        self._theme, self._icon_name, self._title = theme, icon, title
        self.setObjectName("door")
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        named(self, title, "")
        self.setAccessibleDescription(sentence)
        self._picture = label()
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(label(title, "strong", wrap=True))
        words.addWidget(label(sentence, "muted", wrap=True))
        row = self._layout = QHBoxLayout(self)
        row.setContentsMargins(18, 14, 18, 14)
        row.setSpacing(16)
        row.addWidget(self._picture)
        row.addLayout(words, 1)
        for part in self.findChildren(QLabel):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.changed.connect(self._draw)
        self._draw()

    def _draw(self) -> None:
        self._picture.setPixmap(
            self._theme.icons.pixmap(
                self._icon_name, "accent", round(self._theme.icon_size * 1.5), self.devicePixelRatioF()
            )
        )

    # Qt's own names, overridden.

    def sizeHint(self) -> QSize:
        """Return the room its words need."""
        return self._layout.sizeHint()

    def heightForWidth(self, width: int) -> int:  # noqa: N802  Qt's
        """Return the height its words need in this width."""
        return self._layout.totalHeightForWidth(width)


class Welcome(QWidget):
    """Shown until there are records.

    Signals:
        sandbox_requested: try it on the sandbox with sample records.
        profile_requested: add a profile.
        open_requested: open a file.

    """

    sandbox_requested = Signal()
    profile_requested = Signal()
    open_requested = Signal()

    def __init__(self, theme: Theme, icon: QIcon, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        mark = label()
        mark.setPixmap(icon.pixmap(QSize(56, 56)))
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addStretch(2)
        column.addWidget(mark)
        column.addSpacing(6)
        column.addWidget(label(self.tr("Push Console"), "hero"))
        column.addWidget(
            label(
                self.tr("Push records to Algolia by hand, and know record by record what happened."), "muted", wrap=True
            )
        )
        column.addSpacing(14)
        self._add_doors(theme, column)
        column.addSpacing(8)
        column.addWidget(
            label(
                self.tr(
                    "Or drop a CSV, TSV, JSON or NDJSON file anywhere on this window, or paste a table (Ctrl+Shift+V)."
                ),
                "muted",
                wrap=True,
            )
        )
        column.addStretch(3)
        inner = QWidget()
        inner.setLayout(column)
        inner.setMaximumWidth(max(560, 44 * self.fontMetrics().averageCharWidth() * 2))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(32, 16, 32, 16)
        layout.addStretch(1)
        layout.addWidget(inner, 6)
        layout.addStretch(1)

    def _add_doors(self, theme: Theme, column: QVBoxLayout) -> None:
        for icon, title, sentence, signal in self._doors():
            door = _Door(theme, icon, title, sentence)
            door.clicked.connect(signal)
            column.addWidget(door)
            if self.focusProxy() is None:
                self.setFocusProxy(door)

    def _doors(self) -> list[tuple[str, str, str, SignalInstance]]:
        return [
            (
                "sandbox",
                self.tr("Try it on the sandbox with sample records"),
                self.tr("A local service with a few hundred products. Nothing leaves this computer."),
                self.sandbox_requested,
            ),
            (
                "key",
                self.tr("Add a profile"),
                self.tr("Application ID and API key of your own application. The key goes into the system's keyring."),
                self.profile_requested,
            ),
            (
                "open",
                self.tr("Open a file"),
                self.tr("CSV or JSON, of any size. Look at it and edit it before anything is sent."),
                self.open_requested,
            ),
        ]
