"""What a person sees and says before a file is loaded, with real clicks and keys."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QSpinBox, QTableView

from pushconsole import locations
from pushconsole.desktop import import_controller
from pushconsole.desktop.import_dialog import ImportDialog
from pushconsole.records import Inspection, ReadOptions, inspect, read_recipe
from pushconsole.sandbox import RunningSandbox
from tests.end_to_end.window_driver import Driver, open_console, until


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    """Write a table as a European spreadsheet exports it, in its code page."""
    file = tmp_path / "prices.csv"
    rows = "".join(f"sku-{n};Lampe à pied n° {n};{n},50;0{n}\n" for n in range(1, 40))
    file.write_bytes(f"ref;nom;prix;cp\n{rows}".encode("cp1252"))
    return file


def _preview(driver: Driver, dialog: ImportDialog) -> list[list[str]]:
    model = driver.find(QTableView, "First rows", dialog).model()
    return [[str(model.index(row, c).data()) for c in range(model.columnCount())] for row in range(model.rowCount())]


def _first(driver: Driver, dialog: ImportDialog) -> list[str]:
    return next(iter(_preview(driver, dialog)), [])


def _headings(driver: Driver, dialog: ImportDialog) -> list[str]:
    model = driver.find(QTableView, "First rows", dialog).model()
    return [str(model.headerData(column, Qt.Orientation.Horizontal)) for column in range(model.columnCount())]


async def _dialog(driver: Driver, file: Path) -> ImportDialog:
    await driver.open(file)
    dialog = await driver.dialog(ImportDialog)
    assert isinstance(dialog, ImportDialog)
    return dialog


async def test_what_was_found_is_shown_and_a_guess_is_said_to_be_one(
    qapp: QApplication, sandbox: RunningSandbox, prices: Path
) -> None:
    async with open_console(qapp, None, sandbox) as driver:
        dialog = await _dialog(driver, prices)
        assert "39 rows" in driver.labels(dialog)
        assert "The encoding is a guess" in driver.labels(dialog)
        driver.choose(driver.find(QComboBox, "Encoding", dialog), "cp1252")
        await until(lambda: _first(driver, dialog)[1:2] == ["Lampe à pied n° 1"])
        assert driver.find(QComboBox, "Delimiter", dialog).currentText() == "Semicolon"
        assert _first(driver, dialog) == ["sku-1", "Lampe à pied n° 1", "1,50", "01"]
        await driver.accept_import()
        await until(lambda: driver.shown(38, "nom") == "Lampe à pied n° 39")


async def test_the_preview_follows_what_is_said(qapp: QApplication, sandbox: RunningSandbox, prices: Path) -> None:
    async with open_console(qapp, None, sandbox) as driver:
        dialog = await _dialog(driver, prices)
        driver.choose(driver.find(QComboBox, "objectID", dialog), "ref")
        assert "Numbers seem to be written 1,5" in driver.labels(dialog)
        driver.tick(dialog, "1,5 is a number")
        await until(lambda: "1.50" in _first(driver, dialog))
        assert "Numbers seem to be written 1,5" not in driver.labels(dialog)
        driver.choose(driver.find(QComboBox, "Delimiter", dialog), "Comma")
        await until(lambda: not _preview(driver, dialog))  # every row has a comma too many
        assert not driver.find(QPushButton, "Load", dialog).isEnabled()
        driver.choose(driver.find(QComboBox, "Delimiter", dialog), "Semicolon")
        await until(lambda: "1.50" in _first(driver, dialog))
        await driver.accept_import()
        await driver.loaded(39)
        assert (driver.shown(0, "objectID"), driver.shown(0, "prix"), driver.shown(0, "cp")) == ("sku-1", "1.50", "01")


async def test_comments_are_found_shown_and_can_be_taken_for_rows(
    qapp: QApplication, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    file = tmp_path / "notes.csv"
    file.write_text("# made by hand\nobjectID,n\na,1\n# half\nb,2\n", "utf-8")
    async with open_console(qapp, None, sandbox) as driver:
        dialog = await _dialog(driver, file)
        field = driver.find(QLineEdit, "Comment", dialog)
        assert (field.text(), len(_preview(driver, dialog))) == ("#", 2)
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_Backspace)
        await until(lambda: "2 cells where the header has 1" in driver.labels(dialog))
        QTest.keyClicks(field, "#")
        await until(lambda: len(_preview(driver, dialog)) == 2)
        await driver.accept_import()
        await driver.loaded(2)
        assert "2 lines of notes.csv beginning with “#” were passed as comments." in driver.log


async def test_a_header_that_is_no_text_is_told_and_another_encoding_can_be_chosen(
    qapp: QApplication, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    file = tmp_path / "mixed.csv"
    file.write_bytes(b"objectID,pr\xe4is\n" + "".join(f"ä{n},ö\n" for n in range(9)).encode())
    async with open_console(qapp, None, sandbox) as driver:
        dialog = await _dialog(driver, file)
        assert "The header of mixed.csv is no UTF-8 text" in driver.labels(dialog)
        driver.choose(driver.find(QComboBox, "Encoding", dialog), "utf-16")
        await until(lambda: "mixed.csv is no UTF-16 text" in driver.labels(dialog))
        assert not driver.find(QPushButton, "Load", dialog).isEnabled()
        driver.choose(driver.find(QComboBox, "Encoding", dialog), "cp1252")
        await until(lambda: _first(driver, dialog)[1:] == ["Ã¶"])
        await driver.accept_import()
        await driver.loaded(9)
        assert [column.name for column in driver.window.model.columns] == ["objectID", "präis"]


async def test_each_column_says_what_it_holds_how_sure_that_is_and_what_is_otherwise(
    qapp: QApplication, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    file = tmp_path / "stock.csv"
    rows = "".join(f"{n},{n},{n},{n}.5,{n}\n" for n in range(9))
    file.write_text(f"sku,price,stock,size.w,size.h\na,n/a,1,2,3\n{rows}", "utf-8")
    async with open_console(qapp, None, sandbox) as driver:
        dialog = await _dialog(driver, file)
        columns = driver.find(QTableView, "Columns of the file", dialog).model()
        assert [columns.index(row, 4).data() for row in range(3)] == [
            "text, by its name · 10 values",
            "text: line 2 has “n/a” · 9 of 10 values are numbers",
            "number · 10 values",
        ]
        driver.tick(dialog, "a.b and tags[0] are nested values")
        await until(lambda: _first(driver, dialog) == ["a", "n/a", "1", '{"w":2,"h":3}'])
        assert columns.index(3, 4).data() == "number · 10 values"
        driver.click(driver.find(QPushButton, "Cancel", dialog))


async def test_a_column_is_renamed_and_another_left_out(
    qapp: QApplication, sandbox: RunningSandbox, prices: Path
) -> None:
    async with open_console(qapp, None, sandbox) as driver:
        dialog = await _dialog(driver, prices)
        columns = driver.find(QTableView, "Columns of the file", dialog)
        model = columns.model()
        assert model.setData(model.index(1, 1), "name")
        assert model.setData(model.index(3, 0), Qt.CheckState.Unchecked.value, Qt.ItemDataRole.CheckStateRole)
        await until(lambda: len(_first(driver, dialog)) == 3)
        await driver.accept_import()
        await until(lambda: driver.shown(0, "name").startswith("Lampe"))
        assert [column.name for column in driver.window.model.columns] == ["ref", "name", "prix"]


async def test_what_is_being_typed_outlasts_the_preview_that_follows_what_was_said_before(
    qapp: QApplication, sandbox: RunningSandbox, prices: Path
) -> None:
    async with open_console(qapp, None, sandbox) as driver:
        dialog = await _dialog(driver, prices)
        columns = driver.find(QTableView, "Columns of the file", dialog)
        model = columns.model()
        assert model.setData(model.index(1, 1), "name")
        columns.setFocus()
        columns.setCurrentIndex(model.index(2, 1))  # a field opens where the keyboard goes
        field = await until(lambda: columns.viewport().findChild(QLineEdit))
        QTest.keyClicks(field, "price")
        await until(lambda: "name" in _headings(driver, dialog))
        assert (field.isVisible(), field.text()) == (True, "price")
        columns.setCurrentIndex(model.index(2, 2))
        choices = await until(lambda: columns.viewport().findChild(QComboBox))
        await until(lambda: "price" in _headings(driver, dialog))
        assert choices.view().isVisible()
        choices.hidePopup()
        await driver.accept_import()
        await driver.loaded(39)
        assert [column.name for column in driver.window.model.columns] == ["ref", "name", "price", "cp"]


async def test_a_file_is_loaded_while_the_preview_still_follows(
    qapp: QApplication, sandbox: RunningSandbox, prices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, going_on = threading.Event(), threading.Event()

    def slow(path: Path, options: ReadOptions) -> Inspection:
        looking.set()
        going_on.wait(10)
        return inspect(path, options)

    async with open_console(qapp, None, sandbox) as driver:
        dialog = await _dialog(driver, prices)
        monkeypatch.setattr(import_controller, "inspect", slow)
        driver.tick(dialog, "1,5 is a number")
        await until(looking.is_set)
        await driver.accept_import()
        await until(lambda: driver.shown(0, "prix") == "1.50")
        going_on.set()
        await until(lambda: "inspect" not in driver.console._jobs._running)
        assert "should not have happened" not in driver.log


async def test_a_recipe_is_kept_and_offered_for_the_next_file_of_that_shape(
    qapp: QApplication, sandbox: RunningSandbox, prices: Path, tmp_path: Path
) -> None:
    async with open_console(qapp, None, sandbox) as driver:
        dialog = await _dialog(driver, prices)
        driver.tick(dialog, "1,5 is a number")
        driver.choose(driver.find(QComboBox, "objectID", dialog), "ref")
        await until(lambda: "1.50" in _first(driver, dialog))
        driver.type(driver.find(QLineEdit, "Recipe", dialog), "Prices")
        await driver.accept_import()
        await driver.loaded(39)
        second = tmp_path / "second.csv"
        second.write_text("ref;nom;prix;cp\nz-1;Lustre;7,25;01\n", "utf-8")
        dialog = await _dialog(driver, second)
        assert driver.find(QLineEdit, "Recipe", dialog).text() == "Prices"
        await driver.accept_import()
        await until(lambda: driver.shown(0, "objectID") == "z-1")
        assert driver.shown(0, "prix") == "7.25"


async def test_a_file_whose_columns_drifted_is_read_as_far_as_the_recipe_fits_and_told(
    qapp: QApplication, sandbox: RunningSandbox, prices: Path, tmp_path: Path
) -> None:
    async with open_console(qapp, None, sandbox) as driver:
        dialog = await _dialog(driver, prices)
        driver.tick(dialog, "1,5 is a number")
        driver.choose(driver.find(QComboBox, "objectID", dialog), "ref")
        columns = driver.find(QTableView, "Columns of the file", dialog).model()
        assert columns.setData(columns.index(3, 1), "zip")
        await until(lambda: "1.50" in _first(driver, dialog))
        driver.type(driver.find(QLineEdit, "Recipe", dialog), "Prices")
        await driver.accept_import()
        await driver.loaded(39)
        drifted = tmp_path / "drifted.csv"
        drifted.write_text("ref;nom;prix;ville\nz-1;Lustre;7,25;Lyon\n", "utf-8")
        dialog = await _dialog(driver, drifted)
        said = driver.labels(dialog)
        assert "The recipe “Prices” is for other columns and was used as far as it fits." in said
        assert "The column “cp” is missing.\nThe column “ville” is new." in said
        assert driver.find(QLineEdit, "Recipe", dialog).text() == ""
        assert _first(driver, dialog) == ["z-1", "Lustre", "7.25", "Lyon"]
        await driver.accept_import()
        await until(lambda: driver.shown(0, "objectID") == "z-1")
        assert (driver.shown(0, "prix"), driver.shown(0, "ville")) == ("7.25", "Lyon")


async def test_a_recipe_keeps_the_columns_as_they_were_read_and_finds_the_file_as_it_is_found(
    qapp: QApplication, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("made,by\nsku;a,b\n1;x,y\n", "utf-8")
    second.write_text("made,by\nsku;a,b\n2;x,z\n", "utf-8")
    async with open_console(qapp, None, sandbox) as driver:
        dialog = await _dialog(driver, first)
        driver.choose(driver.find(QComboBox, "Delimiter", dialog), "Semicolon")
        driver.find(QSpinBox, "Lines to skip", dialog).setValue(1)
        await until(lambda: _first(driver, dialog) == ["1", "x,y"])
        driver.type(driver.find(QLineEdit, "Recipe", dialog), "Odd")
        await driver.accept_import()
        await driver.loaded(1)
        assert read_recipe(locations.recipes() / "Odd.json").columns == ("sku", "a,b")
        dialog = await _dialog(driver, second)
        assert driver.find(QLineEdit, "Recipe", dialog).text() == "Odd"
        assert _first(driver, dialog) == ["2", "x,z"]
        await driver.accept_import()
        await until(lambda: driver.shown(0, "a,b") == "x,z")


async def test_cancel_opens_nothing(qapp: QApplication, sandbox: RunningSandbox, prices: Path) -> None:
    async with open_console(qapp, None, sandbox) as driver:
        dialog = await _dialog(driver, prices)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await driver.gone(ImportDialog)
        assert driver.window.model.rowCount() == 0


async def test_json_that_says_itself_what_it_is_asks_nothing(
    qapp: QApplication, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    file = tmp_path / "a.json"
    file.write_text('[{"objectID":"a","n":1.10}]')
    async with open_console(qapp, None, sandbox) as driver:
        await driver.open(file)
        await driver.loaded(1)


async def test_an_object_with_two_lists_asks_which(qapp: QApplication, sandbox: RunningSandbox, tmp_path: Path) -> None:
    file = tmp_path / "two.json"
    file.write_text('{"records":[{"objectID":"a"}],"items":[{"objectID":"b"},{"objectID":"c"}]}')
    async with open_console(qapp, None, sandbox) as driver:
        dialog = await _dialog(driver, file)
        driver.choose(driver.find(QComboBox, "Records in", dialog), "items")
        await until(lambda: [row[0] for row in _preview(driver, dialog)] == ["b", "c"])
        driver.click(driver.find(QPushButton, "Load", dialog))
        await driver.loaded(2)


async def test_files_of_one_kind_are_opened_together(
    qapp: QApplication, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    for name, rows in (("may.csv", "a,1\nb,2\n"), ("june.csv", "c,3\n")):
        (tmp_path / name).write_text(f"objectID,stock\n{rows}", "utf-8")
    async with open_console(qapp, None, sandbox) as driver:
        driver.window.files_dropped.emit([tmp_path / "may.csv", tmp_path / "june.csv"])
        await driver.accept_import()
        await driver.loaded(3)
        assert [driver.shown(row, "objectID") for row in range(3)] == ["a", "b", "c"]
        assert "may.csv and 1 more" in driver.window.windowTitle()


async def test_a_file_that_is_unlike_the_others_is_named_and_nothing_is_loaded(
    qapp: QApplication, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    (tmp_path / "may.csv").write_text("objectID,stock\na,1\n", "utf-8")
    (tmp_path / "notes.csv").write_text("objectID,remark,by\na,fine,me\n", "utf-8")
    async with open_console(qapp, None, sandbox) as driver:
        driver.window.files_dropped.emit([tmp_path / "may.csv", tmp_path / "notes.csv"])
        await driver.accept_import()
        await until(lambda: "notes.csv" in driver.log)
        assert driver.window.model.rowCount() == 0


async def test_a_table_copied_in_a_spreadsheet_becomes_new_records(qapp: QApplication, sandbox: RunningSandbox) -> None:
    async with open_console(qapp, None, sandbox) as driver:
        qapp.clipboard().clear()
        driver.window.commands.open_pasted.trigger()
        await until(lambda: "Nothing is copied that has rows" in driver.log)
        qapp.clipboard().setText('objectID\tname\tzip\na\t"Lamp, 18"" wide"\t02134\nb\tVåler\t99999\n')
        driver.window.commands.open_pasted.trigger()
        await driver.accept_import()
        await driver.loaded(2)
        assert [driver.shown(0, name) for name in ("objectID", "name", "zip")] == ["a", 'Lamp, 18" wide', "02134"]
        assert driver.shown(1, "name") == "Våler"
        assert "pasted table.tsv" in driver.window.windowTitle()
