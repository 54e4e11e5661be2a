"""Workbooks over both programmes."""
