"""The window: widgets only, no logic."""
