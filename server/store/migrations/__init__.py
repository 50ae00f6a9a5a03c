"""Alembic migrations of the node."""
