"""The selected record as a tree and as JSON text, to be read and edited."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QGuiApplication, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QStackedWidget, QTextEdit, QVBoxLayout, QWidget

from pushconsole.desktop.json_highlighter import JsonHighlighter
from pushconsole.desktop.json_tree import JsonTree
from pushconsole.desktop.parts import EmptyState, button, label, named
from pushconsole.desktop.theme import Theme

_COLOURED_UP_TO = 200_000
"""Characters; a longer text is shown plain, because colouring it would stop the window."""


class RecordPane(QWidget):
    """Shows a record's text; an edit is applied by its button, or when another record is shown.

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
        self._tree.refused.connect(lambda sentence: self.show_fault(self._record_id, sentence, None))
        self._highlighter = JsonHighlighter(self._text.document(), theme)
        self.setFocusProxy(self._text)
        self._lay_out()
        self.show_nothing()

    @property
    def modified(self) -> bool:
        """Whether there is an edit that is not applied."""
        return self._record_id >= 0 and self._text.toPlainText() != self._shown

    def show_record(self, record_id: int, pretty_json: str) -> None:
        """Show a record; the text is indented already. An edit of another record is handed on before."""
        if self.modified:
            if record_id == self._record_id and pretty_json == self._shown:
                return
            if record_id != self._record_id:
                self._apply()
        same, self._record_id, self._shown = record_id == self._record_id, record_id, pretty_json
        self._tree.show_record(pretty_json, same=same)
        coloured = len(pretty_json) <= _COLOURED_UP_TO
        self._highlighter.setDocument(self._text.document() if coloured else None)
        self._text.setPlainText(pretty_json)
        self._pages.setCurrentIndex(1)
        self.tools.setEnabled(True)
        self._compare()

    def show_nothing(self) -> None:
        """Show that no record is selected."""
        if self.modified:
            self._apply()
        self._record_id, self._shown = -1, ""
        self._text.clear()
        self._pages.setCurrentIndex(0)
        self.tools.setEnabled(False)

    def show_fault(self, record_id: int, sentence: str, line: int | None) -> None:
        """Say why the text cannot be a record, and mark the line where it goes wrong."""
        if record_id != self._record_id:
            return
        self._fault.setText(sentence)
        self._fault.show()
        if line is not None:
            self._mark(line)

    def set_read_only(self, read_only: bool) -> None:
        """Switch editing off while the records are in a run."""
        self._read_only = read_only
        self._text.setReadOnly(read_only)
        self._tree.nodes.read_only = read_only
        self._compare()

    def _build_tools(self) -> None:
        self._apply_button = button(self.tr("&Apply"), self.tr("Makes this text the record; undo takes it back"))
        self._apply_button.clicked.connect(self._apply)
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
        self._apply()
        shown = self._tree if tree else self._text
        self._as_tree.setText(self.tr("&Text") if tree else self.tr("&Tree"))
        self._forms.setCurrentWidget(shown)
        self.setFocusProxy(shown)
        self._apply_button.setVisible(not tree)
        self._revert_button.setVisible(not tree)

    def _compare(self) -> None:
        self._fault.hide()
        self._text.setExtraSelections([])
        may_apply = self.modified and not self._read_only
        self._apply_button.setEnabled(may_apply)
        self._revert_button.setEnabled(may_apply)

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

    def _apply(self) -> None:
        if self.modified and not self._read_only:
            self.apply_requested.emit(self._record_id, self._text.toPlainText())

    def _revert(self) -> None:
        self._text.setPlainText(self._shown)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text.toPlainText())
