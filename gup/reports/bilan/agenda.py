"""What a committee would do well to speak of first: the largest gaps, the silence, what it decided and nobody did."""

from gup.reports.bilan.figures import DecisionLine, Objective, QuartierSheet
from gup.reports.enums import Outcome
from gup.reports.french import percent, points

MOST_GAPS = 5


def proposed_agenda(
    objectives: list[Objective], quartiers: list[QuartierSheet], decisions: list[DecisionLine]
) -> list[str]:
    """One sentence an item. Small samples are never among the gaps, and quartiers are named, never ranked."""
    waiting = [decision for decision in decisions if decision.outcome == Outcome.OPEN]
    items = [f"Suites des décisions : {len(waiting)} encore en cours."] if waiting else []
    missed = [each for each in objectives if (each.gap or 0) < 0 and not each.contractual.is_small]
    for each in sorted(missed, key=lambda each: each.gap or 0)[:MOST_GAPS]:
        items.append(f"{each.name} : {percent(each.contractual)} pour {each.threshold} % promis ({points(each.gap)}).")
    silent = [each.name for each in quartiers if each.months and not each.opened]
    if silent:
        items.append(f"Quartiers sans aucun signalement ({', '.join(silent)}) : qui y est présent, qui y signale ?")
    back = [each.name for each in quartiers if each.recurrent]
    if back:
        items.append(f"Problèmes qui reviennent au même endroit : {', '.join(back)}.")
    return items or ["Aucun écart aux engagements : confirmer les objectifs, ou les relever."]
