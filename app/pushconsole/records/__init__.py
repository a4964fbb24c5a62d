"""Records: read from files into a workspace, looked at, edited, checked, and handed out.

Nothing here knows of windows; everything blocks and may be called from any thread.
"""

from pushconsole.records.background_checks import problem_records_in_background
from pushconsole.records.background_copies import save_copy_in_background
from pushconsole.records.background_edits import edit_in_background, find_in_background
from pushconsole.records.background_loading import load_in_background
from pushconsole.records.bulk_command import BulkCommand
from pushconsole.records.bulk_edits import (
    EditProgress,
    EditReport,
    Match,
    Matches,
    Refused,
    edit_many,
    find_matches,
    redo,
    undo,
)
from pushconsole.records.cells import Cell, Row, typed_value
from pushconsole.records.checks import RECORD_LIMIT_BYTES, check, records_with_problems
from pushconsole.records.column_commands import AddColumn, JoinColumns, RemoveColumn, RenameColumn, SplitColumn
from pushconsole.records.column_sending import set_sent
from pushconsole.records.column_types import CellKind, Column, ColumnType
from pushconsole.records.copied_rows import copied_rows_in_background
from pushconsole.records.detection import lists_in
from pushconsole.records.exports import (
    COPY_ENDINGS,
    SUPPORTED_ENDINGS,
    OnProgress,
    export_records,
    export_rejected,
    save_copy,
    unheeded,
)
from pushconsole.records.filter_completion import suggestions
from pushconsole.records.filter_sql import Filter, read_filter
from pushconsole.records.filter_words import quoted_name, quoted_text
from pushconsole.records.history import Change
from pushconsole.records.inspection import ColumnFinding, Inspection, Likeness, inspect
from pushconsole.records.json_tree import Node, NodeType, renamed, with_added, with_type, with_typed, without
from pushconsole.records.ownership import Ownership
from pushconsole.records.packed_lines import PackedLines
from pushconsole.records.problems import Problem, ProblemKind, Problems
from pushconsole.records.processes import FEW, Channel, KilledInTime, in_process
from pushconsole.records.read_options import ColumnChoice, EmptyCell, ReadOptions
from pushconsole.records.reading import LoadProgress, LoadReport, Rejected, TurnedToText
from pushconsole.records.recipes import (
    Recipe,
    RecipeBook,
    columns_aside,
    drift,
    fitted,
    read_recipe,
    recipe_for,
    refuse_drift,
    write_recipe,
)
from pushconsole.records.record_commands import (
    DeleteRecords,
    DuplicateRecords,
    Keep,
    KeepOfDuplicates,
    MakeObjectIds,
    PasteBlock,
    PasteText,
    SetText,
    block_of,
)
from pushconsole.records.selections import Identity, Measure, Span
from pushconsole.records.sorting import SortKey
from pushconsole.records.source_file import Format, SourceFile
from pushconsole.records.statistics import Bar, Common, Spread, Statistics, column_statistics
from pushconsole.records.typing_in import Oddity, first_oddity, meant, oddity_of, value_as
from pushconsole.records.value_commands import ChangeType, FillDown, Replace, SetValue, Trim, ValueType, number_meant
from pushconsole.records.views import View, make_view
from pushconsole.records.workspace import Workspace
from pushconsole.records.workspace_folder import OLD_AFTER_DAYS, LeftWorkspace, WorkspaceFolder

__all__ = [
    "COPY_ENDINGS",
    "FEW",
    "OLD_AFTER_DAYS",
    "RECORD_LIMIT_BYTES",
    "SUPPORTED_ENDINGS",
    "AddColumn",
    "Bar",
    "BulkCommand",
    "Cell",
    "CellKind",
    "Change",
    "ChangeType",
    "Channel",
    "Column",
    "ColumnChoice",
    "ColumnFinding",
    "ColumnType",
    "Common",
    "DeleteRecords",
    "DuplicateRecords",
    "EditProgress",
    "EditReport",
    "EmptyCell",
    "FillDown",
    "Filter",
    "Format",
    "Identity",
    "Inspection",
    "JoinColumns",
    "Keep",
    "KeepOfDuplicates",
    "KilledInTime",
    "LeftWorkspace",
    "Likeness",
    "LoadProgress",
    "LoadReport",
    "MakeObjectIds",
    "Match",
    "Matches",
    "Measure",
    "Node",
    "NodeType",
    "Oddity",
    "OnProgress",
    "Ownership",
    "PackedLines",
    "PasteBlock",
    "PasteText",
    "Problem",
    "ProblemKind",
    "Problems",
    "ReadOptions",
    "Recipe",
    "RecipeBook",
    "Refused",
    "Rejected",
    "RemoveColumn",
    "RenameColumn",
    "Replace",
    "Row",
    "SetText",
    "SetValue",
    "SortKey",
    "SourceFile",
    "Span",
    "SplitColumn",
    "Spread",
    "Statistics",
    "Trim",
    "TurnedToText",
    "ValueType",
    "View",
    "Workspace",
    "WorkspaceFolder",
    "block_of",
    "check",
    "column_statistics",
    "columns_aside",
    "copied_rows_in_background",
    "drift",
    "edit_in_background",
    "edit_many",
    "export_records",
    "export_rejected",
    "find_in_background",
    "find_matches",
    "first_oddity",
    "fitted",
    "in_process",
    "inspect",
    "lists_in",
    "load_in_background",
    "make_view",
    "meant",
    "number_meant",
    "oddity_of",
    "problem_records_in_background",
    "quoted_name",
    "quoted_text",
    "read_filter",
    "read_recipe",
    "recipe_for",
    "records_with_problems",
    "redo",
    "refuse_drift",
    "renamed",
    "save_copy",
    "save_copy_in_background",
    "set_sent",
    "suggestions",
    "typed_value",
    "undo",
    "unheeded",
    "value_as",
    "with_added",
    "with_type",
    "with_typed",
    "without",
    "write_recipe",
]
