"""Bytes to one verdict."""
