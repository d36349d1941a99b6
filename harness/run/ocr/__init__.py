"""An installed OCR: it finds values on scans, and reads again what was drawn on them."""
