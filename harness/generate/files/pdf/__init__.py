"""PDF files, broken, locked or odd."""
