"""Scripts for building and demonstrating; nothing here ships."""
