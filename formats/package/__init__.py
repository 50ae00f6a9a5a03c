"""What the recipient keeps: the ASiC-E package."""
