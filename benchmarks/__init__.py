"""Figures against a peer or a limit, one JSON line each."""
