"""Certificates without a database: layouts, their words, and what is wrong with them, as pure functions."""
