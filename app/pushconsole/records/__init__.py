"""Records: read from files into a workspace, looked at, edited, checked, and handed out.

Nothing here knows of windows; everything blocks and may be called from any thread.
"""

from pushconsole.records.background_loading import load_in_background
from pushconsole.records.cells import Cell, Row, typed_value
from pushconsole.records.checks import RECORD_LIMIT_BYTES, Problem, ProblemKind, Problems, check
from pushconsole.records.column_types import CellKind, Column, ColumnType
from pushconsole.records.detection import lists_in
from pushconsole.records.exports import SUPPORTED_ENDINGS, export_records, export_rejected, save_copy
from pushconsole.records.history import Change
from pushconsole.records.inspection import ColumnFinding, Inspection, inspect
from pushconsole.records.read_options import ColumnChoice, EmptyCell, ReadOptions
from pushconsole.records.reading import LoadProgress, LoadReport, Rejected, TurnedToText
from pushconsole.records.recipes import Recipe, RecipeBook, drift, read_recipe, recipe_for, write_recipe
from pushconsole.records.selections import Identity, Measure, Span
from pushconsole.records.source_file import Format, SourceFile
from pushconsole.records.workspace import Workspace

__all__ = [
    "RECORD_LIMIT_BYTES",
    "SUPPORTED_ENDINGS",
    "Cell",
    "CellKind",
    "Change",
    "Column",
    "ColumnChoice",
    "ColumnFinding",
    "ColumnType",
    "EmptyCell",
    "Format",
    "Identity",
    "Inspection",
    "LoadProgress",
    "LoadReport",
    "Measure",
    "Problem",
    "ProblemKind",
    "Problems",
    "ReadOptions",
    "Recipe",
    "RecipeBook",
    "Rejected",
    "Row",
    "SourceFile",
    "Span",
    "TurnedToText",
    "Workspace",
    "check",
    "drift",
    "export_records",
    "export_rejected",
    "inspect",
    "lists_in",
    "load_in_background",
    "read_recipe",
    "recipe_for",
    "save_copy",
    "typed_value",
    "write_recipe",
]
