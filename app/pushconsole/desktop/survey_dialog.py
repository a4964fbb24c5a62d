"""All records of a push by what would become of them in the index, and the chosen one attribute by attribute."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QSplitter, QTreeView, QVBoxLayout, QWidget

from pushconsole import quantities
from pushconsole.desktop.attribute_differences import AttributeDifferences
from pushconsole.desktop.comparisons import EFFECTS
from pushconsole.desktop.parts import button, label, named
from pushconsole.desktop.survey_model import SurveyModel
from pushconsole.desktop.theme import Theme
from pushconsole.runs import Effect


class SurveyDialog(QDialog):
    """Lists the records of one effect at a time.

    Attributes:
        model: of the list.
        differences: of the record that is chosen.

    Signals:
        effect_chosen(effect): its records are to be listed.
        row_chosen(row): this one is to be compared.

    """

    effect_chosen = Signal(object)
    row_chosen = Signal(int)

    def __init__(
        self, theme: Theme, *, title: str, summary: str, counts: Sequence[tuple[Effect, int]], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(1080, 600)
        self.model = SurveyModel(self)
        self.differences = AttributeDifferences(theme, before=self.tr("In the index"), after=self.tr("After"))
        self._effects = named(
            QComboBox(), self.tr("What becomes of the records"), self.tr("Lists the records of which this holds")
        )
        for effect, count in counts:
            icon, tone = EFFECTS[effect]
            text = f"{effect.value.capitalize()} ({quantities.number(count)})"
            self._effects.addItem(theme.icons.icon(icon, tone), text, effect)
        self._list = named(QTreeView(), self.tr("Records"))
        self._list.setUniformRowHeights(True)
        self._list.setRootIsDecorated(False)
        self._list.setHeaderHidden(True)
        self._list.setModel(self.model)
        self._list.selectionModel().currentChanged.connect(self._tell_row)
        self._effects.currentIndexChanged.connect(lambda *_: self.effect_chosen.emit(self.effect))
        self._lay_out(title, summary)

    @property
    def effect(self) -> Effect:
        """The effect whose records are listed."""
        return Effect(self._effects.currentData())

    def show_records(self, count: int) -> None:
        """List so many records, the first one chosen."""
        self.model.set_count(count)
        self.differences.show_nothing()
        if count:
            self._list.setCurrentIndex(self.model.index(0))

    def _tell_row(self, current: QModelIndex) -> None:
        if current.isValid():
            self.row_chosen.emit(current.row())

    def _lay_out(self, title: str, summary: str) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._effects)
        column.addWidget(self._list, 1)
        parts = QSplitter()
        parts.addWidget(left)
        parts.addWidget(self.differences)
        parts.setSizes([300, 740])
        parts.setChildrenCollapsible(False)
        close = button(self.tr("&Close"), self.tr("Nothing was pushed (Esc)"), "primary")
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(10)
        layout.addWidget(label(title, "title"))
        layout.addWidget(label(summary, "muted", wrap=True))
        layout.addWidget(parts, 1)
        layout.addLayout(foot)
