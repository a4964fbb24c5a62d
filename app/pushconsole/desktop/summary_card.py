"""What is about to be sent, in numbers large enough to decide by."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from pushconsole import quantities
from pushconsole.desktop.parts import label


class SummaryCard(QFrame):
    """Records, calls and bytes side by side, an estimate under them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._figures: list[tuple[QLabel, QLabel]] = []
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(0)
        for column in range(3):
            figure, unit = label("–", "figure"), label("", "muted")
            self._figures.append((figure, unit))
            grid.addWidget(figure, 0, column)
            grid.addWidget(unit, 1, column)
        across = QHBoxLayout()
        across.addLayout(grid)
        across.addStretch()
        self._line = label("", "muted", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 8, 14, 10)
        layout.setSpacing(4)
        layout.addLayout(across)
        layout.addWidget(self._line)
        self.set_figures(None, None, None)

    def set_figures(self, records: int | None, calls: int | None, size_bytes: int | None) -> None:
        """Show the numbers; None where one is not known yet."""
        texts = (
            (_or_dash(records), self.tr("record") if records == 1 else self.tr("records")),
            (_or_dash(calls), self.tr("call") if calls == 1 else self.tr("calls")),
            ("–" if size_bytes is None else quantities.size(size_bytes), self.tr("to send")),
        )
        for (figure, unit), (value, name) in zip(self._figures, texts, strict=True):
            figure.setText(value)
            unit.setText(name)
        self.setAccessibleName(", ".join(f"{value} {name}" for value, name in texts))

    def set_line(self, text: str) -> None:
        """Show an estimate, or what is missing for one."""
        self._line.setText(text)
        self._line.setVisible(bool(text))


def _or_dash(value: int | None) -> str:
    return "–" if value is None else quantities.number(value)
