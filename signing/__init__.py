"""Keys, trust, signatures, seals, encryption and evidence. Imports `formats`, nothing above."""
