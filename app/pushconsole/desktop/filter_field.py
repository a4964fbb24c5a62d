"""The field over the table in which a filter is typed."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QSizePolicy, QWidget

from pushconsole.desktop.parts import named
from pushconsole.desktop.theme import Theme

_NARROWEST, _WIDEST = 160, 420
_STRETCH = 4  # times the room that the count beside it gets


class FilterField(QLineEdit):
    """Suggests names and operators while one types; a filter is applied with Enter.

    Signals:
        applied(text): this filter is wanted; an empty text is none.
        left: the field was left with Esc; the keyboard belongs to the table again.

    """

    applied = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._columns: list[str] = []
        self._begins = 0
        named(
            self,
            self.tr("Filter"),
            self.tr('Shows only some records: price > 100 and brand is missing, name contains "lamp" (Ctrl+F)'),
        )
        self.setPlaceholderText(self.tr("Filter: price > 100 and brand is missing"))
        self.setProperty("mono", True)  # noqa: FBT003  Qt takes it by position
        self.setMinimumWidth(_NARROWEST)
        self.setMaximumWidth(_WIDEST)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHorizontalStretch(_STRETCH)
        self.setSizePolicy(policy)
        self.setClearButtonEnabled(True)
        self.addAction(theme.icons.icon("filter", "accent"), QLineEdit.ActionPosition.LeadingPosition)
        self._again = QAction(theme.icons.icon("refresh", "warning"), self.tr("Apply again"), self)
        self._again.setToolTip(self.tr("Records were edited since this view was made. Click to make it anew."))
        self._again.triggered.connect(self._apply)
        self._words = QStringListModel(self)
        self._popup = QListView()
        self._completer = self._build_completer()
        self.textEdited.connect(self._suggest)
        self.textChanged.connect(self._heed_clearing)
        self.returnPressed.connect(self._apply)

    def set_columns(self, names: list[str]) -> None:
        """Set the attributes that are suggested."""
        self._columns = names

    def set_outdated(self, outdated: bool) -> None:
        """Show or hide that records were edited since the view was made, with the button that makes it anew."""
        if outdated and self._again not in self.actions():
            self.addAction(self._again, QLineEdit.ActionPosition.TrailingPosition)
        elif not outdated:
            self.removeAction(self._again)

    def _build_completer(self) -> QCompleter:
        self._popup.setObjectName("completions")
        completer = QCompleter(self._words, self)
        completer.setPopup(self._popup)
        completer.setWidget(self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.activated.connect(self._take_word)
        return completer

    def _suggest(self) -> None:
        from pushconsole.records import suggestions  # noqa: PLC0415  the window appears before that room is loaded

        self._begins, words = suggestions(self.text()[: self.cursorPosition()], self._columns)
        if not words or not self.text():
            self._popup.hide()
            return
        self._words.setStringList(words)
        place = self.cursorRect()
        place.setWidth(240)
        self._completer.complete(place)

    def _take_word(self, word: str) -> None:
        before, after = self.text()[: self._begins], self.text()[self.cursorPosition() :]
        self.setText(f"{before}{word} {after.lstrip()}")
        self.setCursorPosition(len(before) + len(word) + 1)

    def _apply(self) -> None:
        self.applied.emit(self.text().strip())

    def _heed_clearing(self, text: str) -> None:
        """Apply an empty field at once: it filters nothing."""
        if not text:
            self._apply()

    # Qt's own names, overridden.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Clear with Esc, and go back to the table; Enter and Esc belong to the list of words while it is open."""
        if self._popup.isVisible() and event.key() in _FOR_THE_LIST:
            if event.key() == Qt.Key.Key_Escape:
                self._popup.hide()
                return
            if self._popup.currentIndex().isValid():
                event.ignore()
                return
            self._popup.hide()
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        else:
            super().keyPressEvent(event)


_FOR_THE_LIST = frozenset({Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter})
