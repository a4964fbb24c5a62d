"""PySide6 6.12.0 dropped a reference to None at every void call on Python 3.11, until the process aborted."""

import sys

from PySide6.QtWidgets import QApplication

_CALLS = 1000
_SLACK = 100  # other things come and go meanwhile


def test_calls_into_qt_leave_the_references_to_none_alone(qapp: QApplication) -> None:
    before = sys.getrefcount(None)
    for _ in range(_CALLS):
        qapp.processEvents()
    assert abs(sys.getrefcount(None) - before) < _SLACK
