"""The foot of the window: how far the run is and what became of its records."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from pushconsole import quantities
from pushconsole.desktop.parts import button, label, named, set_look
from pushconsole.desktop.sparkline import Sparkline
from pushconsole.desktop.theme import Theme

ICONS = {"failed": "cross", "warning": "warning", "succeeded": "check"}
"""The shape of each tone in which a run has ended."""


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
        call: the verdict on the call of an action on the whole index, of which the four numbers say nothing.

    """

    succeeded: int
    failed: int
    in_doubt: int
    unsent: int
    per_second: float | None = None
    seconds_left: float | None = None
    call: str | None = None

    @property
    def records(self) -> int:
        """All records of the run."""
        return self.succeeded + self.failed + self.in_doubt + self.unsent

    @property
    def done(self) -> int:
        """Records that have a verdict."""
        return self.records - self.unsent

    @property
    def tone(self) -> str:
        """In which tone it is shown how it ended."""
        if self.failed or self.call == "failed":
            return "failed"
        open_ended = self.in_doubt or self.unsent or self.call in {"in_doubt", "unsent"}
        return "warning" if open_ended else "succeeded"


class _Count(QWidget):
    """One number with its shape and its word; muted while it is zero, unless it is the good one."""

    def __init__(self, theme: Theme, icon: str, tone: str, word: str) -> None:
        super().__init__()
        self._theme, self._icon_name, self._tone, self._word = theme, icon, tone, word
        self._icon, self._text = label(), label()
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
        self._value = quantities.number(value)
        text = f"{self._value} {self._word}"
        self.setAccessibleName(text)
        set_look(self._text, "tone", self._tone if value else "muted")
        self._text.setToolTip(text)
        self._draw()

    def set_short(self, short: bool) -> None:
        """Leave the word to the shape where room is scarce; a number without a shape keeps its word."""
        self._text.setText(self._value if short and self._icon_name else f"{self._value} {self._word}")

    def _draw(self) -> None:
        if self._icon_name:
            token = str(self._text.property("tone"))
            self._icon.setPixmap(
                self._theme.icons.pixmap(self._icon_name, token, self._theme.icon_size, self.devicePixelRatioF())
            )


