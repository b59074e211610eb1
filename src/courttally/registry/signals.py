"""What each signal means, in a sentence for the person who looks at ``status``."""

from __future__ import annotations

_MEANINGS: dict[str, str] = {
    "branch_unknown": "an exported row whose charges do not name the Criminal Code: kept, in no count",
    "act_unlinked": "a decision on a page of its own that fits no case, or several: its sentence is in no count",
    "bytes_replaced": "bytes that belong to no character were replaced",
    "card_end_missing": "the card lacks its closing stamp: it may be cut off",
    "card_without_address": "a card saved without its address: it is known by UID or number only",
    "cell_unread": "a cell in a column that is not known",
    "charge_other_code": "a charge under the code of before 1997: its number means another crime, so it is not counted",
    "charge_unparsed": "articles in a notation that is not understood",
    "column_missing": "a list without a column that every list has",
    "column_repeated": "a column named twice",
    "column_unknown": "a column whose name is not known",
    "complaint_unmapped": "a wording of what became of a complaint that is not known",
    "consideration_unmapped": "a wording of how the case was considered that is not known",
    "counter_disagrees": "the site's counter differs from the rows on the page",
    "counter_missing": "a list without the site's counter",
    "court_disagrees": "address, stated court and page name different courts",
    "court_name_unmatched": "an exported row whose court's name is not in the directory, or fits several: kept under a name of its own",
    "court_unknown": "no court stated, in the address or on the page: import again with --court",
    "court_unreadable": "the stated court is neither a court code nor other:NAME",
    "date_impossible": "a date that does not exist, or in a form that is not known",
    "date_in_future": "a date after the day on which it was seen: counted as undated",
    "document_kind_unmapped": "a kind of decision that is not known",
    "document_missing": "a decision's tab without its text",
    "engine_disagrees": "page and address are in the words of different engines",
    "event_result_unmapped": "a wording of an event's result that is not known",
    "event_unmapped": "a wording of an event that is not known",
    "ground_unmapped": "a wording of a ground that is not known",
    "guid_conflict": "two identifiers for one case: the later sighting was set aside",
    "header_missing": "a table without its column names",
    "instance_disagrees": "an exported row whose number does not belong to the instance it states: not counted as first instance",
    "instance_unread": "an exported row with an instance that is not known",
    "kind_disagrees": "another kind of page than was asked for",
    "kind_unknown": "a page of no known kind: look at it",
    "label_repeated": "a field named twice",
    "label_unknown": "a field whose name is not known",
    "lower_court_unknown": "the court below is not in the directory, or its name fits several",
    "material_unmapped": "a subject of a material that is not known",
    "number_missing": "a card without a case number",
    "number_unread": "a case number in a form that is not known",
    "page_cut_off": "the page ends inside a table: its last row, or the tab it was in, was not read",
    "page_too_deep": "a page too nested to parse: not read",
    "page_too_large": "a page larger than any court page: not read",
    "pair_unlisted": "a kind of proceeding that is not listed",
    "part_not_in_force": "a charge under a part that was not in force when the case was received",
    "press_body_missing": "a press item without its text",
    "press_disagrees": "a press item and a decision, or two press items, tell different sentences: a decision counts, press items alone do not",
    "press_date_missing": "a press item without the day it was posted",
    "press_unlinked": "a press item that tells a sentence and fits no case, or several: it is in no count",
    "proceeding_disagrees": "heading and address name different proceedings",
    "proceeding_unknown": "neither address nor heading name the proceeding",
    "record_without_key": "a row without link, UID, or number and date: it cannot be told from others",
    "region_unread": "a region of the court below in a form that is not known",
    "result_unmapped": "a wording of a result that is not known: counted as unmapped",
    "role_unmapped": "a party's role that is not known",
    "row_quarantined": "a row that does not match its header: set aside",
    "row_without_link": "a row without its link: known by number and date only",
    "slots_disagree": "list and card name different numbers of accused: results were not given to persons",
    "table_extra": "a tab with more than one table: only the first is read",
    "tab_missing": "a tab is named and its content is not there: the card may be cut off",
    "tab_not_read": "a tab that is recognised, and whose columns are not known",
    "tab_unknown": "a tab whose name is not known",
    "tab_without_table": "a tab without a table",
    "takeover_ambiguous": "two cases could be the one known by number only: none was chosen",
    "time_unread": "a time in a form that is not known",
    "uid_check_fails": "a UID whose check digits do not hold",
    "uid_unread": "a UID in a form that is not known",
    "writ_status_unmapped": "a writ's status that is not known",
}


def meaning(code: str) -> str:
    """The sentence for a signal. Raises KeyError for a code that has none, which is a bug and a test's business."""
    return _MEANINGS[code]


def codes() -> frozenset[str]:
    """Every signal there is."""
    return frozenset(_MEANINGS)
