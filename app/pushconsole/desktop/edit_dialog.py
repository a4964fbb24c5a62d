"""What every dialog that changes many records has in common: a title, fields, what is at fault, and one big button."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from pushconsole import quantities
from pushconsole.desktop.parts import button, label, named
from pushconsole.errors import InputError
from pushconsole.records import BulkCommand


class EditDialog(QDialog):
    """Fields that make a command; the button works while they make one.

    The classes above it add fields and say in `command` what they make.
    """

    def __init__(self, title: str, sentence: str, verb: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(max(460, 60 * self.fontMetrics().averageCharWidth()))
        self.fields = QFormLayout()
        self.fields.setHorizontalSpacing(16)
        self.fields.setVerticalSpacing(10)
        self.fields.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._fault = named(label("", "failed", wrap=True), self.tr("What is at fault"))
        self._do = button(verb, self.tr("Undo takes it back"), "primary")
        self._do.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(12)
        layout.addWidget(label(title, "title"))
        layout.addWidget(label(sentence, "muted", wrap=True))
        layout.addLayout(self.fields)
        layout.addWidget(self._fault)
        layout.addStretch()
        layout.addLayout(self._build_buttons())

    def command(self) -> BulkCommand:
        """Return what the fields make.

        Raises:
            InputError: they make nothing yet.

        """
        raise NotImplementedError

    def look(self) -> None:
        """Let the button be used where the fields make a command; say what is at fault where they do not."""
        try:
            self.command()
        except InputError as error:
            self._fault.setText(error.sentence)
            self._do.setEnabled(False)
        else:
            self._fault.setText("")
            self._do.setEnabled(True)

    def add_field(self, name: str, field: QWidget) -> None:
        """Put a field under the others, looked at whenever it changes."""
        field.setAccessibleName(name.replace("&", ""))
        if isinstance(field, QLineEdit):
            field.textChanged.connect(self.look)
            field.returnPressed.connect(self._do.click)  # a default button would take the Enter of a choice, too
        elif isinstance(field, QComboBox):
            field.currentIndexChanged.connect(self.look)
        self.fields.addRow(name, field)

    def _build_buttons(self) -> QHBoxLayout:
        cancel = button(self.tr("&Cancel"), self.tr("Changes nothing (Esc)"))
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(cancel)
        row.addWidget(self._do)
        return row


def columns_box(names: list[str], chosen: str) -> QComboBox:
    """Return a choice among columns; nothing is chosen where ``chosen`` is none of them."""
    box = QComboBox()
    box.setPlaceholderText(box.tr("Choose a column"))
    box.addItems(names)
    box.setCurrentIndex(names.index(chosen) if chosen in names else -1)
    return box


def scope_box(selected: int, whole: int) -> QComboBox:
    """Return a choice between the selected records (data: True) and all of them (False)."""
    box = QComboBox()
    if selected:
        box.addItem(quantities.counted(selected, "selected record", "selected records"), True)  # noqa: FBT003
    box.addItem("", False)  # noqa: FBT003
    name_whole(box, whole)
    return box


def name_whole(box: QComboBox, whole: int) -> None:
    """Say in such a choice how many all records are."""
    box.setItemText(box.count() - 1, f"All {quantities.counted(whole, 'record', 'records')}")
