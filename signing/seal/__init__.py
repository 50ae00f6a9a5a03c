"""Seal a PDF, so that it stays valid for decades."""
