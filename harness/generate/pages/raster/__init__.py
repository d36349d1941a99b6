"""Arithmetic on pixels that the page ops share."""
