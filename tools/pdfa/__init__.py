"""A checker of PDF/A-3b, clause by clause of ISO 19005-3:2012.

It judges a file through its bytes, pikepdf and fontTools, never through the code that wrote it. It
covers the clauses that a file can break (6.1 to 6.11). It does not look at JPEG 2000 data
(6.2.8.3), overprinting in profiled CMYK (6.2.4.2), XMP types beyond the common schemas
(6.6.2.3.1), or whether files attached as PDF/A are so. One rule is stricter than the standard: an
information dictionary, which readers may ignore (6.1.5), must not contradict the XMP.
"""
