"""Statements, their chain, their log and their proof."""
