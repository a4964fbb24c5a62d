"""The selected record as a tree and as JSON text, to be read and edited."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QGuiApplication, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QStackedWidget, QTextEdit, QVBoxLayout, QWidget

from pushconsole.desktop.json_highlighter import JsonHighlighter
from pushconsole.desktop.json_tree import JsonTree
from pushconsole.desktop.parts import EmptyState, button, label, named
from pushconsole.desktop.theme import Theme

_COLOURED_UP_TO = 200_000
"""Characters; a longer text is shown plain, because colouring it would stop the window."""


class _Draft(NamedTuple):
    """What was typed of a record and could not be applied."""

    text: str
    fault: str
    line: int | None


class RecordPane(QWidget):
    """Shows a record's text; an edit is applied by its button, or when another record is shown.

    What cannot be applied is not lost: it stands there again when its record is shown again.

    Attributes:
        tools: the buttons, for the pane's title row.

    Signals:
        apply_requested(record_id, text): this is to be the record's text.
        log_requested: the log's lines about the record are to be seen.

    """

    apply_requested = Signal(int, str)
    log_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._record_id = -1
        self._shown = ""
        self._applied = ""
        self._drafts: dict[int, _Draft] = {}
        self._read_only = False
        self._build_tools()
        self._text = named(QPlainTextEdit(), self.tr("Record as JSON"))
        self._text.setObjectName("recordText")
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.textChanged.connect(self._compare)
        self._fault = label("", "failed", wrap=True)
        self._fault.setContentsMargins(12, 2, 12, 4)
        self._fault.hide()
        self._tree = JsonTree(theme)
        self._tree.edited.connect(lambda text: self.apply_requested.emit(self._record_id, text))
        self._tree.refused.connect(lambda sentence: self._show_fault(sentence, None))
        self._highlighter = JsonHighlighter(self._text.document(), theme)
        self.setFocusProxy(self._text)
        self._lay_out()
        self.show_nothing()

    @property
    def modified(self) -> bool:
        """Whether there is an edit that is not applied."""
        return self._record_id >= 0 and self._text.toPlainText() != self._shown

    def show_record(self, record_id: int, pretty_json: str) -> None:
        """Show a record; the text is indented already. What was typed of another is applied; what of this one stays."""
        same = record_id == self._record_id
        if same and pretty_json == self._shown:
            return
        if not same:
            self._leave()
        elif self.modified and self._text.toPlainText() != self._applied:
            self._shown = pretty_json
            self._show_fault(
                self.tr(
                    "The record has changed meanwhile. Apply puts this text in its place, Revert shows it as it is."
                ),
                None,
            )
            return
        self._record_id, self._shown, self._applied = record_id, pretty_json, ""
        self._tree.show_record(pretty_json, same=same)
        coloured = len(pretty_json) <= _COLOURED_UP_TO
        self._highlighter.setDocument(self._text.document() if coloured else None)
        self._text.setPlainText(pretty_json)
        self._pages.setCurrentIndex(1)
        self.tools.setEnabled(True)
        self._compare()
        if (draft := self._drafts.pop(record_id, None)) is not None:
            self._as_tree.setChecked(False)
            self._text.setPlainText(draft.text)
            self._show_fault(draft.fault, draft.line)

    def show_nothing(self) -> None:
        """Show that no record is selected."""
        self._leave()
        self._record_id, self._shown = -1, ""
        self._text.clear()
        self._pages.setCurrentIndex(0)
        self.tools.setEnabled(False)

    def start_over(self) -> None:
        """Show that no record is selected, of other records than those before: what was typed is for none of them."""
        self._record_id = -1
        self.show_nothing()
        self._drafts.clear()

    def apply(self) -> None:
        """Hand on what was typed, unless it has been handed on already."""
        if self._text.toPlainText() != self._applied:
            self._hand_on()

    def refuse(self, record_id: int, text: str, sentence: str, line: int | None) -> bool:
        """Say why a text cannot be the record, and mark the line where it goes wrong.

        Returns whether this is on screen; otherwise the text waits until its record is shown again.
        """
        if record_id != self._record_id:
            self._drafts[record_id] = _Draft(text, sentence, line)
            return False
        self._show_fault(sentence, line)
        return True

    def set_read_only(self, read_only: bool) -> None:
        """Switch editing off while the records are in a run."""
        self._read_only = read_only
        self._text.setReadOnly(read_only)
        self._tree.nodes.read_only = read_only
        self._compare()

    def _build_tools(self) -> None:
        self._apply_button = button(self.tr("&Apply"), self.tr("Makes this text the record; undo takes it back"))
        self._apply_button.clicked.connect(self._hand_on)
        self._revert_button = button(self.tr("Re&vert"), self.tr("Shows the record as it is"))
        self._revert_button.clicked.connect(self._revert)
        copy = button(self.tr("Copy &JSON"), self.tr("Copies the whole record"))
        copy.clicked.connect(self._copy)
        in_log = button(self.tr("In the &log"), self.tr("Shows what the log says of this record (Ctrl+Shift+L)"))
        in_log.clicked.connect(self.log_requested)
        self._as_tree = button(
            self.tr("&Tree"), self.tr("Shows the record's values one by one; each is edited in place")
        )
        self._as_tree.setCheckable(True)
        self._as_tree.toggled.connect(self._show_as)
        self.tools = QWidget()
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addStretch()
        for tool in (self._as_tree, self._apply_button, self._revert_button, copy, in_log):
            row.addWidget(tool)

    def _lay_out(self) -> None:
        empty = EmptyState(
            self._theme,
            "file",
            self.tr("No record selected"),
            self.tr("Select a row to see its record as it will be sent."),
        )
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._forms = QStackedWidget()
        self._forms.addWidget(self._text)
        self._forms.addWidget(self._tree)
        column.addWidget(self._forms, 1)
        column.addWidget(self._fault)
        self._pages = QStackedWidget()
        self._pages.addWidget(empty)
        self._pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 0, 0, 0)
        layout.addWidget(self._pages)

    def _show_as(self, tree: bool) -> None:
        """Show tree or text; what was typed into the text is applied, since the tree shows the record as it is."""
        self.apply()
        shown = self._tree if tree else self._text
        self._as_tree.setText(self.tr("&Text") if tree else self.tr("&Tree"))
        self._forms.setCurrentWidget(shown)
        self.setFocusProxy(shown)
        self._apply_button.setVisible(not tree)
        self._revert_button.setVisible(not tree)

    def _hand_on(self) -> None:
        if self.modified and not self._read_only:
            self._applied = self._text.toPlainText()
            self.apply_requested.emit(self._record_id, self._applied)

    def _leave(self) -> None:
        """Apply what was typed of the record that is shown, or keep it where that may not be now."""
        if self.modified and self._read_only:
            fault = self.tr("This text is not applied: a run had the records.")
            self._drafts[self._record_id] = _Draft(self._text.toPlainText(), fault, None)
        self.apply()

    def _compare(self) -> None:
        self._fault.hide()
        self._text.setExtraSelections([])
        may_apply = self.modified and not self._read_only
        self._apply_button.setEnabled(may_apply)
        self._revert_button.setEnabled(may_apply)

    def _show_fault(self, sentence: str, line: int | None) -> None:
        self._applied = ""
        self._fault.setText(sentence)
        self._fault.show()
        if line is not None:
            self._mark(line)

    def _mark(self, line: int) -> None:
        block = self._text.document().findBlockByNumber(line - 1)
        cursor = QTextCursor(block)
        self._text.setTextCursor(cursor)
        mark = QTextEdit.ExtraSelection()
        mark.cursor = cursor
        look = QTextCharFormat()
        look.setBackground(QColor(self._theme.color("failed_soft")))
        look.setProperty(QTextFormat.Property.FullWidthSelection, True)  # noqa: FBT003  the value of a property
        mark.format = look
        self._text.setExtraSelections([mark])

    def _revert(self) -> None:
        self._text.setPlainText(self._shown)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text.toPlainText())
