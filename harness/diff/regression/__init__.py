"""Two runs compared: which cases changed, and whether a slice became worse."""
