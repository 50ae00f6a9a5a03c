"""行文规则 R01 to R26: pure functions that say which rule a document breaks, and its clause."""

from formats.document.rules.acts import (
    RETURN_REASONS,
    RecallAnswer,
    ReturnReason,
    check_return,
    may_forward,
    may_recall,
)
from formats.document.rules.base import Finding, RepliedTo, Rule, RuleContext, Severity
from formats.document.rules.registry import RULES, RULES_VERSION, check, check_header, check_in

__all__ = [
    "RETURN_REASONS",
    "RULES",
    "RULES_VERSION",
    "Finding",
    "RecallAnswer",
    "RepliedTo",
    "ReturnReason",
    "Rule",
    "RuleContext",
    "Severity",
    "check",
    "check_header",
    "check_in",
    "check_return",
    "may_forward",
    "may_recall",
]
