"""Puts the tools of tabbed panes on the line of their tabs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QMainWindow, QTabBar

from pushconsole.desktop.pane_dock import PaneDock

_EDGE = 8


class TabTools(QObject):
    """Watches the tab bars a main window makes for its docks.

    Qt offers no place beside these tabs, so the controls of the pane in front are laid over the free end of the bar;
    where they do not fit, the pane keeps its title row.
    """

    def __init__(self, window: QMainWindow, docks: Sequence[PaneDock]) -> None:
        super().__init__(window)
        self._window = window
        self._docks = docks
        self._watched: set[QTabBar] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._arrange)
        for dock in docks:
            dock.controls.installEventFilter(self)
            for moved in (
                dock.visibilityChanged,
                dock.topLevelChanged,
                dock.dockLocationChanged,
                dock.windowTitleChanged,
            ):
                moved.connect(self._arrange_soon)

    def _arrange_soon(self) -> None:
        self._soon.start(0)

    def _arrange(self) -> None:
        bars = self._bars()
        for dock in self._docks:
            bar = next((bar for bar in bars if self._tab(bar, dock) >= 0), None)
            if bar is None or not self._fits(bar, dock):
                dock.take_controls_back()
            else:
                dock.lend_controls(self._window)
                self._place(bar, dock)

    def _bars(self) -> list[QTabBar]:
        found = self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        for bar in found:
            if bar not in self._watched:
                self._watched.add(bar)
                bar.setExpanding(False)
                bar.setAccessibleName(self.tr("Panes"))
                bar.installEventFilter(self)
                bar.currentChanged.connect(self._arrange_soon)
                bar.destroyed.connect(lambda _=None, gone=bar: self._watched.discard(gone))
        return [bar for bar in found if bar.isVisible() and bar.count() > 1]

    def _tab(self, bar: QTabBar, dock: PaneDock) -> int:
        return next((n for n in range(bar.count()) if bar.tabText(n) == dock.windowTitle()), -1)

    def _fits(self, bar: QTabBar, dock: PaneDock) -> bool:
        return self._tabs_end(bar) + dock.controls.minimumSizeHint().width() + 3 * _EDGE <= bar.width()

    def _tabs_end(self, bar: QTabBar) -> int:
        return bar.tabRect(bar.count() - 1).right()

    def _place(self, bar: QTabBar, dock: PaneDock) -> None:
        controls = dock.controls
        room = bar.width() - self._tabs_end(bar) - 3 * _EDGE
        width, height = min(controls.sizeHint().width(), room), bar.height()
        controls.setGeometry(bar.x() + bar.width() - width - _EDGE, bar.y(), width, height)
        controls.setVisible(self._tab(bar, dock) == bar.currentIndex())
        controls.raise_()

    # Qt's own names, overridden.

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow a tab bar wherever it goes, and controls that need other room than before."""
        if event.type() in _MOVES and (isinstance(watched, QTabBar) or event.type() == QEvent.Type.LayoutRequest):
            self._arrange_soon()
        return super().eventFilter(watched, event)


_MOVES = {QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.LayoutRequest}
