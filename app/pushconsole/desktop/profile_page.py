"""What is known of one profile: where it leads, its limits, its key, and what the service says of both."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from pushconsole.credentials import KeyPlace
from pushconsole.desktop.key_table import KeyTable
from pushconsole.desktop.kind_words import kind_word
from pushconsole.desktop.parts import badge, button, label, named, rule, set_look
from pushconsole.desktop.profile_words import (
    ProfileRow,
    limits_in_words,
    moment_in_words,
    place_in_words,
    way_in_words,
)
from pushconsole.desktop.theme import Theme
from pushconsole.ingestion import ConnectionReport, expiry_in_words, key_facts, to_ask_for


class ProfilePage(QScrollArea):
    """Shows one profile, and what can be done with it.

    Signals:
        edit_requested, duplicate_requested, default_requested, delete_requested: of the profile that is shown.
        reveal_requested: its key is to be shown.
        test_requested: the service is to be asked.

    """

    edit_requested = Signal()
    duplicate_requested = Signal()
    default_requested = Signal()
    delete_requested = Signal()
    reveal_requested = Signal()
    test_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._name, self._badge = label("", "title"), badge()
        self._note = label("", "muted", wrap=True)
        self._facts: dict[str, QLabel] = {}
        self.table = KeyTable(theme)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addLayout(self._build_heading())
        layout.addWidget(self._note)
        layout.addLayout(self._build_deeds())
        layout.addWidget(rule())
        layout.addLayout(self._build_facts())
        layout.addWidget(rule())
        layout.addLayout(self._build_key_deeds())
        layout.addWidget(self.table)
        layout.addStretch()
        self.setWidget(page)

    def show_row(self, row: ProfileRow) -> None:
        """Show a profile; what the service says of it comes with `show_report`."""
        profile = row.profile
        self._name.setText(profile.name)
        self._badge.setText(kind_word(profile.kind))
        set_look(self._badge, "badge", profile.kind.value)
        self._badge.show()
        self._note.setText(profile.note)
        self._note.setVisible(bool(profile.note))
        self._default.setEnabled(not row.is_default)
        self._default.setText(self.tr("Is the default") if row.is_default else self.tr("&Make default"))
        self._reveal.setEnabled(row.place in {KeyPlace.KEYRING, KeyPlace.SESSION, KeyPlace.UNKNOWN})
        self._test.setEnabled(row.place is not KeyPlace.NOWHERE)
        self._state_facts(row)
        self.table.say("")

    def show_asking(self) -> None:
        """Say that the service is being asked."""
        self.table.say(self.tr("Asking the service…"))

    def show_report(self, report: ConnectionReport, region: str) -> None:
        """Show how the service answered, and what the key may do."""
        self.table.show_facts(key_facts(report.key, region), to_ask_for(report.key), report.hosts, report.clock)

    def _build_heading(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self._name)
        row.addWidget(self._badge)
        row.addStretch()
        return row

    def _build_deeds(self) -> QHBoxLayout:
        icons = self._theme.icons
        edit = button(self.tr("&Edit…"), self.tr("Its name, application, key and limits"), "", icons.icon("edit"))
        copy = button(
            self.tr("D&uplicate"), self.tr("A second one with the same key, to be changed"), "", icons.icon("copy")
        )
        self._default = button(self.tr("&Make default"), self.tr("It is chosen at the start, and by commands"))
        delete = button(self.tr("&Delete…"), self.tr("With its key; asks first"), "", icons.icon("trash", "failed"))
        row = QHBoxLayout()
        row.setSpacing(8)
        for part, asked in (
            (edit, self.edit_requested),
            (copy, self.duplicate_requested),
            (self._default, self.default_requested),
            (delete, self.delete_requested),
        ):
            part.clicked.connect(asked)
            row.addWidget(part)
        row.addStretch()
        return row

    def _build_facts(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(1, 1)
        for number, (name, words) in enumerate(
            {
                "application": self.tr("Application"),
                "limits": self.tr("Limits"),
                "way": self.tr("Reached through"),
                "key": self.tr("Key"),
                "stored": self.tr("Stored"),
                "used": self.tr("Last used"),
                "valid": self.tr("Valid"),
            }.items()
        ):
            heading, value = label(words, "muted"), named(label("", wrap=True), words)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(heading, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, number, 1, Qt.AlignmentFlag.AlignTop)
            self._facts[name] = value
            if name == "way":
                self._way = heading
        return grid

    def _state_facts(self, row: ProfileRow) -> None:
        profile, unknown = row.profile, self.tr("not known")
        valid, soon = self.tr("without a known end"), False
        if profile.key_expires_at is not None:
            valid, soon = expiry_in_words(profile.key_expires_at)
        for name, text in {
            "application": f"{profile.application_id} · {profile.region}",
            "limits": limits_in_words(profile),
            "way": way_in_words(profile),
            "key": place_in_words(row.place),
            "stored": moment_in_words(profile.key_stored_at, unknown),
            "used": moment_in_words(profile.key_used_at, self.tr("not yet")),
            "valid": valid,
        }.items():
            self._facts[name].setText(text)
        for part in (self._facts["way"], self._way):
            part.setVisible(bool(way_in_words(profile)))
        set_look(self._facts["key"], "tone", "" if row.place is KeyPlace.KEYRING else "warning")
        set_look(self._facts["valid"], "tone", "warning" if soon else "")

    def _build_key_deeds(self) -> QHBoxLayout:
        heading = label(self.tr("What the key may do"), "strong")
        self._reveal = button(
            self.tr("Re&veal the key…"), self.tr("For 15 seconds; asks first"), "", self._theme.icons.icon("key")
        )
        self._test = button(
            self.tr("&Test connection"),
            self.tr("Asks both hosts, and tells network, proxy, certificates and clock apart"),
            "",
            self._theme.icons.icon("refresh"),
        )
        self._reveal.clicked.connect(self.reveal_requested)
        self._test.clicked.connect(self.test_requested)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(heading)
        row.addStretch()
        row.addWidget(self._reveal)
        row.addWidget(self._test)
        return row
