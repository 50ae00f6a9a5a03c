"""The archive: index, query, search, ledger, checks."""
