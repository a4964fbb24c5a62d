"""The problems of the records, grouped and counted; each leads to its row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from pushconsole import quantities
from pushconsole.desktop.parts import EmptyState, button, named
from pushconsole.desktop.theme import Theme
from pushconsole.records import BulkCommand, ProblemKind

_RECORD = Qt.ItemDataRole.UserRole
_FIXES = _RECORD + 1
_REJECTED = _RECORD + 2
_COLUMN_FIXES = _RECORD + 3
_MARGIN = 16  # pixels: what the style sheet puts around an item


@dataclass(frozen=True)
class Fix:
    """What mends problems: words for its button, the command, and whether it mends a single one by itself too."""

    text: str
    command: BulkCommand
    for_one: bool = True


@dataclass(frozen=True)
class ProblemRow:
    """One problem: a sentence, the record or the rejected row it leads to, and what mends the column it is about."""

    sentence: str
    record_id: int | None
    rejected_id: int | None = None
    column_fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True)
class ProblemGroup:
    """Problems of one kind; `count` is how many there are, `rows` may be only the first of them."""

    kind: ProblemKind
    title: str
    count: int
    is_error: bool
    rows: tuple[ProblemRow, ...]
    fixes: tuple[Fix, ...] = ()


class ProblemsPane(QWidget):
    """A list of problems.

    Attributes:
        tools: the button that checks again, for the pane's title row.

    Signals:
        record_activated(record_id): a problem of this record was clicked.
        check_requested: the records are to be checked again.
        fix_requested(command, record_id): this is to be done, to one record or (-1) to all.
        repair_requested(rejected_id): a row of the file that is no record was clicked.
        export_requested: the rows of the file that are no records are wanted as a file.
        only_requested(kind): only the records with this problem are to be seen.

    """

    record_activated = Signal(int)
    check_requested = Signal()
    fix_requested = Signal(object, int)
    repair_requested = Signal(int)
    export_requested = Signal()
    only_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._kinds: list[ProblemKind] = []
        self.tools = button(
            self.tr("Chec&k again"), self.tr("Looks through all records for missing and repeated objectIDs and sizes")
        )
        self.tools.clicked.connect(self.check_requested)
        self._empty = EmptyState(theme, "check", "", "")
        self._tree = named(QTreeWidget(), self.tr("Problems"))
        self._tree.setColumnCount(2)
        self._tree.header().setStretchLastSection(False)
        self._tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        self._tree.setHeaderHidden(True)
        self._tree.setUniformRowHeights(True)
        self._tree.setIndentation(24)
        self._tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._tree.itemClicked.connect(self._activate)
        self._tree.itemActivated.connect(self._activate)
        self._tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._tree.customContextMenuRequested.connect(self._offer_fixes)
        self.setFocusProxy(self._tree)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._tree)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 0)
        layout.addWidget(self._pages)
        self.show_unchecked()

    def show_unchecked(self) -> None:
        """Show that nothing was checked yet."""
        self._show_instead(self.tr("Not checked yet"), self.tr("Open a file; its records are checked as they load."))

    def show_none(self, checked: str) -> None:
        """Show that all is well, and in a sentence what was looked for."""
        self._show_instead(self.tr("No problems found"), checked)

    def show_groups(self, groups: Sequence[ProblemGroup]) -> None:
        """Show problems, the first group opened; of problems that were shown already, each group as it was."""
        opened, place, focused = (
            self._opened(),
            self._place(),
            self._tree.isAncestorOf(self._tree.window().focusWidget()),
        )
        self._tree.clear()
        items = [self._group_item(group) for group in groups]
        self._tree.addTopLevelItems(items)
        widest = 0
        for item, group in zip(items, groups, strict=True):
            holder = self._deeds_for(group)
            self._tree.setItemWidget(item, 1, holder)
            widest = max(widest, holder.sizeHint().width())
        self._tree.header().resizeSection(1, widest + _MARGIN)
        before, self._kinds = self._kinds, [group.kind for group in groups]
        if not before or (opened and opened.isdisjoint(self._kinds)):
            opened = set(self._kinds[:1])
        for item, kind in zip(items, self._kinds, strict=True):
            item.setExpanded(kind in opened)
        self._pages.setCurrentIndex(1)
        self._go_back_to(place)
        if focused:  # the button that was pressed is gone
            self._tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_instead(self, title: str, sentence: str) -> None:
        self._tree.clear()
        self._kinds = []
        self._empty.set_text(title, sentence)
        self._pages.setCurrentIndex(0)

    def _opened(self) -> set[ProblemKind]:
        """Return which groups are unfolded."""
        return {kind for row, kind in enumerate(self._kinds) if self._tree.isExpanded(self._group(row))}

    def _place(self) -> tuple[ProblemKind | None, int, int]:
        """Return the group and the row in it of the current problem, and how far the list is scrolled."""
        index, scrolled = self._tree.currentIndex(), self._tree.verticalScrollBar().value()
        if not index.isValid():
            return None, -1, scrolled
        group = index.parent() if index.parent().isValid() else index
        return self._kinds[group.row()], index.row() if index.parent().isValid() else -1, scrolled

    def _go_back_to(self, place: tuple[ProblemKind | None, int, int]) -> None:
        """Go to what stands where the current problem stood, and scroll as far as before."""
        kind, row, scrolled = place
        if kind in self._kinds:
            group = self._group(self._kinds.index(kind))
            inside = row >= 0 and self._tree.isExpanded(group)
            self._tree.setCurrentIndex(
                group.model().index(min(row, group.model().rowCount(group) - 1), 0, group) if inside else group
            )
        self._tree.verticalScrollBar().setValue(scrolled)

    def _group(self, row: int) -> QModelIndex:
        return self._tree.model().index(row, 0)

    def _group_item(self, group: ProblemGroup) -> QTreeWidgetItem:
        item = QTreeWidgetItem([f"{group.title}  ·  {quantities.number(group.count)}"])
        icon, token = ("cross", "failed") if group.is_error else ("warning", "warning")
        item.setIcon(0, self._theme.icons.icon(icon, token))
        item.setFont(0, self._theme.font(bold=True))
        for row in group.rows:
            child = QTreeWidgetItem([row.sentence])
            child.setData(0, _RECORD, row.record_id)
            child.setData(0, _REJECTED, row.rejected_id)
            child.setData(0, _FIXES, [fix for fix in group.fixes if fix.for_one])
            child.setData(0, _COLUMN_FIXES, row.column_fixes)
            child.setToolTip(0, row.sentence)
            item.addChild(child)
        if group.count > len(group.rows):
            item.addChild(self._rest_item(group.count - len(group.rows)))
        return item

    def _deeds_for(self, group: ProblemGroup) -> QWidget:
        """Return a button for each way to mend all of a group, and one that shows only its records."""
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 8, 0)
        row.addStretch()
        # What mends a column stands in the menu of its problem; where there is one problem alone it need not be sought.
        for fix in (*group.fixes, *(group.rows[0].column_fixes if len(group.rows) == 1 else ())):
            made = button(fix.text, self.tr("Mends all of this group; undo takes it back"), "row link")
            made.setAccessibleName(self.tr("{0} for all").format(fix.text))
            made.clicked.connect(lambda _checked=False, fix=fix: self.fix_requested.emit(fix.command, -1))
            row.addWidget(made)
        if group.kind is ProblemKind.REJECTED_ROW:
            export = button(self.tr("Export these rows…"), self.tr("As the file has them, to be mended"), "row link")
            export.clicked.connect(self.export_requested)
            row.addWidget(export)
        if any(problem.record_id is not None for problem in group.rows):
            only = button(self.tr("Show only these"), self.tr("Leaves only these records in the table"), "row link")
            only.setAccessibleName(self.tr("Show only: {0}").format(group.title))
            only.clicked.connect(lambda: self.only_requested.emit(group.kind))
            row.addWidget(only)
        return holder

    def _offer_fixes(self, place: QPoint) -> None:
        """Offer to mend the one problem under the pointer."""
        item = self._tree.itemAt(place)
        record_id = item.data(0, _RECORD) if item else None
        fixes = (item.data(0, _FIXES) or ()) if item and record_id is not None else ()
        column_fixes = (item.data(0, _COLUMN_FIXES) or ()) if item else ()
        if not fixes and not column_fixes:
            return
        menu = QMenu(self._tree)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for fix in fixes:
            mend = menu.addAction(self.tr("{0} for this record").format(fix.text))
            mend.triggered.connect(lambda _checked=False, fix=fix: self.fix_requested.emit(fix.command, record_id))
        for fix in column_fixes:
            mend = menu.addAction(fix.text.replace("&", "&&"))
            mend.triggered.connect(lambda _checked=False, fix=fix: self.fix_requested.emit(fix.command, -1))
        menu.popup(self._tree.viewport().mapToGlobal(place))

    def _rest_item(self, rest: int) -> QTreeWidgetItem:
        item = QTreeWidgetItem([self.tr("and {0} more").format(quantities.number(rest))])
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        return item

    def _activate(self, item: QTreeWidgetItem) -> None:
        record_id = item.data(0, _RECORD)
        if record_id is not None:
            self.record_activated.emit(int(record_id))
        elif (rejected_id := item.data(0, _REJECTED)) is not None:
            self.repair_requested.emit(int(rejected_id))
        elif item.childCount():
            item.setExpanded(not item.isExpanded())