class RunBar(QFrame):
    """Shows a run while it goes and its result afterwards; before any run, a quiet hint.

    Signals:
        cancel_requested: the run is to be stopped.
        pause_requested: the run is to wait, or to go on.

    """

    cancel_requested = Signal()
    pause_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runBar")
        self.setAccessibleName(self.tr("Run"))
        self._hint = label("", "muted")
        self._icon = label()
        self._theme = theme
        self._layout = QHBoxLayout(self)
        self._running = False
        self._progress = named(QProgressBar(), self.tr("Progress of the run"))
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 1000)
        self._progress.setFixedHeight(14)
        self._progress.setMinimumWidth(80)
        self._progress.setMaximumWidth(220)
        self._percent, self._speed, self._left = label("", "strong"), label(), label()
        self._line = Sparkline(theme)
        self._counts = self._build_counts(theme)
        self._cancel = button(self.tr("Ca&ncel"), "")
        self._cancel.clicked.connect(self.cancel_requested)
        self._pause = named(
            button(self._pause_words(), self.tr("Nothing leaves until you continue")), self.tr("Pause the run")
        )
        self._pause.clicked.connect(self.pause_requested)
        self._lay_out()
        self._finished: tuple[RunFigures, str] | None = None
        self._tone = "succeeded"
        theme.changed.connect(self._draw_icon)
        self.show_rest()

    def show_rest(self) -> None:
        """Show how the last run ended; before any run, what to do."""
        if self._finished is not None:
            self.show_finished(*self._finished)
        else:
            self.show_hint(self.tr("No run yet. Choose a task and an action, then push."))

    def show_hint(self, sentence: str) -> None:
        """Show a sentence in place of a run; an empty one shows what stood there before."""
        if not sentence:
            self.show_rest()
            return
        self._show(running=False, counted=False)
        self._icon.hide()
        self._hint.setText(sentence)
        self._hint.show()

    def show_working(self, sentence: str, done: int, whole: int) -> None:
        """Show work other than a run, which can be cancelled too; `whole` is 0 where its size is not known."""
        self._show(running=False, counted=False)
        self._icon.hide()
        set_look(self._progress, "tone", "")
        self._progress.setRange(0, 1000 if whole else 0)
        self._progress.setValue(1000 * done // whole if whole else 0)
        self._progress.show()
        self._cancel.show()
        self._name_cancel(self.tr("Cancel this work"), self.tr("Ends it within a second"))
        self._hint.setText(sentence)
        self._hint.show()

    def show_running(self, figures: RunFigures, note: str = "") -> None:
        """Show a run that goes; a note (“Cancelling…”) takes the place of speed and time left."""
        self._show(running=True, counted=True)
        self._name_cancel(self.tr("Cancel the run"), self.tr("Nothing leaves any more; what was sent gets its verdict"))
        self._set_progress(figures, "")
        self._speed.setText(note or ("" if figures.per_second is None else quantities.rate(figures.per_second)))
        left = "" if figures.seconds_left is None or note else quantities.duration(figures.seconds_left)
        self._left.setText(self.tr("{0} left").format(left) if left else "")

    def show_finished(self, figures: RunFigures, sentence: str) -> None:
        """Show how a run ended, in a sentence and its four numbers."""
        self._finished = (figures, sentence)
        self._show(running=False, counted=True)
        self._tone = figures.tone
        self._set_progress(figures, self._tone)
        self._draw_icon()
        self._icon.show()
        self._hint.setText(sentence)
        self._hint.show()

    def add_speed(self, per_second: float) -> None:
        """Lengthen the line of the last half minute's speed."""
        self._line.add(per_second)

    def clear_speed(self) -> None:
        """Begin the line anew."""
        self._line.clear()

    def set_cancel_enabled(self, enabled: bool) -> None:
        """Switch the button off once it has been pressed."""
        self._cancel.setEnabled(enabled)

    def set_paused(self, paused: bool, *, enabled: bool) -> None:
        """Let the button pause a run, or let a paused one go on; switched off where neither makes sense."""
        words = self.tr("C&ontinue") if paused else self._pause_words()
        self._pause.setText(words)
        self._pause.setAccessibleName(self.tr("Continue the run") if paused else self.tr("Pause the run"))
        self._pause.setEnabled(enabled)

    def _name_cancel(self, name: str, tip: str) -> None:
        self._cancel.setAccessibleName(name)
        self._cancel.setToolTip(tip)

    def _pause_words(self) -> str:
        return self.tr("Pa&use")

    def _draw_icon(self) -> None:
        """Draw the icon of how the run ended in the theme's colour."""
        size = self._theme.icon_size
        self._icon.setPixmap(self._theme.icons.pixmap(ICONS[self._tone], self._tone, size, self.devicePixelRatioF()))

    def _build_counts(self, theme: Theme) -> dict[str, _Count]:
        return {
            "succeeded": _Count(theme, "check", "succeeded", self.tr("succeeded")),
            "failed": _Count(theme, "cross", "failed", self.tr("failed")),
            "in_doubt": _Count(theme, "question", "warning", self.tr("in doubt")),
            "unsent": _Count(theme, "", "", self.tr("unsent")),
        }

    def _lay_out(self) -> None:
        layout = self._layout
        layout.setContentsMargins(16, 9, 16, 9)
        layout.setSpacing(14)
        for part in (self._progress, self._icon, self._hint, self._percent, self._speed, self._line, self._left):
            layout.addWidget(part)
        layout.addSpacing(12)
        for count in self._counts.values():
            layout.addWidget(count)
        layout.addStretch()
        layout.addWidget(self._pause)
        layout.addWidget(self._cancel)
        self.setMinimumHeight(self._cancel.sizeHint().height() + 20)

    def _show(self, *, running: bool, counted: bool) -> None:
        self._running = running
        parts: tuple[QWidget, ...] = (self._percent, self._pause, self._cancel)
        for part in parts:
            part.setVisible(running)
        self._make_fit()
        for part in (self._progress, *self._counts.values()):
            part.setVisible(counted)
        if running:
            self._hint.hide()
            self._icon.hide()

    def _set_progress(self, figures: RunFigures, tone: str) -> None:
        set_look(self._progress, "tone", tone)
        self._progress.setRange(0, 1000)
        self._progress.setValue(1000 * figures.done // figures.records if figures.records else 1000)
        self._percent.setText(quantities.percent(figures.done, figures.records))
        for name, count in self._counts.items():
            count.set_value(getattr(figures, name))
        self._make_fit()

    def _make_fit(self) -> None:
        """Show as much as there is room for; what decides least goes first."""
        self._shorten(short=False)
        spare = (self._line, self._speed, self._left)
        for part in spare:
            part.setVisible(self._running)
        for part in spare:
            if self._fits():
                return
            part.hide()
        self._shorten(short=not self._fits())

    def _fits(self) -> bool:
        return self._layout.minimumSize().width() <= self.width()

    def _shorten(self, *, short: bool) -> None:
        for count in self._counts.values():
            count.set_short(short)

    # Qt's own names, overridden.

    def minimumSizeHint(self) -> QSize:
        """Never hold the window wide."""
        return QSize(320, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit into the new width."""
        super().resizeEvent(event)
        self._make_fit()
