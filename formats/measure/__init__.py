"""A PDF measured against GB/T 9704-2012."""
