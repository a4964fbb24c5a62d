"""Plans, sending, verdicts and the ledger: the way of a record from the workspace to its fate."""

from pushconsole.runs.accounting import Accounting
from pushconsole.runs.actions import FACTS, ActionFacts
from pushconsole.runs.control import Control
from pushconsole.runs.events import (
    BatchEnded,
    BatchSending,
    Finished,
    Retrying,
    RunEvent,
    Started,
    StopCause,
    Stopping,
    Throttled,
    Verdict,
)
from pushconsole.runs.guards import attributes_lost, check_target, loss_in_words
from pushconsole.runs.ledger import Ledger, PastRun
from pushconsole.runs.plan import BatchLimits, Plan, PlanSize, plan_index_action, plan_records, plan_size
from pushconsole.runs.report import write_report
from pushconsole.runs.resending import Resending, safe_to_send_twice
from pushconsole.runs.sending import Pace, push
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
    "Resending",
    "Retrying",
    "RunEvent",
    "Sample",
    "Started",
    "StopCause",
    "Stopping",
    "Throttled",
    "Trial",
    "Verdict",
    "attributes_lost",
    "check_target",
    "lines",
    "loss_in_words",
    "plan_index_action",
    "plan_records",
    "plan_size",
    "push",
    "safe_to_send_twice",
    "samples_of",
    "stratified",
    "try_records",
    "write_report",
]
