"""Honest documents of every kind that people seal, none of which may be refused."""
