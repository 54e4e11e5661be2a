"""The organiser's pages of judging."""
