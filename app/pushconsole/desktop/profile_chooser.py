"""Which application is worked on, at the right of the tool bar, coloured by what it is there for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from pushconsole.desktop.kind_words import kind_word
from pushconsole.desktop.parts import badge, named, set_look
from pushconsole.desktop.theme import Theme


@dataclass(frozen=True)
class ProfileChoice:
    """A profile as it can be chosen; `kind` is sandbox, test, production or read-only."""

    name: str
    application_id: str
    region: str
    kind: str

    @property
    def title(self) -> str:
        """Name, application ID and region in one line."""
        return " · ".join(part for part in (self.name, self.application_id, self.region) if part)


class ProfileChooser(QWidget):
    """A badge and a button with the profiles.

    Signals:
        profile_chosen(name): another profile was chosen.
        add_requested: a profile is to be added.
        edit_requested(name): the current profile is to be edited.
        delete_requested(name): the current profile is to be deleted.
        manage_requested: all profiles are to be shown.

    """

    profile_chosen = Signal(str)
    add_requested = Signal()
    edit_requested = Signal(str)
    delete_requested = Signal(str)
    manage_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._current: ProfileChoice | None = None
        self._badge = badge()
        self._menu = QMenu(self)
        self._button = QToolButton()
        self._button.setProperty("framed", True)  # noqa: FBT003  the value of a property
        self._button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._button.setMenu(self._menu)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self._badge)
        layout.addWidget(self._button)
        self.set_profiles([], None)

    def set_profiles(self, profiles: Sequence[ProfileChoice], current: str | None) -> None:
        """Offer these profiles and show the one of this name as chosen."""
        self._current = next((profile for profile in profiles if profile.name == current), None)
        self._show_current()
        self._menu.clear()
        group = QActionGroup(self._menu)
        for profile in profiles:
            self._menu.addAction(self._choice(profile, group))
        if profiles:
            self._menu.addSeparator()
        self._add_commands()

    def _show_current(self) -> None:
        current = self._current
        self._badge.setVisible(current is not None)
        if current is not None:
            self._badge.setText(kind_word(current.kind))
            set_look(self._badge, "badge", current.kind)
        title = current.title if current else self.tr("No profile")
        shown = self.fontMetrics().elidedText(
            title, Qt.TextElideMode.ElideMiddle, self.fontMetrics().averageCharWidth() * 34
        )
        self._button.setText(shown.replace("&", "&&"))
        tip = self.tr("The application and key that everything is sent with")
        named(self._button, self.tr("Profile: {0}").format(title), tip)

    def _choice(self, profile: ProfileChoice, group: QActionGroup) -> QAction:
        text = f"{profile.title}  ·  {kind_word(profile.kind)}".replace("&", "&&")
        action = QAction(text, group)
        action.setCheckable(True)
        action.setChecked(profile == self._current)
        action.triggered.connect(lambda: self.profile_chosen.emit(profile.name))
        return action

    def _add_commands(self) -> None:
        icons, current = self._theme.icons, self._current
        self._menu.addAction(icons.icon("plus"), self.tr("&Add a profile…"), self.add_requested.emit)
        self._menu.addAction(icons.icon("list"), self.tr("&Manage profiles…"), self.manage_requested.emit)
        if current is None:
            return
        name = current.name.replace("&", "&&")
        self._menu.addAction(
            icons.icon("edit"), self.tr("&Edit “{0}”…").format(name), lambda: self.edit_requested.emit(current.name)
        )
        self._menu.addAction(
            icons.icon("trash", "failed"),
            self.tr("&Delete “{0}”…").format(name),
            lambda: self.delete_requested.emit(current.name),
        )
