"""“Push to”: where the records go, what happens to them there, and the button that does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pushconsole.desktop.index_card import IndexCard
from pushconsole.desktop.parts import badge, button, label, named, set_look
from pushconsole.desktop.push_notice import PushNotice
from pushconsole.desktop.summary_card import SummaryCard
from pushconsole.desktop.task_choices import TaskChoice
from pushconsole.desktop.task_picker import TaskPicker
from pushconsole.desktop.theme import Theme
from pushconsole.runs import CANARY_RECORDS

_SLOW_MS = 300  # what takes longer shows that it goes on


@dataclass(frozen=True)
class ActionChoice:
    """An action as it can be chosen.

    Attributes:
        wire_name: as the API calls it.
        title: in words.
        effect: what it will do, one or two sentences.
        destroys: whether it is about the whole index and cannot be taken back.

    """

    wire_name: str
    title: str
    effect: str
    destroys: bool = False


class PushPane(QWidget):
    """Collects the choices of a push.

    Attributes:
        tasks: the field of tasks.
        summary: the card of numbers.
        index_card: what the push would change in the index.
        tools: the badge of the profile, for the pane's title row.

    Signals:
        task_chosen(task_id): another task is aimed at; also a UUID that is in no list.
        refresh_requested: the list of tasks is to be fetched anew.
        action_chosen(wire_name): another action was chosen.
        watch_toggled(watch): whether each call waits until its records are indexed.
        push_requested: the big button was pressed.
        problems_requested: the line about problems was clicked.
        try_requested: the transformation is to be tried.
        compare_requested: some records are to be compared with the index.
        compare_all_requested: all records of the push are to be.
        enable_requested: the task, which is disabled, is to be enabled.
        details_requested: the page of the task is to be shown.

    """

    task_chosen = Signal(str)
    refresh_requested = Signal()
    action_chosen = Signal(str)
    watch_toggled = Signal(bool)
    push_requested = Signal()
    problems_requested = Signal()
    try_requested = Signal()
    compare_requested = Signal()
    compare_all_requested = Signal()
    enable_requested = Signal()
    details_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._actions: dict[str, ActionChoice] = {}
        self._offered = ""
        self._vain = ""  # what was sought and is not there, in a sentence
        self._loading = ""
        self._slow = QTimer(self)
        self.setProperty("pane", True)  # noqa: FBT003  the value of a property
        self._body = QVBoxLayout()
        self._body.setContentsMargins(16, 2, 16, 8)
        self._body.setSpacing(5)
        self.tools = badge()
        self._build_task()
        self._build_action()
        self.summary = SummaryCard()
        self._body.addSpacing(5)
        self._body.addWidget(self.summary)
        self.index_card = IndexCard()
        self._body.addWidget(self.index_card)
        self._build_looks()
        self._body.addStretch()
        self._lay_out(self._build_foot())
        self.setFocusProxy(self.tasks)
        self._connect()

    def set_profile_kind(self, kind: str, word: str) -> None:
        """Colour the pane's badge: `kind` is sandbox, test, production or read-only; empty hides it."""
        self.tools.setText(word)
        self.tools.setVisible(bool(kind))
        set_look(self.tools, "badge", kind)

    def set_tasks(self, choices: Sequence[TaskChoice]) -> None:
        """Offer these tasks."""
        self.tasks.set_choices(choices)
        self._describe_task()

    def set_task(self, task_id: str) -> None:
        """Show a task as chosen, without a signal."""
        self.tasks.set_chosen(task_id)
        self._vain = ""
        self._describe_task()

    def offer_enabling(self, *, on: bool) -> None:
        """Offer to enable the task, or do not."""
        self._enable.setVisible(on)

    def offer_details(self, *, on: bool) -> None:
        """Offer the page of the task, or do not."""
        self._details.setEnabled(on)

    def set_list_state(self, sentence: str, tone: str = "muted") -> None:
        """Say of the list as a whole what is to be known; `tone` is muted, warning or failed. Empty: nothing."""
        self._slow.stop()
        _say(self._list_line, sentence, tone)

    def set_loading(self, sentence: str, *, at_once: bool = False) -> None:
        """Show that tasks are being fetched, unless that is done in a moment; an empty sentence ends it."""
        self._refresh.setEnabled(not sentence)
        self._loading = sentence
        if not sentence or at_once or self._list_line.isVisibleTo(self):
            self.set_list_state(sentence)
        elif not self._slow.isActive():
            self._slow.start()

    def set_actions(self, choices: Sequence[ActionChoice], chosen: str) -> None:
        """Offer these actions, in words and with their wire names."""
        self._actions = {choice.wire_name: choice for choice in choices}
        self._action.clear()
        for choice in choices:
            self._action.addItem(f"{choice.title}  ({choice.wire_name})", choice.wire_name)
        self._action.setCurrentIndex(self._action.findData(chosen))
        self._describe_action()

    @property
    def action(self) -> str:
        """The wire name of the chosen action."""
        return str(self._action.currentData() or "")

    @property
    def watch(self) -> bool:
        """Whether each call waits for indexing."""
        return self._watch.isChecked()

    @property
    def canary(self) -> bool:
        """Whether a few records go first and the rest waits for their verdict."""
        return self._canary.isChecked()

    def set_canary(self, *, on: bool) -> None:
        """Switch that on or off."""
        self._canary.setChecked(on)

    def offer_looks(self, *, trying: bool, comparing: bool) -> None:
        """Offer to try the task's transformation, and to compare records with the index."""
        self._try.setVisible(trying)
        self._compare.setVisible(comparing)
        self._compare_all.setVisible(comparing)

    def reveal_index_card(self) -> None:
        """Bring what the push would change in the index into sight."""
        QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(self.index_card, 0, 8))

    def set_problems(self, sentence: str) -> None:
        """Say how many problems the records have; an empty sentence hides the line."""
        self._notice.set_problems(sentence)

    def set_push(self, text: str, *, destructive: bool = False, refusal: str = "", enabled: bool = True) -> None:
        """Say on the button exactly what it will do, and over it why it cannot be pressed."""
        self._push.setText(text.replace("&", "&&"))
        self._push.setAccessibleName(text)
        self._push.setEnabled(enabled and not refusal)
        set_look(self._push, "role", "destructive" if destructive else "primary")
        self._notice.set_refusal(refusal)

    def set_busy(self, busy: bool) -> None:
        """Hold the choices still while a run is open."""
        for part in (
            self.tasks,
            self._refresh,
            self._action,
            self._watch,
            self._canary,
            self._compare_all,
            self.index_card,
        ):
            part.setEnabled(not busy)

    def _build_task(self) -> None:
        self.tasks = TaskPicker(self._theme)
        self._refresh = named(
            QToolButton(), self.tr("Refresh the tasks"), self.tr("Fetches the list of tasks again (F5)")
        )
        self._refresh.setIcon(self._theme.icons.icon("refresh"))
        self._details = named(
            QToolButton(),
            self.tr("All about the task"),
            self.tr("Source, destination, the transformation's code, the last runs and their events (F8)"),
        )
        self._details.setIcon(self._theme.icons.icon("info"))
        self._details.clicked.connect(self.details_requested)
        self._task_line = label("", "muted", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.tasks, 1)
        row.addWidget(self._details)
        row.addWidget(self._refresh)
        self._body.addWidget(self._field_label(self.tr("&Task"), self.tasks))
        self._body.addLayout(row)
        self._body.addWidget(self._task_line)
        self._list_line = named(label("", "muted", wrap=True), self.tr("State of the list of tasks"))
        self._body.addWidget(self._list_line)
        self._slow.setSingleShot(True)
        self._slow.setInterval(_SLOW_MS)
        self._slow.timeout.connect(lambda: self.set_list_state(self._loading))
        self._enable = button(
            self.tr("&Enable the task"),
            self.tr("The service disables a task after five failed pushes in a row"),
            "link",
        )
        self._enable.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._enable.clicked.connect(self.enable_requested)
        self._enable.hide()
        self._body.addWidget(self._enable)
        self._describe_task()
        self.set_list_state("")

    def _build_action(self) -> None:
        self._action = named(QComboBox(), self.tr("Action"), self.tr("What happens to records the index already holds"))
        self._action.setMinimumContentsLength(12)
        self._action.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._effect = label("", "muted", wrap=True)
        self._watch = QCheckBox(self.tr("&Wait for indexing (watch)"))
        self._watch.setToolTip(
            self.tr("Each call answers only when its records are in the index, at most 3 minutes later")
        )
        self._body.addSpacing(6)
        self._body.addWidget(self._field_label(self.tr("&Action"), self._action))
        self._body.addWidget(self._action)
        self._body.addWidget(self._effect)
        self._body.addSpacing(4)
        self._canary = QCheckBox(self.tr("Send {0} records &first, alone").format(CANARY_RECORDS))
        self._canary.setToolTip(self.tr("The rest waits for their verdict, and stays here if none of them succeeds"))
        self._body.addWidget(self._watch)
        self._body.addWidget(self._canary)

    def _field_label(self, text: str, buddy: QWidget) -> QLabel:
        made = label(text, "field")
        made.setTextFormat(Qt.TextFormat.AutoText)
        made.setBuddy(buddy)
        return made

    def _build_looks(self) -> None:
        self._try = button(
            self.tr("Tr&y the transformation"), self.tr("Shows records before and after it; pushes nothing"), "link"
        )
        self._try.clicked.connect(self.try_requested)
        self._compare = button(
            self.tr("Co&mpare with the index"),
            self.tr("Shows what the push would change, for the selected records or for a few; pushes nothing"),
            "link",
        )
        self._compare.clicked.connect(self.compare_requested)
        self._compare_all = button(
            self.tr("Compare a&ll"),
            self.tr("Counts what the push would create, replace and leave as it is, a call a thousand records"),
            "link",
        )
        self._compare_all.clicked.connect(self.compare_all_requested)
        for links in ((self._compare, self._compare_all), (self._try,)):
            row = QHBoxLayout()
            row.setContentsMargins(0, 2, 0, 0)
            row.setSpacing(16)
            for link in links:
                row.addWidget(link)
            row.addStretch()
            self._body.addLayout(row)

    def _build_foot(self) -> QVBoxLayout:
        self._notice = PushNotice()  # down here, where no scrolling takes it out of sight
        self._notice.problems_requested.connect(self.problems_requested)
        self._push = button(self.tr("Push"), self.tr("Ctrl+Return pushes from anywhere in the window"), "primary")
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 8, 16, 16)
        foot.setSpacing(8)
        foot.addWidget(self._notice)
        foot.addWidget(self._push)
        return foot

    def _lay_out(self, foot: QVBoxLayout) -> None:
        inner = QWidget()
        inner.setLayout(self._body)
        scroll = self._scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scroll, 1)
        layout.addLayout(foot)

    def _connect(self) -> None:
        self.tasks.task_chosen.connect(self._take_task)
        self.tasks.sought_in_vain.connect(self._tell_not_found)
        self._refresh.clicked.connect(self.refresh_requested)
        self._action.activated.connect(self._take_action)
        self._watch.toggled.connect(self.watch_toggled)
        self._push.pressed.connect(self._note_offer)
        self._push.clicked.connect(self._take_press)

    def _note_offer(self) -> None:
        self._offered = self._push.text()

    def _take_press(self) -> None:
        """Push what the button said when it was pressed: leaving a field for it may have changed where to."""
        if self._push.text() == self._offered:
            self.push_requested.emit()

    def _take_task(self, task_id: str) -> None:
        self._vain = ""
        self._describe_task()
        self.task_chosen.emit(task_id)

    def _tell_not_found(self, text: str) -> None:
        self._vain = self.tr("“{0}” is not exactly one task of this list, nor a UUID.").format(text)
        self._describe_task()

    def _describe_task(self) -> None:
        choice = self.tasks.choice()
        told = self._vain or (choice.detail if choice else "")
        _say(self._task_line, told, "warning" if self._vain or (choice and choice.warning) else "muted")

    def _take_action(self) -> None:
        self._describe_action()
        self.action_chosen.emit(self.action)

    def _describe_action(self) -> None:
        choice = self._actions.get(self.action)
        self._effect.setText(choice.effect if choice else "")
        set_look(self._effect, "tone", "failed" if choice and choice.destroys else "muted")


def _say(line: QLabel, sentence: str, tone: str) -> None:
    """Show a sentence in a tone; an empty one hides the line."""
    line.setText(sentence)
    line.setVisible(bool(sentence))
    set_look(line, "tone", tone)
