"""Shows an API key for a while, and counts down to its end."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from pushconsole.credentials import Profile, Secret
from pushconsole.desktop.parts import button, label, named
from pushconsole.desktop.secret_clipboard import CLEARED_AFTER_S, SecretClipboard
from pushconsole.desktop.theme import Theme

SHOWN_S = 15


class RevealDialog(QDialog):
    """Closes by itself; nothing of it holds the key then."""

    def __init__(
        self,
        theme: Theme,
        profile: Profile,
        key: Secret,
        clipboard: SecretClipboard,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._left_s = SHOWN_S
        self._clipboard = clipboard
        self._key: Secret | None = key
        self.setWindowTitle(self.tr("API key"))
        self.setMinimumWidth(max(460, 56 * self.fontMetrics().averageCharWidth()))
        self._shown = named(label(key.reveal(), "mono"), self.tr("API key"))
        self._shown.setTextInteractionFlags(
            Qt.TextInteractionFlag.NoTextInteraction
        )  # marked text goes to the clipboard
        self._bar = QProgressBar()
        self._bar.setRange(0, SHOWN_S)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._left = named(label("", "muted"), self.tr("Time left"))
        self._copied = label("", "muted", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(12)
        layout.addWidget(label(self.tr("The API key of “{0}”").format(profile.name), "title", wrap=True))
        layout.addWidget(label(self.tr("Application {0}, {1}").format(profile.application_id, profile.region), "muted"))
        layout.addWidget(self._shown)
        layout.addWidget(self._bar)
        layout.addWidget(self._left)
        layout.addWidget(self._copied)
        layout.addStretch()
        layout.addLayout(self._build_buttons(theme))
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._count)
        self._timer.start()
        self.finished.connect(self._forget)
        self._tell()

    def _build_buttons(self, theme: Theme) -> QHBoxLayout:
        hide = button(self.tr("&Hide it now"), self.tr("As the end of the time does (Esc)"), "primary")
        hide.setDefault(True)
        hide.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch()
        if self._clipboard.offered:
            tip = self.tr("Marked so that clipboard histories leave it out, and cleared after {0} seconds")
            copy = button(self.tr("&Copy"), tip.format(CLEARED_AFTER_S), "", theme.icons.icon("copy"))
            copy.clicked.connect(self._copy)
            row.addWidget(copy)
        else:
            self._copied.setText(
                self.tr("It cannot be copied here: nothing could keep it out of the clipboard's history.")
            )
        row.addWidget(hide)
        return row

    def _copy(self) -> None:
        if self._key is not None:
            self._clipboard.put(self._key)
            self._copied.setText(self.tr("Copied. The clipboard is cleared after {0} seconds.").format(CLEARED_AFTER_S))

    def _count(self) -> None:
        self._left_s -= 1
        self._tell()
        if self._left_s <= 0:
            self.reject()

    def _tell(self) -> None:
        self._bar.setValue(self._left_s)
        self._left.setText(self.tr("Hidden again in {0} s").format(self._left_s))

    def _forget(self) -> None:
        self._timer.stop()
        self._key = None
        self._shown.clear()
