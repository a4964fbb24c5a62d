"""Python's garbage collector, on the GUI thread alone and seldom.

Left to itself the collector runs in whatever thread happens to allocate, and destroys there what belongs to Qt: pixmaps
and timers must not be touched outside of the GUI thread. And a full collection visits every object, which stopped the
window for about 60 ms with a full log; so what is there at the start is passed over for good.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_LOOK_MS = 1000
_YOUNG = 20_000  # objects since the last collection that make one worth while: a few milliseconds
_FULL_EVERY = 60  # looks; cycles that got old are few


class Collector(QObject):
    """Collects while it lives, until `stop`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()  # for good: threads end after the window has, and must not destroy it then
        gc.freeze()  # without a collection before it, which would stop the window for 50 ms as it appears
        self._looks = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(_LOOK_MS)

    def stop(self) -> None:
        """Collect no more, and pass over nothing for good any longer."""
        self._timer.stop()
        gc.unfreeze()

    def _look(self) -> None:
        self._looks += 1
        if self._looks % _FULL_EVERY == 0:
            gc.collect()
        elif gc.get_count()[0] > _YOUNG:
            gc.collect(1)
