"""The node's state: tables, database, the one writer, blobs."""
