"""The rules by which outlets disagree, and those of ``check``: one table for the text, the JSON, the docs, SARIF
and ``explain``."""

from __future__ import annotations

from typing import Final

from reconcile.check_rules import CHECK_RULES
from reconcile.rule import SEVERITIES, Rule

__all__ = ["ALL_RULES", "BY_CODE", "BY_NAME", "CHECK_RULES", "RULES", "SEVERITIES", "Rule", "find_rule"]

RULES: Final = (
    Rule(
        "C001", "count-conflict", "error",
        "Outlets give totals that cannot both be true, and nothing explains why",
        "The toll is what an event is remembered by. Quoting one outlet hides that another one says otherwise.",
        "For each measure the total that every record stands by is an interval (7 is 7-7, 'at least five' is 5 and"
        " up). Two outlets' intervals that do not meet are a dispute. The most charitable explanation is looked "
        "for first, pair by pair and in this order: perpetrator-included, partial-count, row-split and even-split,"
        " status-shift, vague, toll-update, self-contradiction. This rule fires for the pairs that none "
        "explains, not even several in a row.",
    ),
    Rule(
        "C002", "vague", "info",
        "Outlets give totals that differ but can both be true",
        "'At least five' and 'seven' do not contradict each other, but they are not the same statement either.",
        "Fires when the totals for a measure come from two or more outlets, are not all the same, and all meet in "
        "at least one number; when one figure is what its recorder's published rule makes of the other's word (12 "
        "for 'dozens', ACLED); and when a figure lies just outside what a vague word is read as, up to half as much "
        "again (100 against 'dozens', 24 to 99; 23 against 'about 20'). Farther outside it is a count-conflict, but of "
        "severity warning.",
    ),
    Rule(
        "C003", "group-conflict", "warning",
        "Outlets agree on the total but split it differently",
        "Who was killed decides how an attack is classified: one soldier more is one civilian fewer.",
        "For each group of people that two or more outlets count (civilians, security forces ...), fires when "
        "their figures do not meet while their totals do. Groups have a hierarchy: policemen are security forces. "
        "Fires also when two outlets say of the same total that all were of groups of which the other counts nobody: "
        "30 fighters against 30 civilians.",
    ),
    Rule(
        "C004", "arithmetic", "warning",
        "An outlet's own parts do not add up to its total",
        "Either a part or the total is wrong, or someone was counted twice. Every sum built on them is wrong as "
        "well.",
        "Adds up the parts of one record that do not contain each other and compares the sum with the record's "
        "stated total. A single part smaller than the total is a detail and not an error. A group in no table "
        "may be inside another, and makes a sum too large only by itself.",
    ),
    Rule(
        "C005", "toll-update", "info",
        "A later report gives a higher toll",
        "Tolls rise for days as bodies are found and the wounded die. The last word is not a contradiction of the "
        "first.",
        "Fires when the higher figure was claimed on a later day (or at a later hour, where both state a time with"
        " a zone) than the lower one, the lower one within a week after the event and the higher one within 90 "
        "days. A figure from the first two days may rise tenfold, a later one may double. Of the missing a fall "
        "counts. An outlet's own later figure replaces its earlier one, which leaves the range and stays among the"
        " claims with `replaced_by`, also where one record gives both; other outlets' earlier figures stay.",
    ),
    Rule(
        "C006", "partial-count", "warning",
        "One outlet's total is what another gives for a part alone",
        "The first may have reported before the second phase, from one of two places, or counted one group.",
        "Fires when the lower total equals a part that the other record states, a sum of such parts, or the figure"
        " for a group of people. Every sum of up to four parts is tried; of more parts one, all but one, and the "
        "first ones.",
    ),
    Rule(
        "C007", "perpetrator-included", "warning",
        "Outlets differ by the attackers who died",
        "Whether the gunman is among the 'five dead' is a choice that recorders make differently, and seldom say.",
        "Fires when the difference is exactly the number of dead attackers that some record states, unless the "
        "higher figure is made up without them or the lower one with them. Where nobody states that number, it "
        "fires for the killed when the difference is the number of attackers that the reports give, else one, and "
        "either a report tells of an attacker's death or in an attack of this kind (mass shooting, suicide "
        "bombing) the attacker usually dies and no report tells of an arrest or escape. Of the injured it fires "
        "when a report tells of an attacker's wounds. Not when the higher figure's text leaves the attacker out ('not "
        "including the gunman') or the lower one's counts him in. Then the message says 'would be explained if'. "
        "Militants whom the record's targets name, or whom a state's forces or a coalition struck, are no attackers.",
    ),
    Rule(
        "C008", "status-shift", "info",
        "As many more killed as there are fewer injured",
        "Someone died of his wounds between two reports. Adding both figures would count him twice.",
        "Fires when one record has 1 to 10 more killed and exactly as many fewer injured (or missing) than "
        "another, exact figures all four, and is not the earlier one.",
    ),
    Rule(
        "C009", "row-split", "info",
        "Several rows of one outlet add up to another's figure",
        "Data sets give one attack several rows: by target, by place, by side. Each row alone looks like a lower "
        "toll.",
        "Fires when one outlet has two to twelve rows in the event that do not replace each other, and their sum "
        "is the figure (or the sum of the rows) of the other outlet. Also where only some of the records are in this "
        "event: all exact records of the outlet inside the days and the finest stated place of the other's record, "
        "here and in other events, add up to exactly its figure, five or more.",
    ),
    Rule(
        "C010", "even-split", "info",
        "An outlet spreads one total evenly over its rows",
        "Recorders divide a total for several places or days by their number. No row is a count of anything.",
        "As row-split, where the rows name different places or days, their figures are equal or differ by one, and"
        " they give the other's total back or are its share rounded.",
    ),
    Rule(
        "C011", "copied", "info",
        "Outlets that are one voice",
        "Two outlets that print one dispatch agree because they copy: that is one witness and not two.",
        "Fires for outlets of which one cites no named source (an agency, a ministry, a person) that the other "
        "does not cite, too; of one name but for case and signs; that give one URL; whose texts share three fifths of "
        "their five-word sequences; or that over the whole run repeat at least five figures which all others "
        "contradict. 'A security source' joins nobody. A figure is agreed only by two voices.",
    ),
    Rule(
        "C012", "self-contradiction", "warning",
        "One record gives two totals",
        "A table with two figures in two columns, or a text whose headline and body differ: which of them the outlet "
        "stands by is not known.",
        "Fires when one record states two totals for the same measure and group that cannot both be true and none of "
        "them is as of a later day. The record's claim is then the range from the lowest to the highest, without a "
        "best estimate. Totals that can all be true ('dozens', and 31) are one claim, the narrowest. Also fires "
        "as an explanation, where the English text of a record says the other outlet's figure in so many words ('five "
        "people were injured') and nowhere its own.",
    ),
    Rule(
        "E001", "part-of", "info",
        "The record sums up events that are listed by themselves",
        "A monthly total repeats the attacks of the month. Added to them it doubles them; merged into one of them "
        "it inflates it.",
        "A record flagged as an aggregate covers the events inside its days and its finest stated place, unless "
        "the perpetrators are strangers. Smaller aggregates inside it are linked and never added to single events; "
        "they are the parts only where no event is listed by itself and no two of them overlap. An event of one "
        "figure that spans several days, names no place finer than a district, or has two others beside it in its "
        "place and on its day, covers the events inside when two or more of them (all, or all of one outlet) add up to "
        "exactly its total, five or more. The message shows the sum and what it leaves unexplained.",
    ),
    Rule(
        "D001", "date-conflict", "warning",
        "Outlets date the event to days that do not meet",
        "A wrong day separates reports that belong together, and may hide a second attack.",
        "Every stated date is an interval of days. Fires when two outlets' intervals have no day in common. A "
        "moment before 06:00 belongs to the night before as well: 01:30 on the 14th meets the night of the 13th.",
    ),
    Rule(
        "D002", "publication-date", "info",
        "An outlet dates the event to the day it published",
        "'Today' in a headline becomes the date of the event. The earlier day is then the likelier one.",
        "As date-conflict, where the later day is that record's own day of publication and at most a week after "
        "the other's.",
    ),
    Rule(
        "D003", "next-day", "info",
        "Outlets date the event to neighbouring days",
        "A night has two dates, and midnight comes at another hour in another time zone.",
        "As date-conflict, where the days are neighbours and at least one of the two records states no hour.",
    ),
    Rule(
        "P001", "place-conflict", "warning",
        "Outlets put the event in different places",
        "Two villages may be two attacks, and a map shows only one of them.",
        "Fires when two outlets' coordinates are farther apart than their stated precisions together allow, or, "
        "without coordinates, when they name different districts, provinces or countries, or places whose names "
        "are not spellings of one name.",
    ),
    Rule(
        "P002", "place-level", "info",
        "One outlet names the place, another the area around it",
        "A point for a whole district is its centre, and not where the attack was.",
        "As place-conflict, where one record names no finer place than a district or province to which the other's"
        " place belongs, or calls by the name of a place what the other names as the district of its place.",
    ),
    Rule(
        "A001", "perpetrator-conflict", "error",
        "Outlets name different perpetrators",
        "Attribution is an accusation. A merged event must not pass one outlet's suspect off as everyone's.",
        "Fires when two outlets name perpetrators none of which is the same as, part of, or a sibling of one that the "
        "other names. Aliases of one actor stand on one side. 'Unidentified gunmen' contradicts nobody. The "
        "perpetrators of such an event are marked `disputed`.",
    ),
    Rule(
        "A002", "perpetrator-level", "info",
        "One outlet names a group, another a part or faction of it",
        "'Islamic State' and its province, a movement and its splinter: the accusation is one, its precision is not.",
        "As perpetrator-conflict, where the table of actors makes one the parent of the other or gives both one "
        "parent, or where a name that no table lists contains the other's ('the Diyala cell of ISIS') or is short for "
        "it ('the coalition'). An army whose country is not stated is any country's army, and no part of it.",
    ),
    Rule(
        "T001", "target-conflict", "warning",
        "Outlets name different targets",
        "Who was attacked decides what an attack was: on the police it is combat, on villagers it is a crime.",
        "Fires when two outlets name targets none of which is the same as, part of, or another word for one that "
        "the other names, by the table of actors and by the groups of people: villagers are civilians, police are "
        "security forces, a market is hit with the people in it, a community is found in any profession. Names that no "
        "table knows contradict nobody. Where both are of one kind (police and army, students and doctors) the "
        "severity is info.",
    ),
    Rule(
        "S001", "single-source", "info",
        "One outlet alone reports the event",
        "Nothing confirms it: the figures are as good as that outlet.",
        "Fires when all records of the event come from one outlet and the event is not an aggregate.",
    ),
)  # fmt: skip

ALL_RULES: Final = (*RULES, *CHECK_RULES)
BY_CODE: Final = {rule.code: rule for rule in ALL_RULES}
BY_NAME: Final = {rule.name: rule for rule in ALL_RULES}


def find_rule(text: str) -> Rule | None:
    """The rule of a code or a name, in any case; ``None`` when there is none."""
    return BY_CODE.get(text.upper()) or BY_NAME.get(text.lower())
