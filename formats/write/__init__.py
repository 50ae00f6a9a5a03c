"""A display list or a document to bytes: PDF now; OFD, DOCX and XML have their rooms here."""
