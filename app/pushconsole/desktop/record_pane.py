"""The selected record as JSON."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from pushconsole.desktop.json_highlighter import JsonHighlighter
from pushconsole.desktop.parts import EmptyState, button, named
from pushconsole.desktop.theme import Theme

_COLOURED_UP_TO = 200_000
"""Characters; a longer text is shown plain, because colouring it would stop the window."""


class RecordPane(QWidget):
    """Shows a record's text, to be read and copied.

    Attributes:
        tools: the copy button, for the pane's title row.

    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tools = button(self.tr("Copy &JSON"), self.tr("Copies the whole record"))
        self.tools.clicked.connect(self._copy)
        self._text = named(QPlainTextEdit(), self.tr("Record as JSON"))
        self._text.setObjectName("recordText")
        self._text.setReadOnly(True)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._highlighter = JsonHighlighter(self._text.document(), theme)
        empty = EmptyState(
            theme, "file", self.tr("No record selected"), self.tr("Select a row to see its record as it will be sent.")
        )
        self.setFocusProxy(self._text)
        self._pages = QStackedWidget()
        self._pages.addWidget(empty)
        self._pages.addWidget(self._text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 0, 0, 0)
        layout.addWidget(self._pages)
        self.show_nothing()

    def show_record(self, pretty_json: str) -> None:
        """Show a record; the text is indented already."""
        coloured = len(pretty_json) <= _COLOURED_UP_TO
        self._highlighter.setDocument(self._text.document() if coloured else None)
        self._text.setPlainText(pretty_json)
        self._pages.setCurrentIndex(1)
        self.tools.setEnabled(True)

    def show_nothing(self) -> None:
        """Show that no record is selected."""
        self._text.clear()
        self._pages.setCurrentIndex(0)
        self.tools.setEnabled(False)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text.toPlainText())
