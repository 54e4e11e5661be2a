"""Finding works, across models."""
