"""What the seven actions do and ask for, in the words people choose by.

Source of the facts: Algolia's OpenAPI description of the Ingestion API and its guide to the push connector.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pushconsole.ingestion import Action


@dataclass(frozen=True)
class ActionFacts:
    """One action.

    Attributes:
        title: a few words for a list.
        effect: one or two sentences that say what will happen to the index.
        verb: what the button says before the number of records or the index.
        takes_records: whether records travel with it; if not, it is about the whole index.
        needs_object_id: whether every record has to have an objectID.
        merges: whether it changes some attributes of a record and keeps the others.

    """

    title: str
    effect: str
    verb: str
    takes_records: bool = True
    needs_object_id: bool = True
    merges: bool = False

    @property
    def destroys(self) -> bool:
        """Whether it removes what other people may have put into the index, without naming it."""
        return not self.takes_records


FACTS: Mapping[Action, ActionFacts] = {
    Action.ADD_OBJECT: ActionFacts(
        "Add records",
        "Adds each record. One with an objectID that the index holds already replaces that whole record; "
        "one without gets an objectID made for it.",
        "Add",
        needs_object_id=False,
    ),
    Action.UPDATE_OBJECT: ActionFacts(
        "Replace records",
        "Adds each record, or replaces the whole record with the same objectID. "
        "Attributes that are not in this file are lost.",
        "Push",
    ),
    Action.PARTIAL_UPDATE_OBJECT: ActionFacts(
        "Update attributes",
        "Changes only the attributes in this file and keeps the others. A record that is not in the index is created.",
        "Push",
        merges=True,
    ),
    Action.PARTIAL_UPDATE_OBJECT_NO_CREATE: ActionFacts(
        "Update attributes of existing records",
        "Changes only the attributes in this file and keeps the others. A record that is not in the index is skipped.",
        "Push",
        merges=True,
    ),
    Action.DELETE_OBJECT: ActionFacts(
        "Delete these records",
        "Deletes the records with these objectIDs from the index. Other attributes in this file do not matter.",
        "Delete",
    ),
    Action.CLEAR: ActionFacts(
        "Clear the index",
        "Deletes all records of the index, whoever put them there. Settings, rules and synonyms stay.",
        "Clear",
        takes_records=False,
        needs_object_id=False,
    ),
    Action.DELETE: ActionFacts(
        "Delete the index",
        "Deletes the whole index with all its records, settings, rules and synonyms.",
        "Delete",
        takes_records=False,
        needs_object_id=False,
    ),
}
