"""The dialog in which a profile is added or edited; beside its fields stands what the service says of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from pushconsole.desktop.key_table import KeyTable
from pushconsole.desktop.parts import NumberBox, button, label, named, set_look
from pushconsole.desktop.record_limit_box import RecordLimitBox
from pushconsole.desktop.theme import Theme

_ID_LENGTH = 10
_PAUSE_MS = 500


@dataclass(frozen=True)
class ProfileDraft:
    """What was typed, not yet checked.

    `api_key` is empty where the kept one is to stay, `region` where it is to be found out.
    """

    name: str
    application_id: str
    region: str
    kind: str
    api_key: str = field(repr=False)
    ingestion_url: str = ""
    search_url: str = ""
    proxy: str = ""
    ca_bundle: str = ""
    note: str = ""
    calls_per_minute: int = 480
    concurrency: int = 4
    record_limit_bytes: int = 10_000


class ProfileDialog(QDialog):
    """Asks for a profile. Whoever opened it checks the draft and calls `accept` or `show_error`.

    Attributes:
        key_table: what the key may do, as far as it is known.

    Signals:
        submitted(draft): the button was pressed; the draft is a ProfileDraft.
        check_wanted(draft): something was changed that the service can be asked about, and no key pressed since.

    """

    submitted = Signal(object)
    check_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.key_table = KeyTable(theme)
        self.setWindowTitle(self.tr("Add a profile"))
        self._heading = label(self.tr("Add a profile"), "title")
        self._fields = QFormLayout()
        self._fields.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self._fields.setVerticalSpacing(4)
        self._build_identity()
        self._build_key()
        self._build_addresses()
        self._error = label("", "failed", wrap=True)
        self._error.hide()
        form = QWidget()
        form.setMinimumWidth(max(420, 52 * self.fontMetrics().averageCharWidth()))
        layout = QVBoxLayout(form)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._heading)
        layout.addLayout(self._fields)
        layout.addWidget(self._advanced)
        layout.addWidget(self._addresses)
        layout.addWidget(self._error)
        layout.addStretch()
        layout.addLayout(self._build_buttons())
        row = QHBoxLayout(self)
        row.setContentsMargins(22, 18, 22, 18)
        row.setSpacing(22)
        row.addWidget(form, 1)
        row.addWidget(self._build_side())
        self._await_pauses()
        self._name.setFocus()

    def edit(self, draft: ProfileDraft) -> None:
        """Begin with an existing profile; its key stays unless another one is typed."""
        self.setWindowTitle(self.tr("Edit the profile"))
        self._heading.setText(self.tr("Edit the profile"))
        self._name.setText(draft.name)
        self._application_id.setText(draft.application_id)
        self._region.setCurrentIndex(max(0, self._region.findData(draft.region)))
        self._kind.setCurrentIndex(max(0, self._kind.findData(draft.kind)))
        self._key.setPlaceholderText(self.tr("Leave empty to keep the key"))
        self._ingestion_url.setText(draft.ingestion_url)
        self._search_url.setText(draft.search_url)
        self._proxy.setText(draft.proxy)
        self._ca_bundle.setText(draft.ca_bundle)
        self._note.setText(draft.note)
        self._calls_per_minute.setValue(draft.calls_per_minute)
        self._concurrency.setValue(draft.concurrency)
        self._record_limit.set_bytes(draft.record_limit_bytes)
        if draft.ingestion_url or draft.search_url or draft.proxy or draft.ca_bundle:
            self._advanced.click()

    def show_keyring(self, sentence: str) -> None:
        """Say where the key will be kept."""
        self._keyring.setText(sentence)

    def show_region(self, sentence: str) -> None:
        """Say in which region the application was found."""
        self._found_region.setText(sentence)
        self._found_region.setVisible(bool(sentence))

    @property
    def draft(self) -> ProfileDraft:
        """What is typed now."""
        return ProfileDraft(
            name=self._name.text().strip(),
            application_id=self._application_id.text().strip(),
            region=self._region.currentData(),
            kind=self._kind.currentData(),
            api_key=self._key.text().strip(),
            ingestion_url=self._ingestion_url.text().strip(),
            search_url=self._search_url.text().strip(),
            proxy=self._proxy.text().strip(),
            ca_bundle=self._ca_bundle.text().strip(),
            note=self._note.text().strip(),
            calls_per_minute=self._calls_per_minute.value(),
            concurrency=self._concurrency.value(),
            record_limit_bytes=self._record_limit.bytes,
        )

    def show_error(self, sentence: str, part: str = "") -> None:
        """Say what cannot be right; `part` names a field of the draft to put the cursor into."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        self._save.setEnabled(True)
        field_at_fault = self._parts().get(part)
        if field_at_fault is not None:
            field_at_fault.setFocus()

    def _build_identity(self) -> None:
        self._name = self._line(self.tr("&Name"), self.tr("How you call it; it must be unique here"))
        self._name.setPlaceholderText(self.tr("For example: Acme shop, production"))
        self._application_id = self._line(
            self.tr("&Application ID"), self.tr("Ten letters and digits, from the API keys page of the dashboard")
        )
        set_look(self._application_id, "mono", True)  # noqa: FBT003  the value of a property
        self._application_id.textEdited.connect(self._heed_application_id)
        self._shape = label("", "muted")
        self._shape.hide()
        self._fields.addRow(self._shape)
        self._region = self._choice(
            self.tr("&Region"),
            self.tr("Where the application is hosted; the dashboard shows it under Infrastructure"),
            [
                (self.tr("United States (us)"), "us"),
                (self.tr("Europe (eu)"), "eu"),
                (self.tr("Find out by asking both"), ""),
            ],
        )
        self._found_region = label("", "succeeded", wrap=True)
        self._found_region.hide()
        self._fields.addRow(self._found_region)
        self._kind = self._choice(
            self.tr("It is &for"),
            self.tr("Production is coloured red everywhere and asks before every run; read-only cannot push"),
            [
                (self.tr("Testing"), "test"),
                (self.tr("Production"), "production"),
                (self.tr("Reading only"), "read-only"),
                (self.tr("A sandbox"), "sandbox"),
            ],
        )

    def _build_key(self) -> None:
        self._key = self._line(
            self.tr("API &key"), self.tr("It needs the rights addObject, deleteIndex and editSettings")
        )
        self._key.setEchoMode(QLineEdit.EchoMode.Password)
        set_look(self._key, "mono", True)  # noqa: FBT003  the value of a property
        self._key.addAction(self._theme.icons.icon("key", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self._keyring = label("", "muted", wrap=True)
        self._fields.addRow(self._keyring)

    def _build_addresses(self) -> None:
        self._advanced = button(
            self.tr("Ad&vanced"), self.tr("Limits, a proxy, other addresses and authorities"), "link",
            self._theme.icons.icon("chevron-right", "accent"),
        )  # fmt: skip
        self._advanced.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._advanced.setCheckable(True)
        self._addresses = QWidget()
        form = QFormLayout(self._addresses)
        form.setContentsMargins(0, 0, 0, 0)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setVerticalSpacing(4)
        self._ingestion_url = self._line(self.tr("Address of the &Ingestion API"), "https://data.us.algolia.com", form)
        self._search_url = self._line(self.tr("Address of the &Search API"), "https://APPID.algolia.net", form)
        for address in (self._ingestion_url, self._search_url):
            address.setPlaceholderText(self.tr("The region's own"))
        self._proxy = self._line(self.tr("Pro&xy"), "http://proxy.example:3128", form)
        self._proxy.setPlaceholderText(self.tr("The system's"))
        self._ca_bundle = self._line(
            self.tr("CA &bundle"), self.tr("A PEM file with your company's certificate authority"), form
        )
        self._ca_bundle.setPlaceholderText(self.tr("Only the system's certificates"))
        self._note = self._line(self.tr("N&ote"), self.tr("What you want to remember about it"), form)
        self._build_limits(form)
        self._addresses.hide()
        self._advanced.toggled.connect(self._show_addresses)

    def _build_limits(self, form: QFormLayout) -> None:
        self._calls_per_minute = named(
            NumberBox(1, 60_000), self.tr("Calls a minute"), self.tr("The service takes about 500 an application")
        )
        self._calls_per_minute.setValue(ProfileDraft.calls_per_minute)
        self._concurrency = named(
            NumberBox(1, 32), self.tr("Calls at once"), self.tr("Fewer are gentler, more are faster")
        )
        self._concurrency.setValue(ProfileDraft.concurrency)
        self._record_limit = RecordLimitBox()
        row = QHBoxLayout()
        row.setSpacing(12)
        boxes: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Calls a &minute"), self._calls_per_minute),
            (self.tr("&At once"), self._concurrency),
            (self.tr("Record &up to"), self._record_limit),
        )
        for words, box in boxes:
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(self._field_label(words, box))
            column.addWidget(box)
            row.addLayout(column)
        form.addRow(row)

    def _build_side(self) -> QFrame:
        side = QFrame()
        side.setObjectName("side")
        side.setFixedWidth(max(330, 42 * self.fontMetrics().averageCharWidth()))
        layout = QVBoxLayout(side)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(label(self.tr("What the key may do"), "strong"))
        layout.addWidget(self.key_table)
        layout.addStretch()
        self.key_table.say(self.tr("Shown as soon as application ID and key are there. Nothing is saved by that."))
        return side

    def _await_pauses(self) -> None:
        """Want a check once nothing of what it is about was changed for a moment."""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.check_wanted.emit(self.draft))
        self.finished.connect(self._pause.stop)
        for field_of_check in (
            self._application_id, self._key, self._ingestion_url, self._search_url, self._proxy, self._ca_bundle,
        ):  # fmt: skip
            field_of_check.textChanged.connect(lambda _: self._pause.start())
        self._region.currentIndexChanged.connect(lambda _: self._pause.start())

    def _heed_application_id(self, text: str) -> None:
        """Write it in capital letters, and say how much of it is there."""
        place, written = self._application_id.cursorPosition(), "".join(text.split()).upper()
        if written != text:
            self._application_id.setText(written)
            self._application_id.setCursorPosition(place)
        wrong = next((character for character in written if not (character.isascii() and character.isalnum())), "")
        if wrong or len(written) > _ID_LENGTH:
            sentence = self.tr("An application ID has ten letters and digits, and nothing else.")
        else:
            sentence = self.tr("{0} of {1} letters and digits").format(len(written), _ID_LENGTH)
        set_look(self._shape, "tone", "failed" if wrong or len(written) > _ID_LENGTH else "muted")
        self._shape.setText(sentence)
        self._shape.setVisible(bool(written) and (bool(wrong) or len(written) != _ID_LENGTH))

    def _show_addresses(self, shown: bool) -> None:
        self._addresses.setVisible(shown)
        self._advanced.setIcon(self._theme.icons.icon("chevron-down" if shown else "chevron-right", "accent"))
        self.adjustSize()

    def _line(self, text: str, tip: str, form: QFormLayout | None = None) -> QLineEdit:
        made = named(QLineEdit(), text.replace("&", ""), tip)
        (form or self._fields).addRow(self._field_label(text, made), made)
        return made

    def _choice(self, text: str, tip: str, choices: list[tuple[str, str]]) -> QComboBox:
        made = named(QComboBox(), text.replace("&", ""), tip)
        for title, value in choices:
            made.addItem(title, value)
        self._fields.addRow(self._field_label(text, made), made)
        return made

    def _field_label(self, text: str, buddy: QWidget) -> QLabel:
        made = label(text, "field")
        made.setTextFormat(Qt.TextFormat.AutoText)
        made.setContentsMargins(0, 6, 0, 0)
        made.setBuddy(buddy)
        return made

    def _build_buttons(self) -> QHBoxLayout:
        cancel = button(self.tr("Cancel"), self.tr("Changes nothing (Esc)"))
        cancel.clicked.connect(self.reject)
        self._save = button(self.tr("Save the &profile"), self.tr("Checks the fields first"), "primary")
        self._save.setDefault(True)
        self._save.clicked.connect(self._submit)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(cancel)
        row.addWidget(self._save)
        return row

    def _parts(self) -> dict[str, QWidget]:
        return {
            "name": self._name, "application_id": self._application_id, "region": self._region, "kind": self._kind,
            "api_key": self._key, "ingestion_url": self._ingestion_url, "search_url": self._search_url,
        }  # fmt: skip

    def _submit(self) -> None:
        self._error.hide()
        self._save.setEnabled(False)
        self.submitted.emit(self.draft)
