"""What would be imported from another place, shown before it is: nothing was written yet."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from pushconsole import quantities
from pushconsole.credentials import Change, Found, Proposal
from pushconsole.desktop.parts import button, label, named
from pushconsole.desktop.theme import Theme

_NAME, _APPLICATION, _REGION, _KEY, _CHANGE = range(5)
_SIZE_HINT = (900, 440)
_NARROWEST_NAME, _WIDEST_NAME, _BOX = 80, 240, 44
_CHARACTERS = 60  # a line of the last column


class ImportProfilesDialog(QDialog):
    """Lists what was found, each with a box; whoever opened it takes it over and calls `accept` or `show_error`.

    Signals:
        submitted: the button was pressed; `chosen` and `region` say what with.

    """

    submitted = Signal()

    def __init__(self, theme: Theme, found: Found, offered: Sequence[Proposal], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._offered = offered
        self.setWindowTitle(self.tr("Import profiles"))
        self.resize(*_SIZE_HINT)
        self._tree = self._list()
        self._error = label("", "failed", wrap=True)
        self._error.hide()
        self._import = button("", self.tr("Keys go to the keyring and nowhere else"), "primary")
        self._import.clicked.connect(self._submit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(10)
        layout.addWidget(label(self.tr("Import profiles"), "title"))
        layout.addWidget(label(self._explanation(found), "muted", wrap=True))
        layout.addWidget(self._tree, 1)
        for sentence in found.left_out:
            layout.addWidget(label(sentence, "warning", wrap=True))
        layout.addWidget(self._error)
        layout.addLayout(self._build_foot())
        self._tree.itemChanged.connect(lambda *_: self._look())
        self._look()

    @property
    def chosen(self) -> list[Proposal]:
        """Those that are to be taken over."""
        return [
            proposal
            for number, proposal in enumerate(self._offered)
            if self._item_at(number).checkState(_NAME) is Qt.CheckState.Checked
        ]

    @property
    def region(self) -> str:
        """Where those are hosted whose region is not known there; empty: both are to be asked."""
        return str(self._region.currentData())

    def show_error(self, sentence: str) -> None:
        """Say what did not work; what did is unticked."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        self._look()

    def mark_done(self, proposal: Proposal) -> None:
        """Untick one that was taken over."""
        item = self._item_at(list(self._offered).index(proposal))
        item.setCheckState(_NAME, Qt.CheckState.Unchecked)
        item.setDisabled(True)
        item.setText(_CHANGE, self.tr("Done."))

    def _explanation(self, found: Found) -> str:
        if not self._offered:
            return self.tr("In {0} there is nothing that can be imported.").format(found.place)
        return self.tr("Found in {0}. Nothing there is changed, and keys are copied to the keyring only.").format(
            found.place
        )

    def _list(self) -> QTreeWidget:
        tree = named(QTreeWidget(), self.tr("What would be imported"))
        tree.setRootIsDecorated(False)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        tree.setHeaderLabels(
            [
                self.tr("Profile"),
                self.tr("Application"),
                self.tr("Region"),
                self.tr("Key"),
                self.tr("What becomes of it"),
            ]
        )
        header = tree.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Interactive)
        tree.addTopLevelItems([self._item(proposal) for proposal in self._offered])
        metrics = self.fontMetrics()
        names = [metrics.horizontalAdvance(proposal.candidate.name) for proposal in self._offered]
        tree.setColumnWidth(_NAME, min(_WIDEST_NAME, max([_NARROWEST_NAME, *names]) + _BOX))
        return tree

    def _item(self, proposal: Proposal) -> QTreeWidgetItem:
        found = proposal.candidate
        key = self.tr("none") if found.key is None else str(found.key)
        words = f"{proposal.sentence} {found.remark}".rstrip()
        lines = "\n".join(textwrap.wrap(words, _CHARACTERS))
        item = QTreeWidgetItem([found.name, found.application_id, found.region or self.tr("not known"), key, lines])
        item.setToolTip(_CHANGE, words)
        item.setFont(_APPLICATION, self._theme.mono_font())
        item.setCheckState(_NAME, Qt.CheckState.Checked if proposal.chosen else Qt.CheckState.Unchecked)
        item.setDisabled(proposal.change is Change.NOTHING)
        return item

    def _item_at(self, number: int) -> QTreeWidgetItem:
        item = self._tree.topLevelItem(number)
        assert item is not None
        return item

    def _build_foot(self) -> QHBoxLayout:
        self._region = named(
            QComboBox(), self.tr("Region"), self.tr("For those whose region is not known in that place")
        )
        for words, region in (
            (self.tr("Find out by asking both regions"), ""),
            (self.tr("United States (us)"), "us"),
            (self.tr("Europe (eu)"), "eu"),
        ):
            self._region.addItem(words, region)
        self._region.setVisible(any(not proposal.candidate.region for proposal in self._offered))
        cancel = button(self.tr("&Cancel"), self.tr("Imports nothing (Esc)"))
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._region)
        row.addStretch()
        row.addWidget(cancel)
        row.addWidget(self._import)
        return row

    def _look(self) -> None:
        count = len(self.chosen)
        self._import.setText(
            self.tr("&Import {0}").format(quantities.counted(count, self.tr("profile"), self.tr("profiles")))
        )
        self._import.setEnabled(count > 0)

    def _submit(self) -> None:
        self._error.hide()
        self._import.setEnabled(False)
        self.submitted.emit()
