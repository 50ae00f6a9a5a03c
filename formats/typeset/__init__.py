"""A document to a display list of placed glyphs in millimetres, by GB/T 9704-2012."""
