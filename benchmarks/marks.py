"""Marks that every process of a benchmark can work out for itself."""

from decimal import Decimal

MAXIMA = (30, 25, 20, 15, 10)


def marks_for(judge: int, entry: int) -> dict[str, str]:
    """Five marks in half points, different for neighbours, as the product stores them ("28.5", "28")."""
    spread = [(judge * 7 + entry * 11 + place * 5 + judge * entry) % 9 for place in range(len(MAXIMA))]
    return {f"c{place}": str(Decimal(2 * MAXIMA[place] - spread[place]) / 2) for place in range(len(MAXIMA))}


def form_fields(marks: dict[str, str], *, submission_id: str, base_version: int) -> dict[str, str]:
    """The judge's form, filled in and confirmed."""
    fields = {f"mark-{criterion}": mark for criterion, mark in marks.items()}
    return {**fields, "act": "confirm", "submission_id": submission_id, "base_version": str(base_version)}
