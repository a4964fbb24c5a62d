"""The foot of the window: how far the run is and what became of its records."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QWidget

from pushconsole import quantities
from pushconsole.desktop.icons import SIZE
from pushconsole.desktop.parts import button, label, named, set_look
from pushconsole.desktop.sparkline import Sparkline
from pushconsole.desktop.theme import Theme


@dataclass(frozen=True)
class RunFigures:
    """How a run stands. The four numbers add up to its records.

    Attributes:
        succeeded: records that are in the index.
        failed: records the service refused.
        in_doubt: records that were sent and whose fate is not known.
        unsent: records that were not sent.
        per_second: records a second now, or None where it cannot be told yet.
        seconds_left: estimate, or None where it cannot be told yet.

    """

    succeeded: int
    failed: int
    in_doubt: int
    unsent: int
    per_second: float | None = None
    seconds_left: float | None = None

    @property
    def records(self) -> int:
        """All records of the run."""
        return self.succeeded + self.failed + self.in_doubt + self.unsent

    @property
    def done(self) -> int:
        """Records that have a verdict."""
        return self.records - self.unsent


class _Count(QWidget):
    """One number with its shape and its word; muted while it is zero, unless it is the good one."""

    def __init__(self, theme: Theme, icon: str, tone: str, word: str) -> None:
        super().__init__()
        self._theme, self._icon_name, self._tone, self._word = theme, icon, tone, word
        self._icon, self._text = label(), label()
        self._icon.setFixedSize(SIZE, SIZE)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        if icon:
            layout.addWidget(self._icon)
        layout.addWidget(self._text)
        theme.changed.connect(self._draw)
        self.set_value(0)

    def set_value(self, value: int) -> None:
        """Show the number."""
        text = f"{quantities.number(value)} {self._word}"
        self._text.setText(text)
        self.setAccessibleName(text)
        set_look(self._text, "tone", self._tone if value else "muted")
        self._draw()

    def _draw(self) -> None:
        if self._icon_name:
            token = str(self._text.property("tone"))
            self._icon.setPixmap(self._theme.icons.pixmap(self._icon_name, token, SIZE, self.devicePixelRatioF()))


class RunBar(QFrame):
    """Shows a run while it goes and its result afterwards; before any run, a quiet hint.

    Signals:
        cancel_requested: the run is to be stopped.

    """

    cancel_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runBar")
        self.setAccessibleName(self.tr("Run"))
        self._hint = label("", "muted")
        self._icon = label()
        self._theme = theme
        self._progress = named(QProgressBar(), self.tr("Progress of the run"))
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 1000)
        self._progress.setFixedSize(QSize(220, 14))
        self._percent, self._speed, self._left = label("", "strong"), label(), label()
        self._line = Sparkline(theme)
        self._counts = self._build_counts(theme)
        self._cancel = named(
            button(self.tr("Ca&ncel"), self.tr("Nothing leaves any more; what was sent gets its verdict")),
            self.tr("Cancel the run"),
        )
        self._cancel.clicked.connect(self.cancel_requested)
        self._lay_out()
        self.show_hint(self.tr("No run yet. Choose a task and an action, then push."))

    def show_hint(self, sentence: str) -> None:
        """Show a sentence in place of a run."""
        self._show(running=False, counted=False)
        self._icon.hide()
        self._hint.setText(sentence)
        self._hint.show()

    def show_running(self, figures: RunFigures, note: str = "") -> None:
        """Show a run that goes; a note (“Cancelling…”) takes the place of speed and time left."""
        self._show(running=True, counted=True)
        self._set_progress(figures, "")
        self._speed.setText(note or ("" if figures.per_second is None else quantities.rate(figures.per_second)))
        left = "" if figures.seconds_left is None or note else quantities.duration(figures.seconds_left)
        self._left.setText(self.tr("{0} left").format(left) if left else "")

    def show_finished(self, figures: RunFigures, sentence: str) -> None:
        """Show how a run ended, in a sentence and its four numbers."""
        self._show(running=False, counted=True)
        tone = "failed" if figures.failed else "warning" if figures.in_doubt or figures.unsent else "succeeded"
        self._set_progress(figures, tone)
        icon = {"failed": "cross", "warning": "warning", "succeeded": "check"}[tone]
        self._icon.setPixmap(self._theme.icons.pixmap(icon, tone, SIZE, self.devicePixelRatioF()))
        self._icon.show()
        self._hint.setText(sentence)
        self._hint.show()

    def add_speed(self, per_second: float) -> None:
        """Lengthen the line of the last minute's speed."""
        self._line.add(per_second)

    def clear_speed(self) -> None:
        """Begin the line anew."""
        self._line.clear()

    def set_cancel_enabled(self, enabled: bool) -> None:
        """Switch the button off once it has been pressed."""
        self._cancel.setEnabled(enabled)

    def _build_counts(self, theme: Theme) -> dict[str, _Count]:
        return {
            "succeeded": _Count(theme, "check", "succeeded", self.tr("succeeded")),
            "failed": _Count(theme, "cross", "failed", self.tr("failed")),
            "in_doubt": _Count(theme, "question", "warning", self.tr("in doubt")),
            "unsent": _Count(theme, "", "", self.tr("unsent")),
        }

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 9, 16, 9)
        layout.setSpacing(14)
        for part in (self._progress, self._icon, self._hint, self._percent, self._speed, self._line, self._left):
            layout.addWidget(part)
        layout.addSpacing(12)
        for count in self._counts.values():
            layout.addWidget(count)
        layout.addStretch()
        layout.addWidget(self._cancel)
        self.setMinimumHeight(self._cancel.sizeHint().height() + 20)

    def _running_parts(self) -> list[QLabel | QWidget]:
        return [self._percent, self._speed, self._line, self._left, self._cancel]

    def _show(self, *, running: bool, counted: bool) -> None:
        for part in self._running_parts():
            part.setVisible(running)
        for part in (self._progress, *self._counts.values()):
            part.setVisible(counted)
        if running:
            self._hint.hide()
            self._icon.hide()

    def _set_progress(self, figures: RunFigures, tone: str) -> None:
        set_look(self._progress, "tone", tone)
        self._progress.setValue(1000 * figures.done // figures.records if figures.records else 1000)
        self._percent.setText(quantities.percent(figures.done, figures.records))
        for name, count in self._counts.items():
            count.set_value(getattr(figures, name))
