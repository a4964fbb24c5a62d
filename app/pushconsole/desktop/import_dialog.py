"""Shows how a file would be read, on its first rows, before it is; everything found can be said otherwise there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from pushconsole import quantities
from pushconsole.desktop.import_columns import ImportColumnsModel, ImportColumnsView
from pushconsole.desktop.import_preview import ImportPreviewModel
from pushconsole.desktop.parts import NumberBox, button, label, named
from pushconsole.desktop.theme import Theme
from pushconsole.records import EmptyCell, Format, Inspection, ReadOptions

_FORM_WIDTH = 270
_SETTLE_MS = 150  # a spin box held down is one change
_ENCODINGS = ("utf-8", "utf-16", "cp1252", "iso8859-15", "cp1250", "cp1251", "shift_jis", "euc_jp", "gb18030", "big5")
_DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Bar"}
_QUOTES = {'"': 'Double "', "'": "Single '", "": "None"}
_EMPTY_WORDS = {EmptyCell.OMIT: "Leave the attribute out", EmptyCell.EMPTY: "Empty text", EmptyCell.NULL: "null"}
_FORMAT_WORDS = {
    Format.DELIMITED: "Delimited text",
    Format.JSON_ARRAY: "JSON array",
    Format.NDJSON: "JSON, a record a line",
    Format.JSON_OBJECT: "JSON object around the records",
    Format.SPREADSHEET: "Spreadsheet",
    Format.PARQUET: "Parquet",
}


class ImportDialog(QDialog):
    """Shows an inspection and collects options. Whoever opened it inspects again after each change.

    Signals:
        options_changed: something else was said about the file; `options` has it.

    """

    options_changed = Signal()

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Open {0}").format(name))
        self.resize(1080, 680)
        self._filling = False
        self._told = QTimer(self)
        self._told.setSingleShot(True)
        self._told.setInterval(_SETTLE_MS)
        self._told.timeout.connect(self.options_changed)
        self._title, self._facts = label(self.tr("Open {0}").format(name), "title"), label("", "muted", wrap=True)
        self._note = label("", "warning", wrap=True)
        self._preview = ImportPreviewModel(self)
        self._columns = ImportColumnsModel(self)
        self._build_choices()
        self._lay_out(theme)
        self._connect()

    @property
    def _is_table(self) -> bool:
        return self._header.isVisibleTo(self)

    def _said(self, combo: QComboBox) -> str | None:
        """Return what a person chose, None where it is as found."""
        return combo.currentData() if combo.isVisibleTo(self) and combo.property("said") else None

    def _build_choices(self) -> None:
        self._begin = ReadOptions()
        self._header_said = self._skip_said = self._comment_said = False
        self._encoding = self._combo(self.tr("Encoding"), self.tr("How the file's bytes become characters"))
        self._delimiter = self._combo(self.tr("Delimiter"), self.tr("What stands between two cells"))
        self._quote = self._combo(self.tr("Quote"), self.tr("What cells with delimiters in them stand in"))
        self._sheet = self._combo(self.tr("Sheet"), self.tr("One sheet is read"))
        self._wrapper = self._combo(self.tr("Records in"), self.tr("Which list of the object holds the records"))
        self._object_id = self._combo(self.tr("objectID"), self.tr("The column that becomes the objectID"))
        self._empty = self._combo(self.tr("Empty cells"), self.tr("What an empty cell of a column becomes"))
        for empty, words in _EMPTY_WORDS.items():
            self._empty.addItem(self.tr(words), empty)
        self._header = QCheckBox(self.tr("The first &row names the columns"))
        self._decimal_comma = QCheckBox(self.tr("1,5 is a n&umber"))
        self._split = QCheckBox(self.tr("a.b and tags[0] are &nested values"))
        self._skip = named(NumberBox(0, 1_000_000), self.tr("Lines to skip"), self.tr("Lines before the first row"))
        self._comment = named(QLineEdit(), self.tr("Comment"), self.tr("Lines that begin with this are not read"))
        self._comment.setMaximumWidth(60)
        self._recipe = named(QLineEdit(), self.tr("Recipe"), self.tr("Kept, and offered for files with these columns"))
        self._recipe.setPlaceholderText(self.tr("Name, to keep these choices as a recipe"))

    def _combo(self, name: str, tip: str) -> QComboBox:
        combo = named(QComboBox(), name, tip)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(11)
        return combo

    @property
    def options(self) -> ReadOptions:
        """How the file is to be read, as the dialog says it now."""
        table = self._is_table
        return ReadOptions(
            empty=self._empty.currentData(),
            encoding=self._said(self._encoding),
            delimiter=self._said(self._delimiter),
            quote=self._said(self._quote),
            header=self._header.isChecked() if table and self._header_said else None,
            skip_lines=self._skip.value() if table and self._skip_said else None,
            comment=self._comment.text() if self._comment_said else None,
            decimal_comma=self._decimal_comma.isChecked(),
            sheet=self._said(self._sheet),
            wrapper=self._said(self._wrapper),
            columns=self._columns.choices or None,
            object_id=self._object_id.currentData(),
            split=self._split.isChecked(),
        )

    @property
    def recipe_name(self) -> str:
        """The name under which the choices are to be kept; empty where they are not."""
        return self._recipe.text().strip()

    def set_options(self, options: ReadOptions, recipe: str = "") -> None:
        """Begin with these options, of a recipe where its name is given."""
        self._filling = True
        self._recipe.setText(recipe)
        self._empty.setCurrentIndex(self._empty.findData(options.empty))
        self._decimal_comma.setChecked(options.decimal_comma)
        self._split.setChecked(options.split)
        self._columns.show((), options.columns or {}, choosable=True)
        self._begin = options
        self._header_said, self._skip_said = options.header is not None, options.skip_lines is not None
        self._comment_said = options.comment is not None
        self._filling = False

    def show_inspection(self, found: Inspection, drift: Sequence[str] = ()) -> None:
        """Show what the file is with the present options, and how it differs from its recipe."""
        self._filling = True
        self._fill_choices(found)
        self._columns.show(found.columns, self._columns.choices, choosable=found.source.is_table)
        self._preview.show(found.rows, found.names)
        self._rows.resizeColumnsToContents()
        self._facts.setText(_facts(found))
        self._say_note(found, drift)
        self._load.setEnabled(bool(found.rows))
        self._filling = False

    def show_looking(self) -> None:
        """Say that what is shown is not yet what was said last."""
        self._note.setText(self.tr("Looking at the file again…"))
        self._note.show()

    def show_error(self, sentence: str) -> None:
        """Say why the file cannot be read with the present options."""
        self._preview.show((), [])
        self._note.setText(sentence)
        self._note.show()
        self._load.setEnabled(False)

    def _lay_out(self, theme: Theme) -> None:
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.addWidget(self._build_form())
        split.addWidget(self._build_tables(theme))
        split.setStretchFactor(1, 1)
        split.setSizes([_FORM_WIDTH, self.width() - _FORM_WIDTH])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 18, 22, 18)
        layout.setSpacing(10)
        for part in (self._title, self._facts, self._note):
            layout.addWidget(part)
        layout.addWidget(split, 1)
        layout.addLayout(self._build_foot())

    def _build_form(self) -> QWidget:
        form = QWidget()
        self._form = QFormLayout(form)
        self._form.setContentsMargins(0, 0, 14, 0)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self._form.setVerticalSpacing(4)
        for field in (
            self._sheet, self._wrapper, self._encoding, self._delimiter, self._quote, self._object_id, self._empty,
            self._skip, self._comment,
        ):  # fmt: skip
            self._form.addRow(label(field.accessibleName(), "field"), field)
        for box in (self._header, self._decimal_comma, self._split):
            self._form.addRow(box)
        return form

    def _build_tables(self, theme: Theme) -> QWidget:
        self._rows = named(QTableView(), self.tr("First rows"), self.tr("As they will be loaded"))
        self._rows.setModel(self._preview)
        self._rows.verticalHeader().setDefaultSectionSize(theme.row_height(28))
        header = self._rows.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._rows.setWordWrap(False)
        header.setMaximumSectionSize(260)
        columns = ImportColumnsView(self._columns)
        columns.verticalHeader().setDefaultSectionSize(theme.row_height(28))
        both = QWidget()
        layout = QVBoxLayout(both)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(label(self.tr("First rows, as they will be loaded"), "field"))
        layout.addWidget(self._rows, 3)
        layout.addWidget(label(self.tr("Columns"), "field"))
        layout.addWidget(columns, 2)
        return both

    def _build_foot(self) -> QHBoxLayout:
        cancel = button(self.tr("&Cancel"), self.tr("Opens nothing (Esc)"))
        cancel.clicked.connect(self.reject)
        self._load = button(self.tr("&Load"), self.tr("Reads the whole file this way"), "primary")
        self._load.setDefault(True)
        self._load.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(self._recipe, 1)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self._load)
        return foot

    def _connect(self) -> None:
        for combo in (self._encoding, self._delimiter, self._quote, self._sheet, self._wrapper, self._object_id):
            combo.activated.connect(lambda _, chosen=combo: self._say(chosen))
        self._empty.activated.connect(self._tell)
        self._header.toggled.connect(self._say_header)
        self._skip.valueChanged.connect(self._say_skip)
        self._comment.textEdited.connect(self._say_comment)
        self._decimal_comma.toggled.connect(self._tell)
        self._split.toggled.connect(self._tell)
        self._columns.choices_changed.connect(self._tell)

    def _say(self, combo: QComboBox) -> None:
        combo.setProperty("said", True)  # noqa: FBT003  the value of a property
        self._tell()

    def _say_header(self) -> None:
        self._header_said = self._header_said or not self._filling
        self._tell()

    def _say_skip(self) -> None:
        self._skip_said = self._skip_said or not self._filling
        self._tell()

    def _say_comment(self) -> None:
        self._comment_said = True
        self._tell()

    def _tell(self) -> None:
        if not self._filling:
            self._told.start()

    def _fill_choices(self, found: Inspection) -> None:
        source, begin = found.source, self._begin
        text = source.format is Format.DELIMITED
        encodings = dict.fromkeys((source.encoding, *_ENCODINGS))
        self._fill(self._encoding, {name: name for name in encodings}, source.encoding, begin.encoding)
        delimiters = {source.delimiter or ",": source.delimiter or ","} | _DELIMITERS
        self._fill(self._delimiter, delimiters, source.delimiter, begin.delimiter)
        self._fill(self._quote, _QUOTES, source.quote, begin.quote)
        choices = {name: name for name in source.choices}
        self._fill(self._sheet, choices, source.sheet, begin.sheet)
        self._fill(self._wrapper, choices, source.wrapper, begin.wrapper)
        names: dict[Any, str] = {None: self.tr("As the file has it")}
        names |= {name: name for name in source.columns}
        self._fill(self._object_id, names, begin.object_id or self._object_id.currentData(), begin.object_id)
        self._header.setChecked(source.has_header)
        self._skip.setValue(source.skip_lines)
        if not self._comment.hasFocus():  # where a person types, nothing is put
            self._comment.setText(source.comment)
        for field, shown in (
            (self._sheet, source.format is Format.SPREADSHEET),
            (self._wrapper, source.format is Format.JSON_OBJECT and len(choices) > 1),
            (self._encoding, source.format not in {Format.SPREADSHEET, Format.PARQUET}),
            (self._delimiter, text), (self._quote, text), (self._comment, text),
            (self._object_id, source.is_table), (self._empty, source.is_table), (self._skip, source.is_table),
            (self._header, source.is_table), (self._decimal_comma, text), (self._split, source.is_table),
        ):  # fmt: skip
            self._form.setRowVisible(field, shown)
        self._begin = ReadOptions()

    def _fill(self, combo: QComboBox, choices: Mapping[Any, str], found: str | None, said: str | None) -> None:
        if combo.view().isVisible():
            return  # a person is choosing
        combo.clear()
        for value, words in choices.items():
            combo.addItem(words, value)
        combo.setCurrentIndex(max(0, combo.findData(found)))
        if said is not None:
            combo.setProperty("said", True)  # noqa: FBT003  the value of a property

    def _say_note(self, found: Inspection, drift: Sequence[str]) -> None:
        notes = list(drift)
        if not found.source.encoding_sure:
            notes.append(self.tr("The encoding is a guess: look at the letters beyond a to z, and choose another one."))
        if found.source.decimal_comma and not self._decimal_comma.isChecked():
            notes.append(self.tr("Numbers seem to be written 1,5: they stay texts unless “1,5 is a number” is ticked."))
        if found.rejected:
            first = found.rejected[0]
            rows = quantities.counted(len(found.rejected), self.tr("row is no record"), self.tr("rows are no records"))
            notes.append(
                self.tr("{0}, to be mended under Problems. Line {1}: {2}").format(
                    rows, quantities.number(first.line), first.reason
                )
            )
        self._note.setText("\n".join(notes))
        self._note.setVisible(bool(notes))


def _facts(found: Inspection) -> str:
    source = found.source
    parts = [_FORMAT_WORDS[source.format]]
    if source.compression:
        parts.append(source.compression)
    if source.format not in {Format.SPREADSHEET, Format.PARQUET}:
        parts.append(source.encoding)
    rows = quantities.counted(found.looked_at, "row", "rows")
    parts += [rows if found.whole else f"the first {rows} were looked at", quantities.size(source.size_bytes)]
    return " · ".join(parts)
