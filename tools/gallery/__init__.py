"""The gallery: every format and case as pictures of its pages, looked at by people."""
