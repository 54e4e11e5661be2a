"""The engine's input, built from rows in few queries."""

from scoring import engine
from scoring.models import Round


def round_input(round: Round) -> "engine.RoundInput":
    """Judges, entries, sheets, runoffs and decisions of a round as the engine takes them."""
    raise NotImplementedError
