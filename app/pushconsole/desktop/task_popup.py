"""The list that opens under the task field. The keyboard stays in the field, which moves through the list."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QListView,
    QVBoxLayout,
    QWidget,
)

from pushconsole import quantities
from pushconsole.desktop.parts import YieldingLabel, button, label, named, rule
from pushconsole.desktop.task_delegate import TaskDelegate
from pushconsole.desktop.task_list_model import KEY, TaskListModel
from pushconsole.desktop.theme import Theme

_LEAST_WIDTH, _MOST_HEIGHT = 480, 520
_SETTLE_MS = 120  # rows that are only scrolled past are not looked up


class TaskPopup(QFrame):
    """Tasks that fit, and under them what else can be aimed at.

    Signals:
        picked(key): a task was clicked.
        star_clicked(key): its star was.
        by_name_requested: an index is to be named instead.
        seen(keys): these tasks are on screen.

    """

    picked = Signal(str)
    star_clicked = Signal(str)
    by_name_requested = Signal()
    seen = Signal(list)

    def __init__(self, model: TaskListModel, theme: Theme, parent: QWidget) -> None:
        # Not a popup in Qt's sense: that would take the keyboard away from the field.
        super().__init__(
            parent,
            Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowDoesNotAcceptFocus,
        )
        self.setObjectName("taskPopup")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._model = model
        self._kept = ("", 0)
        self._list = named(_List(model, theme), self.tr("Tasks"))
        self._list.picked.connect(self.picked)
        self._list.star_clicked.connect(self.star_clicked)
        self._none = label(self.tr("No task fits."), "muted")
        self._none.setContentsMargins(16, 14, 16, 14)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLE_MS)
        self._settling.timeout.connect(self._tell_seen)
        self._lay_out()
        model.modelAboutToBeReset.connect(self._keep_place)
        model.modelReset.connect(self._restore_place)
        self._list.verticalScrollBar().valueChanged.connect(lambda *_: self._settling.start())
        self._show_foot()

    @property
    def current(self) -> str:
        """The key of the row that the keyboard is at; empty where it is at none."""
        index = self._list.currentIndex()
        return str(index.data(KEY)) if index.isValid() and self.isVisible() else ""

    def open_under(self, field: QWidget) -> None:
        """Show the list under a field, or over it where there is more room."""
        self._fit(field)
        if not self.isVisible():
            self.show()
        self._settling.start()

    def go_to(self, key: str) -> None:
        """Put the keyboard at a task, if it is shown."""
        row = self._model.row_of(key) if key else -1
        self._set_current(self._model.index(row) if row >= 0 else QModelIndex())

    def step(self, rows: int) -> None:
        """Move by so many rows, over those that cannot be chosen; from nowhere to the first or the last."""
        able = [
            row
            for row in range(self._model.rowCount())
            if self._model.flags(self._model.index(row)) & Qt.ItemFlag.ItemIsEnabled
        ]
        if not able:
            return
        here = self._list.currentIndex()
        if not here.isValid():
            at = 0 if rows > 0 else len(able) - 1
        else:
            at = max(0, min(len(able) - 1, able.index(here.row()) + rows))
        self._set_current(self._model.index(able[at]))

    @property
    def page(self) -> int:
        """How many rows a page has."""
        rows = max(1, self._model.rowCount())
        height = max(1, self._list.sizeHintForIndex(self._model.index(rows - 1)).height())
        return max(1, self._list.viewport().height() // height - 1)

    def _set_current(self, index: QModelIndex) -> None:
        self._list.setCurrentIndex(index)
        if index.isValid():
            self._list.scrollTo(index)

    def _lay_out(self) -> None:
        self._all = QCheckBox()
        self._all.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._all.setToolTip(self.tr("Their sources fetch records themselves; each says which type it has"))
        self._all.toggled.connect(lambda on: self._model.show_all(on=on))
        by_name = button(
            self.tr("Push to an index by name…"),
            self.tr("Also to one that has no task, such as a temporary one"),
            "link",
        )
        by_name.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        by_name.clicked.connect(self.by_name_requested)
        hint = YieldingLabel("muted")
        hint.setText(self.tr("Ctrl+B: favourite"))
        foot = QHBoxLayout()
        foot.setContentsMargins(10, 6, 14, 6)
        foot.setSpacing(14)
        foot.addWidget(by_name)
        foot.addWidget(self._all)
        foot.addWidget(hint, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._none, 1)
        layout.addWidget(rule())
        layout.addLayout(foot)

    def _show_foot(self) -> None:
        hidden, rows = self._model.hidden, self._model.rowCount()
        self._all.setVisible(bool(hidden) or self._all.isChecked())
        others = quantities.counted(hidden, self.tr("task"), self.tr("tasks"))
        text = self.tr("Show {0} that take no push").format(others) if hidden else self.tr("Show those without push")
        self._all.setText(text)
        self._list.setVisible(rows > 0)
        self._none.setVisible(rows == 0)

    def _keep_place(self) -> None:
        """Note where the keyboard and the scroll bar are: a list that grows must not take them away."""
        self._kept = (self.current, self._list.verticalScrollBar().value())

    def _restore_place(self) -> None:
        key, scrolled = self._kept
        self._show_foot()
        if key:
            self.go_to(key)
            self._list.verticalScrollBar().setValue(scrolled)
        if self.isVisible():
            field = self.parentWidget()
            assert field is not None
            self._fit(field)
            self._settling.start()

    def _fit(self, field: QWidget) -> None:
        """Take the height that the rows need, within the screen, and stand flush with the field's right edge."""
        rows = self._model.rowCount()
        wanted = sum(self._list.sizeHintForIndex(self._model.index(row)).height() for row in range(min(rows, 12)))
        screen = field.screen().availableGeometry()
        below = field.mapToGlobal(QPoint(0, field.height() + 3))
        above_px, below_px = field.mapToGlobal(QPoint(0, 0)).y() - screen.top(), screen.bottom() - below.y()
        foot = self.sizeHint().height() - self._list.sizeHint().height() if rows else 0
        height = min(wanted + 12 + max(foot, 44), _MOST_HEIGHT, max(above_px, below_px)) if rows else 96
        width = max(field.width(), _LEAST_WIDTH, self.minimumSizeHint().width())
        left = max(screen.left(), min(below.x() + field.width() - width, screen.right() - width))
        top = below.y() if below_px >= height else below.y() - field.height() - 6 - height
        self.setGeometry(QRect(left, top, width, height))

    def _tell_seen(self) -> None:
        viewport = self._list.viewport().rect()
        first = self._list.indexAt(QPoint(4, 4)).row()
        last = self._list.indexAt(QPoint(4, viewport.bottom() - 2)).row()
        rows = range(max(0, first), (last if last >= 0 else self._model.rowCount() - 1) + 1)
        if self.isVisible() and rows:
            self.seen.emit([self._model.choice(row).key for row in rows])


class _List(QListView):
    """The rows; a click on a star is no choice."""

    picked = Signal(str)
    star_clicked = Signal(str)

    def __init__(self, model: TaskListModel, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("tasks")
        self._painted = TaskDelegate(model, theme, self)
        self.setItemDelegate(self._painted)
        self.setModel(model)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    # Qt's own name, overridden.

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose a task, or turn its star."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or event.button() is not Qt.MouseButton.LeftButton:
            return
        star = self._painted.star_rect(index.row(), self.visualRect(index))
        if star.contains(event.position().toPoint()):
            self.star_clicked.emit(str(index.data(KEY)))
        elif index.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.picked.emit(str(index.data(KEY)))
