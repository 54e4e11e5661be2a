"""Fonts for everything that is typeset: which are installed, and which characters they have."""
