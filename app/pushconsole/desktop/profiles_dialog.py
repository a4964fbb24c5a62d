"""The window of profiles: the list at the left, the chosen one at the right."""

from __future__ import annotations

import enum
from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from pushconsole.credentials import KeyringState
from pushconsole.desktop.parts import EmptyState, button, label, named, set_look
from pushconsole.desktop.profile_list import ProfileList
from pushconsole.desktop.profile_page import ProfilePage
from pushconsole.desktop.profile_words import ProfileRow
from pushconsole.desktop.theme import Theme

_SIZE_HINT = (1000, 740)
_LIST_WIDTH = 330


class Place(enum.StrEnum):
    """Where profiles are imported from."""

    CLI = "cli"
    ENVIRONMENT = "environment"
    DOTENV = "dotenv"
    FILE = "file"


class ProfilesDialog(QDialog):
    """Shows the profiles; whoever opened it does what is asked for and shows them again.

    Attributes:
        profiles: the list.
        page: the chosen one.

    Signals:
        add_requested, export_requested: the buttons over the list.
        import_requested(place): from a Place.
        chosen(name): another one is shown.
        use_requested(name): the window is to work with it.

    """

    add_requested = Signal()
    export_requested = Signal()
    import_requested = Signal(str)
    chosen = Signal(str)
    use_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle(self.tr("Profiles"))
        self.resize(*_SIZE_HINT)
        self.profiles, self.page = ProfileList(theme), ProfilePage(theme)
        self._row: ProfileRow | None = None
        self._keyring_icon, self._keyring = (
            label(),
            named(label("", "muted", wrap=True), self.tr("Where keys are kept")),
        )
        self._empty = EmptyState(
            theme,
            "key",
            self.tr("There is no profile yet"),
            self.tr("Add one, or import those of Algolia's command line."),
        )
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(12)
        layout.addLayout(self._build_head())
        layout.addLayout(self._build_keyring_line())
        layout.addWidget(self._build_body(), 1)
        layout.addLayout(self._build_foot())
        self.profiles.currentRowChanged.connect(lambda _: self._heed_choice())
        self.profiles.order_changed.connect(self._heed_choice)
        self.profiles.itemDoubleClicked.connect(lambda _: self._use.click())
        self.profiles.setFocus()

    def show_rows(self, rows: Sequence[ProfileRow], current: str = "") -> None:
        """List these; the one of this name is shown, else the one that was."""
        with QSignalBlocker(self.profiles):
            self.profiles.set_rows(rows, current or self.shown)
        self._pages.setCurrentIndex(1 if rows else 0)
        self._heed_choice()

    def show_keyring(self, state: KeyringState) -> None:
        """Say where keys are kept, and how to mend it where they are not."""
        self._keyring.setText(state.sentence)
        set_look(self._keyring, "tone", "muted" if state.usable else "warning")
        icon = ("key", "muted") if state.usable else ("warning", "warning")
        self._keyring_icon.setPixmap(self._theme.icons.pixmap(*icon, self._theme.icon_size, self.devicePixelRatioF()))

    def show_mistake(self, sentence: str) -> None:
        """Say what did not work."""
        self._mistake.setText(sentence)
        self._mistake.setVisible(bool(sentence))

    @property
    def shown(self) -> str:
        """The name of the profile that is shown; empty where there is none."""
        return self._row.profile.name if self._row else ""

    def _build_head(self) -> QHBoxLayout:
        icons = self._theme.icons
        bring = button(self.tr("&Import"), self.tr("Shows what would be added before anything is"))
        menu = QMenu(bring)
        for place, words in {
            Place.CLI: self.tr("From &Algolia's command line"),
            Place.ENVIRONMENT: self.tr("From the &environment"),
            Place.DOTENV: self.tr("From a .&env file…"),
            Place.FILE: self.tr("From an exported &file…"),
        }.items():
            menu.addAction(words).triggered.connect(lambda _=False, chosen=place: self.import_requested.emit(chosen))
        bring.setMenu(menu)
        export = button(self.tr("E&xport…"), self.tr("All of them in a file, without their keys"))
        add = button(self.tr("&Add a profile…"), self.tr("Another application to push to"), "", icons.icon("plus"))
        export.clicked.connect(self.export_requested)
        add.clicked.connect(self.add_requested)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label(self.tr("Profiles"), "title"))
        row.addStretch()
        for part in (bring, export, add):
            row.addWidget(part)
        return row

    def _build_keyring_line(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._keyring_icon)
        row.addWidget(self._keyring, 1)
        return row

    def _build_body(self) -> QFrame:
        frame = QFrame()
        frame.setObjectName("profilesFrame")
        self.profiles.setFixedWidth(_LIST_WIDTH)
        row = QHBoxLayout(frame)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        row.addWidget(self.profiles)
        row.addWidget(self._pages, 1)
        return frame

    def _build_foot(self) -> QHBoxLayout:
        self._up = button(self.tr("Move u&p"), self.tr("The menu and the command line follow (Alt+Up)"))
        self._down = button(self.tr("Move do&wn"), self.tr("The menu and the command line follow (Alt+Down)"))
        self._up.clicked.connect(lambda: self.profiles.move_chosen(-1))
        self._down.clicked.connect(lambda: self.profiles.move_chosen(1))
        self._mistake = label("", "failed", wrap=True)
        self._mistake.hide()
        close = button(self.tr("&Close"), self.tr("The window stays with its profile (Esc)"))
        close.clicked.connect(self.reject)
        self._use = button(self.tr("&Use this profile"), self.tr("The window pushes with it from now on"), "primary")
        self._use.clicked.connect(lambda: self.use_requested.emit(self.shown))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._up)
        row.addWidget(self._down)
        row.addWidget(self._mistake, 1)
        row.addStretch()
        row.addWidget(close)
        row.addWidget(self._use)
        return row

    def _heed_choice(self) -> None:
        row, place = self.profiles.chosen, self.profiles.currentRow()
        self._up.setEnabled(place > 0)
        self._down.setEnabled(0 <= place < self.profiles.count() - 1)
        self._use.setEnabled(row is not None)
        changed, self._row = row != self._row, row
        if row is not None and changed:
            self.page.show_row(row)
            self.chosen.emit(row.profile.name)
