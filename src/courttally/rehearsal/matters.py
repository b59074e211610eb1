"""What follows what: the case records of one matter, and of what hangs on it.

Invariants: a matter is told from its own generator and place alone; every record names the one it comes from
(`previous`) and why (`origin`); a record that is refiled, transferred or retried keeps the UID key of its matter, a
split or joined one has its own.
"""

import random

from courttally.rehearsal import life, names
from courttally.rehearsal.model import (
    APPEAL,
    CASSATION,
    FIRST,
    MATERIAL,
    Charge,
    Lower,
    Record,
    Ruling,
    Slot,
    workday,
)
from courttally.rehearsal.policy import Policy
from courttally.rehearsal.setting import Setting
from courttally.rehearsal.tables import (
    chance,
    is_wartime,
    scope_articles,
    table,
    wartime_since,
    word,
)

CUSTODY = "об избрании меры пресечения в виде заключения под стражу (п. 1 ч. 2 ст. 29 УПК РФ; ст.108 УПК РФ)"
_EXECUTION = "об отмене условного осуждения (п.7 ст.397 УПК РФ)"


class Teller:
    """Tells one matter. `records` grows as things happen."""

    def __init__(self, setting: Setting, ref: str) -> None:
        self.setting = setting
        self.ref = ref
        self.rng = random.Random(f"{setting.seed}/{setting.family}/{ref}")
        self.records: list[Record] = []

    def open(
        self,
        court: str,
        received: int,
        slots: list[Slot],
        proceeding: str = FIRST,
        origin: str = "",
        previous: str = "",
        matter: str = "",
        index: str = "1-",
    ) -> Record:
        """Register a record; whether and when the court shows it is its policy."""
        rng, policy = self.rng, self.setting.policies[court]
        received = workday(received)
        posted = workday(received + policy.delay(rng, policy.post_delay))
        record = Record(
            ref=f"{self.ref}#{len(self.records)}",
            matter=matter or self.ref,
            court=court,
            proceeding=proceeding,
            received=received,
            posted=posted,
            slots=slots,
            origin=origin,
            previous=previous,
            number_index=index,
            judges=[(posted, rng.choice(policy.judges))],
            building=policy.building,
            sign="Рассмотрено единолично судьей" if policy.sign else "",
        )
        record.uid_key = record.matter
        for slot in slots:
            slot.charges = [(posted, slot.charges[-1][1])]
        silent = policy.no_uid[0] <= received < policy.no_uid[1]
        record.uid_shown = not silent and not (previous and chance(rng, "no_link_uid"))
        # After the draws: the same world, UIDs aside, whatever share of courts and years shows none.
        record.uid_shown = record.uid_shown and not self.setting.shows_no_uid(court, received)
        if rng.randrange(10_000) < policy.unpublished:
            record.published, record.unpublished_because = False, "at random"
        first = slots[0].charges[0][1] if slots else ()
        if (
            policy.withholds_article
            and received >= policy.withholds_since
            and any(c.article == policy.withholds_article for c in first)
        ):
            record.published, record.unpublished_because = False, "policy"
        if chance(rng, "judge_changed"):
            record.judges.append((posted + rng.randrange(5, 40), rng.choice(policy.judges)))
        record.renumber = chance(rng, "renumbered")
        if len(first) == 1 and len(slots) == 1 and proceeding == FIRST:
            record.received_raw = life.mistype(rng, received)
        if rng.randrange(4) == 0 and proceeding == FIRST:
            record.parties = [
                ("Защитник (адвокат)", names.person(rng)),
                ("Прокурор", f"военная прокуратура гарнизона, {names.person(rng)}"),
            ]
        self.records.append(record)
        return record

    def first(
        self,
        court: str,
        received: int,
        slots: list[Slot],
        origin: str = "",
        previous: str = "",
        depth: int = 0,
        matter: str = "",
    ) -> Record:
        """A record of first instance, told to its end, and what comes of it."""
        rng, policy = self.rng, self.setting.policies[court]
        record = self.open(court, received, slots, FIRST, origin, previous, matter)
        refusal = any(c.article in scope_articles() for slot in slots for _, cs in slot.charges for c in cs)
        day = life.sit(rng, policy, record, life.begin(rng, policy, record), refusal)
        if day is None:
            return record
        if len(slots) > 1 and chance(rng, "split"):
            self.split(record, day)
        outcome = self.ending(depth, len(slots))
        if outcome == "joined":
            self.join(record, day)
        posted = life.finish(rng, policy, record, day, outcome)
        if outcome == "verdict":
            self.requalify(record, posted)
        life.close(rng, policy, record, day, posted, outcome)
        self.follow(record, day, posted, outcome, depth)
        self.perhaps_vanish(record, policy, posted, refusal)
        return record

    def ending(self, depth: int, accused: int) -> str:
        """How a case ends; what was returned or retried once ends in a verdict or a termination."""
        rng = self.rng
        if depth == 0:
            for name in ("returned", "transferred", "medical"):
                if chance(rng, name):
                    return name
            if accused == 1 and chance(rng, "joined"):
                return "joined"
            if chance(rng, "other"):
                return "other"
        return "terminated" if chance(rng, "terminated") else "verdict"

    def follow(self, record: Record, day: int, posted: int, outcome: str, depth: int) -> None:
        """Refiling, transfer, appeal, retrial, another act of the same man."""
        rng = self.rng
        if outcome == "returned" and chance(rng, "refiled"):
            self.first(
                record.court,
                day + rng.randrange(25, 110),
                copies(record),
                "refiled",
                record.ref,
                depth + 1,
                record.matter,
            )
        elif outcome == "transferred":
            codes = [c for c in self.setting.pulls["337"][0] if c != record.court]
            self.first(
                rng.choice(codes),
                day + rng.randrange(10, 36),
                copies(record),
                "transferred",
                record.ref,
                depth + 1,
                record.matter,
            )
        elif outcome == "verdict":
            if chance(rng, "appealed"):
                self.appeal(record, day, depth)
            if chance(rng, "execution_material"):
                self.material(record, day + rng.randrange(60, 300), "4/17-", _EXECUTION)
            if depth == 0 and chance(rng, "again"):
                charges = record.slots[0].charges[0][1]
                man = Slot(record.slots[0].name, [(0, charges)])
                court = self.setting.draw_court(rng, charges[0].article if charges else "other")
                self.first(
                    court, day + rng.randrange(60, 500), [man], "another_act", record.ref, 1, f"{record.matter}/again"
                )

    def appeal(self, record: Record, day: int, depth: int) -> None:
        """The verdict before the court above: left, changed, withdrawn, or quashed and retried."""
        rng, above = self.rng, self.setting.above(record.court)
        if above is None:
            return
        policy = self.setting.policies[above]
        slots = copies(record)
        appeal = self.open(
            above, day + rng.randrange(18, 60), slots, APPEAL, "appeal", record.ref, record.matter, "22-"
        )
        appeal.lower = Lower(record.court, record.ref, record.judges[-1][1])
        end = workday(appeal.received + rng.randrange(12, 50))
        roll = rng.randrange(10_000)
        quashed = int(table("worlds")["chance"]["quashed"])
        changed = quashed + int(table("worlds")["chance"]["changed"])
        result = (
            "quashed"
            if roll < quashed and depth == 0
            else "changed"
            if roll < changed
            else "withdrawn"
            if roll > 9_300
            else "unchanged"
        )
        life.add_event(rng, policy, appeal, workday(appeal.received + 1), "to_judge")
        life.add_event(rng, policy, appeal, end, "hearing", ahead=True)
        shown = workday(end + policy.delay(rng, policy.result_delay))
        shown = max(shown, appeal.posted)
        ruling = Ruling(shown, f"appeal_{result}", word(rng, "appeal", result), "", end)
        appeal.rulings.append(ruling)
        for slot in slots:
            slot.rulings.append(ruling)
        if result == "quashed":
            record.quashed_on, record.in_force = end, None
            self.first(
                record.court,
                end + rng.randrange(20, 60),
                copies(record),
                "retrial",
                record.ref,
                depth + 1,
                record.matter,
            )
            return
        record.in_force = (workday(end + rng.randrange(3, 25)), end)
        court = self.setting.cassation()
        if court and chance(rng, "cassation"):
            self.upper(court, record, appeal, end)

    def upper(self, court: str, record: Record, appeal: Record, day: int) -> None:
        """The matter before the cassation court."""
        rng, policy = self.rng, self.setting.policies[court]
        slots = copies(record)
        item = self.open(
            court, day + rng.randrange(40, 200), slots, CASSATION, "cassation", appeal.ref, record.matter, "7У-"
        )
        item.lower = Lower(record.court, record.ref, record.judges[-1][1])
        end = workday(item.received + rng.randrange(20, 70))
        life.add_event(rng, policy, item, end, "hearing", ahead=True)
        ruling = Ruling(max(item.posted, end + 3), "cassation_decided", word(rng, "cassation", "unchanged"), "", end)
        item.rulings.append(ruling)

    def material(self, record: Record, day: int, index: str, subject: str) -> Record:
        """Custody before the case, execution after it: material beside the case, never counted."""
        rng, policy = self.rng, self.setting.policies[record.court]
        slots = copies(record)[:1]
        slots[0].material = subject
        origin = "custody" if index == "3/1-" else "execution"
        item = self.open(record.court, day, slots, MATERIAL, origin, record.ref, f"{record.ref}/{index}", index)
        life.add_event(rng, policy, item, workday(item.received), "to_judge")
        life.add_event(rng, policy, item, workday(item.received + 1), "hearing", ahead=True)
        key = "granted" if rng.randrange(8) else "refused"
        end = workday(item.received + 1)
        ruling = Ruling(max(item.posted, end), f"material_{key}", word(rng, "material", key), "", end)
        item.rulings.append(ruling)
        slots[0].rulings.append(ruling)
        above = self.setting.above(record.court)
        if origin == "custody" and above and chance(rng, "custody_appeal"):
            self.custody_appeal(item, above)
        return item

    def custody_appeal(self, material: Record, above: str) -> None:
        """Arrest before the court above: an appeal of a material, which is no appeal of a verdict and carries no UID."""
        rng, policy = self.rng, self.setting.policies[above]
        slots = copies(material)
        slots[0].material = CUSTODY
        item = self.open(
            above,
            material.received + rng.randrange(5, 20),
            slots,
            APPEAL,
            "custody_appeal",
            material.ref,
            material.matter,
            "22К-",
        )
        item.uid_shown = False
        item.lower = Lower(material.court, material.ref, material.judges[-1][1])
        life.add_event(rng, policy, item, workday(item.received), "to_judge")
        life.add_event(rng, policy, item, workday(item.received + rng.randrange(2, 6)), "hearing", ahead=True)

    def split(self, record: Record, day: int) -> None:
        """One accused is split off: a matter of its own."""
        rng, policy = self.rng, self.setting.policies[record.court]
        slot = record.slots[-1]
        cut = workday(max(record.received + 6, day - rng.randrange(5, 20)))
        if cut >= day:
            return
        posted = max(record.posted, workday(cut + policy.delay(rng, policy.result_delay)))
        ground = str(table("wordings")["result"]["other"]["grounds"][0])
        slot.rulings.append(Ruling(posted, "other", policy.wording(rng, "other", cut), ground, cut))
        man = Slot(slot.name, [(0, slot.charges[0][1])])
        self.first(record.court, cut + rng.randrange(1, 10), [man], "split", record.ref, 1, f"{record.matter}/split")

    def join(self, record: Record, day: int) -> None:
        """The record is joined to another one of the same man, which takes over its charges."""
        rng = self.rng
        own = record.slots[0]
        charges = own.charges[0][1]
        man = Slot(own.name, [(0, charges)])
        other = self.first(
            record.court,
            record.received - rng.randrange(3, 25),
            [man],
            "absorbs",
            record.ref,
            1,
            f"{record.matter}/host",
        )
        posted = max(other.slots[0].charges[-1][0] + 1, workday(day + 2))
        other.slots[0].charges.append((posted, charges + charges))

    def requalify(self, record: Record, posted: int) -> None:
        """The article found by the court may be another than the one charged."""
        slot = record.slots[0]
        charges = slot.charges[-1][1]
        if not charges or charges[0].article not in scope_articles() or charges[0].part is None:
            return
        lead = charges[0]
        new = lead
        late = record.received >= wartime_since()
        if lead.article == "338" and chance(self.rng, "requalified_338"):
            new = Charge("337", "5" if late and is_wartime("338", lead.part) else "4")
        elif lead.article == "337" and lead.part in ("5", "4") and chance(self.rng, "requalified"):
            new = Charge("337", "3.1" if lead.part == "5" else "3")
        if new is not lead:
            slot.charges.append((max(posted, slot.charges[-1][0]), (new, *charges[1:])))

    def perhaps_vanish(self, record: Record, policy: Policy, posted: int, refusal: bool) -> None:
        """Cards go: in a mass removal on one date, or one by one; some come back."""
        rng = self.rng
        start, back, share = policy.removal
        if refusal and start and record.posted < start and rng.randrange(10_000) < share:
            record.gone.append((start, back))
        elif chance(rng, "vanish"):
            day = posted + rng.randrange(10, 220)
            record.gone.append((day, day + rng.randrange(15, 90) if rng.randrange(3) == 0 else None))


def copies(record: Record) -> list[Slot]:
    """The accused of a record as another record of the same matter begins with them."""
    return [Slot(slot.name, [(0, slot.charges[-1][1])]) for slot in record.slots]
