"""One case printed for a person: what ``courttally case`` shows."""

from __future__ import annotations

from typing import Any

from courttally.cli import common


def print_case(found: dict[str, Any]) -> None:
    """What ``registry.case.read_case`` found, on standard output."""
    from courttally.registry.case import words

    if found["simulated"]:
        print("SIMULATED DATA: this is not a real case.\n")
    print(f"Case {found['number'] or 'without a number'} at {found['court_name']}")
    print(f"{found['heading']}. Record {found['record']}, as of {found['as_of']}.")
    print("An accusation is not guilt; names are masked.\n")
    if found["second_hand"]:
        print("Second-hand: only rows exported by others show this case; no page of the court is held for it.")
    print(f"Received   {found['received'] or 'not known'}")
    print(f"Outcome    {found['outcome_words']}{' on ' + found['outcome_date'] if found['outcome_date'] else ''}")
    if found["uid"]:
        print(f"UID        {found['uid']}{'' if found['uid_valid'] else ' (check digits do not hold)'}")
    if found["in_force"]:
        print(f"In force   {found['in_force']}")
    print(
        f"Decision   {'text published' if found['act'] == 'yes' else 'text not published' if found['act'] == 'no' else 'not known whether its text is published'}"
    )
    for link in found["related"]:
        how = "one matter" if link["status"] == "decided" else words(link["kind"])
        sure = {"candidate": "may be, not counted ('courttally review links')", "decided": ""}.get(
            link["status"], link["status"]
        )
        print(f"Linked     {link['record']}: {how}, {link['comes']}; {sure}{': ' if sure else ''}{link['says']}")
    rows = [
        [
            str(a["slot"]),
            a["name"],
            "; ".join(a["charges"]) or "none stated",
            a["outcome_words"],
            a["outcome_date"] or "",
        ]
        for a in found["accused"]
    ]
    common.print_table("Accused", ["", "name", "charges (article/part)", "outcome", "on"], rows)
    for a in found["accused"]:
        if a["sentence"]:
            told = "a press item" if a["sentence"]["evidence"] == "press" else "a decision"
            hand = ", second-hand" if a["sentence"]["second_hand"] else ""
            print(f"Sentence of accused {a['slot']}, as {told} says{hand}: {a['sentence']['words']}.")
    for text in found["texts"]:
        kind = "Press item" if text["kind"] == "press" else "Decision"
        print(f"{kind} on a page of its own, linked by {words(text['way'])}: {text['seen_on']}, {text['capture']}")
    if found["timeline"]:
        rows = [
            [e["day"] or "?", e["time"], e["event"], e["result"], e["ground"], e["posted"] or ""]
            for e in found["timeline"]
        ]
        common.print_table("Timeline", ["day", "time", "event", "result", "ground", "posted"], rows)
    else:
        print("No card with a timeline is held.")
    common.print_table(
        "Seen on", ["captured", "as", "capture"], [[s["seen_on"], s["kind"], s["capture"]] for s in found["sightings"]]
    )
