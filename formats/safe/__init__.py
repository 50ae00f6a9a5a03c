"""The only doors for hostile bytes."""
