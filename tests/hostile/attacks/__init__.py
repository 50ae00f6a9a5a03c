"""Attacked variants of genuinely sealed PDFs: every way known to us of making a seal lie.

Each module holds one family; `registry.VARIANTS` has them all once `load` was called.
"""
