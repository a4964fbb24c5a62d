"""What a key may do, line by line: a shape, the permission, what it is for; and what an administrator is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from pushconsole.desktop.parts import button, label, named, set_look
from pushconsole.desktop.theme import Theme
from pushconsole.ingestion import HostReport, KeyFact, KeyStanding

_LOOKS = {
    KeyStanding.THERE: ("check", "succeeded"),
    KeyStanding.LACKING: ("cross", "failed"),
    KeyStanding.SPARE: ("minus", "muted"),
    KeyStanding.WARNING: ("warning", "warning"),
    KeyStanding.UNKNOWN: ("question", "muted"),
}
_TONES = {KeyStanding.LACKING: "failed", KeyStanding.WARNING: "warning"}


class KeyTable(QWidget):
    """Two tables, both empty at first: how the hosts answer, and what the key may do."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._state = label("", "muted", wrap=True)
        self._lines = QWidget()
        self._request = QFrame()
        self._request.setObjectName("card")
        self._request.setProperty("tone", "failed")
        self._asked_for = label("", wrap=True)
        self._build_request()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self._state)
        layout.addWidget(self._lines)
        layout.addWidget(self._request)
        self._column = layout
        self.say("")

    def say(self, sentence: str, tone: str = "muted") -> None:
        """Show a sentence, and no table."""
        self._replace_lines([])
        self._set_state(sentence, tone)
        self._request.hide()

    def show_facts(
        self, facts: Sequence[KeyFact], asked_for: str, hosts: Sequence[HostReport] = (), clock: str = ""
    ) -> None:
        """Show the lines of both tables, and what an administrator is to be asked for, if anything."""
        of_hosts = [_of_host(host) for host in hosts]
        self._replace_lines([*of_hosts, *facts])
        self._set_state(clock, "warning")
        self._asked_for.setText(asked_for)
        self._request.setVisible(bool(asked_for))

    def _set_state(self, sentence: str, tone: str) -> None:
        self._state.setText(sentence)
        set_look(self._state, "tone", tone)
        self._state.setVisible(bool(sentence))

    def _build_request(self) -> None:
        copy = button(
            self.tr("Cop&y"), self.tr("Copies this sentence, to be sent to whoever makes keys; no key is in it"), "link"
        )
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._asked_for.text()))
        row = QHBoxLayout(self._request)
        row.setContentsMargins(12, 8, 8, 8)
        row.addWidget(self._asked_for, 1)
        row.addWidget(copy, 0, Qt.AlignmentFlag.AlignTop)

    def _replace_lines(self, facts: Sequence[KeyFact]) -> None:
        lines = QWidget()
        grid = QGridLayout(lines)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(2, 1)
        for number, fact in enumerate(facts):
            for column, part in enumerate((self._icon(fact), label(fact.name, "mono"), self._words(fact))):
                grid.addWidget(part, number, column, Qt.AlignmentFlag.AlignTop)
        self._column.replaceWidget(self._lines, lines)
        self._lines.hide()
        self._lines.deleteLater()
        self._lines = lines
        lines.setVisible(bool(facts))

    def _icon(self, fact: KeyFact) -> QLabel:
        made = label()
        made.setPixmap(self._theme.icons.pixmap(*_LOOKS[fact.standing], self._theme.icon_size, self._ratio))
        words = {
            KeyStanding.THERE: self.tr("there"),
            KeyStanding.LACKING: self.tr("lacking"),
            KeyStanding.SPARE: self.tr("lacking, and not needed for a push"),
            KeyStanding.WARNING: self.tr("to be heeded"),
            KeyStanding.UNKNOWN: self.tr("not known"),
        }
        return named(made, f"{fact.name}: {words[fact.standing]}", words[fact.standing])

    @property
    def _ratio(self) -> float:
        return self.devicePixelRatioF()

    def _words(self, fact: KeyFact) -> QLabel:
        return label(fact.words, _TONES.get(fact.standing, "muted"), wrap=True)


def _of_host(host: HostReport) -> KeyFact:
    if host.fault:
        return KeyFact(host.api, KeyStanding.LACKING, host.fault)
    return KeyFact(host.api, KeyStanding.THERE, f"{host.host} answered in {host.in_words}")
