"""Habits of the pen that GB/T 15834, 15835 and 9704 do not have, as findings with a fix."""

from formats.document.lint.finding import Edit, FixOutdated, LintFinding
from formats.document.lint.lint import apply_fix, fix_all, lint

__all__ = ["Edit", "FixOutdated", "LintFinding", "apply_fix", "fix_all", "lint"]
