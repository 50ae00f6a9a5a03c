"""What a document, a package and a message are: pure values and bytes. No network, Qt or tokens."""
