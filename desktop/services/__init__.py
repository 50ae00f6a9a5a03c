"""What a person can do, without Qt: used alike by the command line and the window."""
