"""Records: read from files into a workspace, looked at, edited, checked, and handed out.

Nothing here knows of windows; everything blocks and may be called from any thread.
"""

from pushconsole.records.background_loading import load_in_background
from pushconsole.records.cells import Cell, Row, typed_value
from pushconsole.records.checks import RECORD_LIMIT_BYTES, Problem, ProblemKind, Problems, check
from pushconsole.records.column_types import CellKind, Column, ColumnType
from pushconsole.records.exports import SUPPORTED_ENDINGS, export_records, save_copy
from pushconsole.records.history import Change
from pushconsole.records.reading import EmptyCell, LoadProgress, LoadReport, ReadOptions, Rejected, TurnedToText
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
    "ColumnType",
    "EmptyCell",
    "Format",
    "Identity",
    "LoadProgress",
    "LoadReport",
    "Measure",
    "Problem",
    "ProblemKind",
    "Problems",
    "ReadOptions",
    "Rejected",
    "Row",
    "SourceFile",
    "Span",
    "TurnedToText",
    "Workspace",
    "check",
    "export_records",
    "load_in_background",
    "save_copy",
    "typed_value",
]
