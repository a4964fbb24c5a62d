"""Plans, sending, verdicts and the ledger: the way of a record from the workspace to its fate."""

from pushconsole.runs.accounting import Accounting
from pushconsole.runs.actions import FACTS, ActionFacts
from pushconsole.runs.events import (
    BatchEnded,
    BatchSending,
    Finished,
    RunEvent,
    Started,
    StopCause,
    Stopping,
    Verdict,
)
from pushconsole.runs.guards import check_target
from pushconsole.runs.ledger import Ledger, PastRun
from pushconsole.runs.plan import BatchLimits, Plan, PlanSize, plan_index_action, plan_records, plan_size
from pushconsole.runs.report import write_report
from pushconsole.runs.sending import Control, Pace, push
from pushconsole.runs.sentences import Level, Line, lines
from pushconsole.runs.transformation_trial import (
    MOST_SAMPLES,
    AttributeChange,
    Outcome,
    Sample,
    Trial,
    samples_of,
    stratified,
    try_records,
)
from pushconsole.runs.verdicts import Patience

__all__ = [
    "FACTS",
    "MOST_SAMPLES",
    "Accounting",
    "ActionFacts",
    "AttributeChange",
    "BatchEnded",
    "BatchLimits",
    "BatchSending",
    "Control",
    "Finished",
    "Ledger",
    "Level",
    "Line",
    "Outcome",
    "Pace",
    "PastRun",
    "Patience",
    "Plan",
    "PlanSize",
    "RunEvent",
    "Sample",
    "Started",
    "StopCause",
    "Stopping",
    "Trial",
    "Verdict",
    "check_target",
    "lines",
    "plan_index_action",
    "plan_records",
    "plan_size",
    "push",
    "samples_of",
    "stratified",
    "try_records",
    "write_report",
]
