"""The report that a job leaves: one file for the office, in both languages."""

from viz.report.build import write_report

__all__ = ["write_report"]
