"""Encrypted storage on this machine, opened by the UKEY."""
