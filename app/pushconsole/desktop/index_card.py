"""What a push would change in the index, counted, with what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from pushconsole.desktop.parts import button, label, named, set_look


class IndexCard(QFrame):
    """Shows a comparison of all records with the index: while it goes, its counts, and when they are true no more.

    Signals:
        again_requested: all are to be compared, once more.
        cancel_requested: it is to end.
        differences_requested: the records are to be shown with their differences.
        leaving_out_toggled(on): unchanged records are to be left out of the push, or not.

    """

    again_requested = Signal()
    cancel_requested = Signal()
    differences_requested = Signal()
    leaving_out_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._title = label("", "muted", wrap=True)
        self._counts = label("", "strong", wrap=True)
        self._note = label("", "muted", wrap=True)
        self._progress = named(QProgressBar(), self.tr("Progress of the comparison"))
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(6)
        self._leave_out = QCheckBox()
        self._leave_out.setToolTip(
            self.tr(
                "Only records that the push would change something with are sent, and the log says how many were not. "
                "Attributes that the index hides from its readers (unretrievableAttributes) cannot be compared."
            )
        )
        self._leave_out.toggled.connect(self.leaving_out_toggled)
        self._build_links()
        self._lay_out()
        self.show_nothing()

    @property
    def leaves_out(self) -> bool:
        """Whether unchanged records are to be left out."""
        return self._leave_out.isChecked()

    def show_nothing(self) -> None:
        """Hide: nothing was compared."""
        self._show(title="")
        self.hide()

    def show_progress(self, done: int, whole: int, sentence: str) -> None:
        """Show how far it is; `whole` is 0 where that is not known."""
        self._show(title=sentence, going=True)
        self._progress.setRange(0, 1000 if whole else 0)
        self._progress.setValue(1000 * done // whole if whole else 0)

    def show_counts(self, title: str, counts: str, *, leaving_out: str, note: str = "") -> None:
        """Show how it ended.

        Args:
            title: with what was compared, and when.
            counts: how many records each effect has.
            leaving_out: what the box offers; empty where it is not offered.
            note: what else is to be known.

        """
        self._show(title=title, counts=counts, note=note, leaving_out=leaving_out, differences=True)

    def show_outdated(self, title: str) -> None:
        """Show that the counts are true no more, and nothing is left out any more."""
        self._show(title=title, tone="warning", again=True)

    def show_failure(self, sentence: str) -> None:
        """Show why it did not come to its end."""
        self._show(title=sentence, tone="failed", again=True)

    def _show(
        self,
        *,
        title: str,
        counts: str = "",
        note: str = "",
        leaving_out: str = "",
        tone: str = "muted",
        going: bool = False,
        differences: bool = False,
        again: bool = False,
    ) -> None:
        for part, text in ((self._title, title), (self._counts, counts), (self._note, note)):
            part.setText(text)
            part.setVisible(bool(text))
        set_look(self._title, "tone", tone)
        self._leave_out.setText(leaving_out)
        self._leave_out.setVisible(bool(leaving_out))
        if not leaving_out:
            self._leave_out.setChecked(False)
        self._progress.setVisible(going)
        self._cancel.setVisible(going)
        self._differences.setVisible(differences)
        self._again.setVisible(again)
        self.show()

    def _build_links(self) -> None:
        self._differences = button(
            self.tr("&Differences…"), self.tr("Lists the records by what becomes of them"), "link"
        )
        self._differences.clicked.connect(self.differences_requested)
        self._cancel = named(
            button(self.tr("Cancel"), self.tr("Nothing is kept of what was compared"), "link"),
            self.tr("Cancel the comparison"),
        )
        self._cancel.clicked.connect(self.cancel_requested)
        self._again = button(self.tr("Compare a&gain"), self.tr("Asks the index for all of them anew"), "link")
        self._again.clicked.connect(self.again_requested)

    def _lay_out(self) -> None:
        self._title.setContentsMargins(0, 2, 0, 0)  # in line with the links
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self._title, 1)
        for link in (self._differences, self._cancel, self._again):
            top.addWidget(link, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 6, 6, 10)
        layout.setSpacing(4)
        layout.addLayout(top)
        for part in (self._counts, self._progress, self._note, self._leave_out):
            layout.addWidget(part)
