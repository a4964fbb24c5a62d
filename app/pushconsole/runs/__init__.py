"""Plans, sending, verdicts and the ledger: the way of a record from the workspace to its fate."""

from pushconsole.runs import record_folders
from pushconsole.runs.accounting import Accounting
from pushconsole.runs.actions import FACTS, ActionFacts
from pushconsole.runs.background_report import export_run_in_background
from pushconsole.runs.backup import Backup, back_up
from pushconsole.runs.control import Control
from pushconsole.runs.events import (
    BatchEnded,
    BatchSending,
    Continued,
    Divided,
    Finished,
    Part,
    Paused,
    Retrying,
    RunEvent,
    Settling,
    Started,
    StopCause,
    Stopping,
    Throttled,
    Verdict,
)
from pushconsole.runs.guards import attributes_lost, check_target, loss_in_words
from pushconsole.runs.index_preview import Effect, Preview, preview
from pushconsole.runs.index_survey import Compared, Survey, check_may_look, survey, why_uncertain, without_unchanged
from pushconsole.runs.ledger import Ledger
from pushconsole.runs.ledger_rows import PastRun, SavedRun
from pushconsole.runs.open_run import CANARY_RECORDS, CallPaces, Isolation, Pace
from pushconsole.runs.pace import CallPace
from pushconsole.runs.plan import BatchLimits, LeftOut, Plan, PlanSize, plan_index_action, plan_records, plan_size
from pushconsole.runs.record_differences import AttributeChange, attributes_of
from pushconsole.runs.report import export_run, write_report
from pushconsole.runs.resending import Resending, safe_to_send_twice
from pushconsole.runs.resuming import Doubtful, Resumption, accounting_of, resumption, target_of
from pushconsole.runs.sending import push, resume
from pushconsole.runs.sentences import Level, Line, lines
from pushconsole.runs.task_lock import TaskLock
from pushconsole.runs.task_sentences import (
    age_in_words,
    failures_in_words,
    last_run_in_words,
    refusal_of,
    transformations_in_words,
)
from pushconsole.runs.throughput import Throughput, throughput
from pushconsole.runs.transformation_trial import (
    MOST_SAMPLES,
    Outcome,
    Sample,
    Trial,
    samples_of,
    stratified,
    try_records,
)
from pushconsole.runs.verdicts import Patience

__all__ = [
    "CANARY_RECORDS",
    "FACTS",
    "MOST_SAMPLES",
    "Accounting",
    "ActionFacts",
    "AttributeChange",
    "Backup",
    "BatchEnded",
    "BatchLimits",
    "BatchSending",
    "CallPace",
    "CallPaces",
    "Compared",
    "Continued",
    "Control",
    "Divided",
    "Doubtful",
    "Effect",
    "Finished",
    "Isolation",
    "Ledger",
    "LeftOut",
    "Level",
    "Line",
    "Outcome",
    "Pace",
    "Part",
    "PastRun",
    "Patience",
    "Paused",
    "Plan",
    "PlanSize",
    "Preview",
    "Resending",
    "Resumption",
    "Retrying",
    "RunEvent",
    "Sample",
    "SavedRun",
    "Settling",
    "Started",
    "StopCause",
    "Stopping",
    "Survey",
    "TaskLock",
    "Throttled",
    "Throughput",
    "Trial",
    "Verdict",
    "accounting_of",
    "age_in_words",
    "attributes_lost",
    "attributes_of",
    "back_up",
    "check_may_look",
    "check_target",
    "export_run",
    "export_run_in_background",
    "failures_in_words",
    "last_run_in_words",
    "lines",
    "loss_in_words",
    "plan_index_action",
    "plan_records",
    "plan_size",
    "preview",
    "push",
    "record_folders",
    "refusal_of",
    "resume",
    "resumption",
    "safe_to_send_twice",
    "samples_of",
    "stratified",
    "survey",
    "target_of",
    "throughput",
    "transformations_in_words",
    "try_records",
    "why_uncertain",
    "without_unchanged",
    "write_report",
]
