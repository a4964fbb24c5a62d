"""Everything that can be done from a menu, a tool bar or the keyboard, once each."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QIcon, QKeySequence

from pushconsole.desktop.edit_commands import EditCommands
from pushconsole.desktop.theme import Scheme, Theme


class Commands(QObject):
    """The window's actions. They decide nothing: whoever owns the rule connects `triggered` and enables them.

    Attributes:
        open, open_location, open_sample, save_copy, workspaces, add_profile, manage_profiles, quit: the File menu.
        undo, redo, copy, select_all, focus_filter, go_to_row: the Edit menu, with edits.paste_cells and the like.
        edits: what changes many values or records, in the Edit and the Records menu.
        only_problems, only_failed: which records are seen, in the Edit menu too.
        add_record, delete_records, remove_value, make_object_ids, check, show_in_log: the Records menu.
        push, try_records, compare, compare_all, pause_run, cancel_run: the Push menu.
        task_page, name_index, refresh_tasks: where it goes, in the Push menu too.
        search_log, next_pane: ways to get about.
        schemes: one action for each Scheme; exactly one is checked.
        about: the Help menu.

    """

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._make_file()
        self._make_edit()
        self._make_records()
        self.edits = EditCommands(self._make)
        self._make_push()
        self.search_log = self._make(
            self.tr("Search the &log"), "search", "Ctrl+L", self.tr("Puts the cursor into the log's search field")
        )
        self.next_pane = self._make(
            self.tr("&Next pane"), "", "F6", self.tr("Moves the keyboard to the next part of the window")
        )
        self.about = self._make(self.tr("&About Push Console"), "info", "", self.tr("Shows the version"))
        self.schemes = self._make_schemes()

    @property
    def of_opening(self) -> list[QAction]:
        """The ways to open other records."""
        return [self.open, self.open_location, self.open_pasted, self.open_sample]

    def set_undo(self, label: str | None) -> None:
        """Name the edit that undo would take back; None: there is none."""
        self._name(self.undo, self.tr("&Undo"), label)

    def set_redo(self, label: str | None) -> None:
        """Name the edit that redo would make again; None: there is none."""
        self._name(self.redo, self.tr("&Redo"), label)

    def _make_file(self) -> None:
        self.open = self._make(
            self.tr("&Open…"), "open", QKeySequence.StandardKey.Open, self.tr("Loads records from a CSV or JSON file")
        )
        self.open_location = self._make(
            self.tr("Open &location…"), "", "Ctrl+Shift+O", self.tr("Fetches a file from https:// or s3://")
        )
        self.open_pasted = self._make(
            self.tr("Open the copied &table"),
            "paste",
            "Ctrl+Shift+V",
            self.tr("Takes rows that were copied in a spreadsheet as new records, their first row as names"),
        )
        self.open_pasted.setIconText(self.tr("Paste"))
        self.open_sample = self._make(
            self.tr("Open the sa&mple records"),
            "sandbox",
            "",
            self.tr("Loads a few hundred products to try things with"),
        )
        self.save_copy = self._make(
            self.tr("&Save a copy…"),
            "save-copy",
            QKeySequence.StandardKey.Save,
            self.tr("Writes all records with their edits to a new file"),
        )
        self.save_copy.setIconText(self.tr("Save copy"))
        self.workspaces = self._make(
            self.tr("&Workspaces…"), "list", "", self.tr("Records that were left by a crash or kept for later")
        )
        self.add_profile = self._make(self.tr("Add a &profile…"), "key", "", self.tr("Another application to push to"))
        self.manage_profiles = self._make(
            self.tr("&Manage profiles…"),
            "list",
            "Ctrl+Alt+P",
            self.tr("Their order, keys and limits; what each key may do; import and export"),
        )
        self.quit = self._make(
            self.tr("&Quit"), "", QKeySequence.StandardKey.Quit, self.tr("Asks first while a run is open")
        )
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)

    def _make_edit(self) -> None:
        self.undo = self._make(self.tr("&Undo"), "undo", QKeySequence.StandardKey.Undo)
        self.redo = self._make(self.tr("&Redo"), "redo", "Ctrl+Shift+Z")
        self.copy = self._make(
            self.tr("&Copy rows"),
            "copy",
            "Ctrl+Shift+C",
            self.tr("Copies the selected rows for a spreadsheet; in the table Ctrl+C does it too"),
        )
        self.select_all = self._make(
            self.tr("Select &all rows"), "", "Ctrl+Shift+A", self.tr("Also those that are not on screen")
        )
        self.focus_filter = self._make(
            self.tr("&Filter the records"), "filter", "Ctrl+F", self.tr("Puts the cursor into the filter field")
        )
        self.only_problems = self._make(
            self.tr("Show only records with pro&blems"),
            "warning",
            "Ctrl+Shift+P",
            self.tr("As the Problems pane has them"),
        )
        self.only_failed = self._make(
            self.tr("Show only records that &failed"),
            "cross",
            "",
            self.tr("Those that the last run did not get through"),
        )
        self.go_to_row = self._make(
            self.tr("&Go to a row or objectID…"), "", "Ctrl+G", self.tr("Selects a record by its number or objectID")
        )
        self.set_undo(None)
        self.set_redo(None)

    def _make_records(self) -> None:
        self.add_record = self._make(
            self.tr("&Add a record"), "plus", "Ctrl+Shift+N", self.tr("Appends an empty record at the end")
        )
        self.add_record.setIconText(self.tr("Add"))
        self.delete_records = self._make(
            self.tr("&Delete the selected records"),
            "trash",
            "Ctrl+Del",
            self.tr("Takes the selected rows out of this list, not out of any index"),
        )
        self.delete_records.setIconText(self.tr("Delete"))
        self.remove_value = self._make(
            self.tr("&Remove the value"),
            "",
            "",
            self.tr("The record will not have this attribute at all, which is not the same as an empty text"),
        )
        self.make_object_ids = self._make(
            self.tr("&Make missing objectIDs"),
            "key",
            "",
            self.tr("Gives every record without an objectID a new, unique one"),
        )
        self.check = self._make(
            self.tr("&Check the records"),
            "check",
            "F7",
            self.tr("Looks for missing and repeated objectIDs and for records that are too big"),
        )
        self.check.setIconText(self.tr("Check"))
        self.show_in_log = self._make(
            self.tr("Show in the &log"),
            "list",
            "Ctrl+Shift+L",
            self.tr("Leaves only the lines of the batches that the current record was in"),
        )

    def _make_push(self) -> None:
        self.push = self._make(self.tr("&Push"), "push", "Ctrl+Return", self.tr("Does what the big button says"))
        self.cancel_run = self._make(
            self.tr("&Cancel the run"), "cancel", "", self.tr("Nothing leaves any more; what was sent gets its verdict")
        )
        self.pause_run = self._make(
            self.tr("Pa&use the run, or continue it"), "", "", self.tr("Nothing leaves while it is paused")
        )
        self.pause_run.setEnabled(False)
        self.try_records = self._make(
            self.tr("&Try the transformation…"), "", "Ctrl+T", self.tr("Shows records before and after it")
        )
        self.compare = self._make(
            self.tr("Co&mpare with the index…"), "", "", self.tr("Shows what the push would change there")
        )
        self.compare_all = self._make(
            self.tr("Compare &all with the index"), "", "", self.tr("Counts what the push would change there")
        )
        self.task_page = self._make(
            self.tr("&All about the task…"), "info", "F8", self.tr("Source, destination, code, last runs and events")
        )
        self.name_index = self._make(
            self.tr("Push to an &index by name…"),
            "",
            "",
            self.tr("Also to one that has no task, such as a temporary one"),
        )
        self.refresh_tasks = self._make(
            self.tr("&Refresh the tasks"),
            "refresh",
            QKeySequence.StandardKey.Refresh,
            self.tr("Fetches the list of tasks again"),
        )

    def _make_schemes(self) -> dict[Scheme, QAction]:
        words = {
            Scheme.SYSTEM: self.tr("As the &system"),
            Scheme.LIGHT: self.tr("&Light"),
            Scheme.DARK: self.tr("&Dark"),
        }
        group, made = QActionGroup(self), {}
        for scheme, word in words.items():
            action = made[scheme] = QAction(word, group)
            action.setCheckable(True)
            action.setChecked(scheme is self._theme.choice)
        return made

    def _make(self, text: str, icon: str, shortcut: str | QKeySequence.StandardKey, tip: str = "") -> QAction:
        action = QAction(self._theme.icons.icon(icon) if icon else QIcon(), text, self)
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{tip} ({keys})" if keys and tip else tip or keys)
        action.setStatusTip(tip)
        return action

    def _name(self, action: QAction, verb: str, label: str | None) -> None:
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setText(f"{verb}: {label}" if label else verb)
        action.setIconText(verb.replace("&", ""))
        action.setToolTip(f"{label} ({keys})" if label else self.tr("Nothing there yet ({0})").format(keys))
        action.setEnabled(label is not None)
