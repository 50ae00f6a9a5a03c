"""UKEYs behind one protocol."""
