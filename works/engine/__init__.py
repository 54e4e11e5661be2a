"""Pure rules of works: ISBN, durations, what a checklist finds; no Django."""
